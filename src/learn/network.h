#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "learn/layers.h"
#include "learn/ops.h"
#include "learn/tape.h"

namespace vedette::learn {

// The networks of source system S2, with its dimensions (source-systems.md A2). Those of single
// services are behind one interface: windows of several metrics in, for each step a number that
// says how unusual it is. The one of the service graph is graph_network.h.

enum class NetworkKind : uint8_t {
  kLstmAutoencoder = 0,  // reconstructs windows through 8 numbers: what it cannot is unusual
  kLstmAttention = 1,    // an LSTM and attention: the log odds of trouble
  kTcn = 2,              // causal convolutions with dilations: the same
  kTransformer = 3,      // attention alone: the same
  kGatv2 = 4,            // attention between services that call each other: GraphNetwork
};
inline constexpr int kNetworkKinds = 5;
inline constexpr int kSequenceNetworks = 4;  // the first of them: each is a SequenceNetwork
// "lstm_autoencoder, lstm_attention, tcn, transformer, gatv2": for texts about what is none.
std::string NetworkKindNames();
std::string_view NetworkKindName(NetworkKind kind);  // "lstm_autoencoder", ...
std::optional<NetworkKind> ParseNetworkKind(std::string_view name);

// Several windows at once: a row for each step of each, in the order of Layout.
struct Windows {
  Layout layout;
  Matrix values;  // metrics, about 0 and of size 1 when all is well
  Matrix labels;  // one column: 1 where there is trouble; may be empty when not learning
};

// See the top of this file. Not thread-safe while learning; Score may be called by many.
class SequenceNetwork {
 public:
  virtual ~SequenceNetwork() = default;

  // Whether it learns from labels, or from windows of good days alone.
  virtual bool needs_labels() const = 0;
  // What learning makes small. `random` for dropout; null for a judgement without it.
  virtual Var Loss(Tape& tape, const Windows& windows, base::Random* random) = 0;
  // One number for each row: larger is more unusual. Mean squared errors or log odds.
  virtual Matrix Score(const Windows& windows) const = 0;

  Parameters& parameters() { return parameters_; }
  const Parameters& parameters() const { return parameters_; }

 protected:
  Parameters parameters_;
};

// Sizes, for tests that want small ones; the defaults are those of S2.
struct NetworkOptions {
  std::vector<size_t> autoencoder_hidden = {64, 32, 16};
  size_t latent = 8;
  size_t hidden = 64;          // of the LSTM with attention, each way
  bool bidirectional = false;  // it also reads windows from their end
  size_t layers = 2;           // of it, of the transformer and of the graph network
  size_t heads = 4;            // of each
  size_t channels = 64;        // of the convolutions
  std::vector<size_t> dilations = {1, 2, 4, 8};
  size_t width = 64;          // of the transformer
  size_t graph_hidden = 128;  // of the graph network: all heads together
  double dropout = 0.2;
  friend bool operator==(const NetworkOptions&, const NetworkOptions&) = default;
};

// REQUIRES: metrics > 0, one of kSequenceNetworks. The same seed of `random` makes the same
// network.
std::unique_ptr<SequenceNetwork> MakeNetwork(NetworkKind kind, size_t metrics,
                                             const NetworkOptions& options, base::Random& random);

}  // namespace vedette::learn
