#include <array>
#include <cmath>
#include <deque>
#include <fmt/core.h>
#include <fmt/ranges.h>

#include "learn/network.h"

namespace vedette::learn {
namespace {

constexpr std::array<std::string_view, kNetworkKinds> kNames = {
    "lstm_autoencoder", "lstm_attention", "tcn", "transformer", "gatv2"};

// Of each row the mean square of what was not reconstructed.
Matrix RowErrors(const Matrix& made, const Matrix& wanted) {
  Matrix errors(made.rows(), 1);
  for (size_t i = 0; i < made.rows(); ++i) {
    for (size_t j = 0; j < made.cols(); ++j) {
      const double off = made(i, j) - wanted(i, j);
      errors(i, 0) += off * off / static_cast<double>(made.cols());
    }
  }
  return errors;
}

// Encoder and decoder are stacks of LSTMs; between them each window is a few numbers.
class LstmAutoencoder final : public SequenceNetwork {
 public:
  LstmAutoencoder(size_t metrics, const NetworkOptions& options, base::Random& random)
      : narrow_({parameters_, random}, "narrow", options.autoencoder_hidden.back(), options.latent),
        out_({parameters_, random}, "out", options.autoencoder_hidden.front(), metrics) {
    const Builder builder{parameters_, random};
    const auto& hidden = options.autoencoder_hidden;
    size_t width = metrics;
    for (size_t i = 0; i < hidden.size(); ++i) {
      encoder_.emplace_back(builder, fmt::format("encoder{}", i), width, hidden[i]);
      width = hidden[i];
    }
    width = options.latent;
    for (size_t i = hidden.size(); i-- > 0;) {
      decoder_.emplace_back(builder, fmt::format("decoder{}", i), width, hidden[i]);
      width = hidden[i];
    }
  }

  bool needs_labels() const override { return false; }
  Var Loss(Tape& tape, const Windows& windows, base::Random*) override {
    return MeanSquare(Rebuild(Weights(tape, true), windows), windows.values);
  }
  Matrix Score(const Windows& windows) const override {
    Tape tape;
    return RowErrors(Rebuild(Weights(tape, false), windows).value(), windows.values);
  }

 private:
  Var Rebuild(const Weights& weights, const Windows& windows) const {
    const Layout layout = windows.layout;
    Var x = weights.tape().Constant(windows.values);
    for (const Lstm& each : encoder_) x = each(weights, x, layout);
    const Var last = SliceRows(x, (layout.steps - 1) * layout.windows, layout.windows);
    const std::vector<Var> again(layout.steps, narrow_(weights, last));
    x = ConcatRows(again);
    for (const Lstm& each : decoder_) x = each(weights, x, layout);
    return out_(weights, x);
  }

  std::deque<Lstm> encoder_;
  std::deque<Lstm> decoder_;
  const Linear narrow_;
  const Linear out_;
};

// What the networks that learn from labels share: log odds for each step.
class Classifier : public SequenceNetwork {
 public:
  bool needs_labels() const override { return true; }
  Var Loss(Tape& tape, const Windows& windows, base::Random* random) override {
    return CrossEntropy(LogOdds(Weights(tape, true), windows, random), windows.labels);
  }
  Matrix Score(const Windows& windows) const override {
    Tape tape;
    return LogOdds(Weights(tape, false), windows, nullptr).value();
  }

 private:
  virtual Var LogOdds(const Weights& weights, const Windows& windows,
                      base::Random* random) const = 0;
};

class LstmAttention final : public Classifier {
 public:
  LstmAttention(size_t metrics, const NetworkOptions& options, base::Random& random)
      : dropout_(options.dropout),
        attention_({parameters_, random}, "attention", WidthOf(options), options.heads),
        out_({parameters_, random}, "out", WidthOf(options), 1) {
    const Builder builder{parameters_, random};
    size_t width = metrics;
    for (size_t i = 0; i < options.layers; ++i) {
      forwards_.emplace_back(builder, fmt::format("forwards{}", i), width, options.hidden);
      if (options.bidirectional) {
        backwards_.emplace_back(builder, fmt::format("backwards{}", i), width, options.hidden);
      }
      width = WidthOf(options);
    }
  }

 private:
  Var LogOdds(const Weights& weights, const Windows& windows, base::Random* random) const override {
    Var x = weights.tape().Constant(windows.values);
    for (size_t i = 0; i < forwards_.size(); ++i) {
      Var seen = forwards_[i](weights, x, windows.layout);
      if (!backwards_.empty()) {
        seen = ConcatCols(seen, backwards_[i](weights, x, windows.layout, true));
      }
      x = Dropout(seen, dropout_, random);
    }
    return out_(weights, Add(x, attention_(weights, x, windows.layout)));
  }

  static size_t WidthOf(const NetworkOptions& options) {
    return options.bidirectional ? 2 * options.hidden : options.hidden;
  }

  const double dropout_;
  std::deque<Lstm> forwards_;
  std::deque<Lstm> backwards_;  // none, or as many
  const SelfAttention attention_;
  const Linear out_;
};

class Tcn final : public Classifier {
 public:
  Tcn(size_t metrics, const NetworkOptions& options, base::Random& random)
      : dropout_(options.dropout),
        in_({parameters_, random}, "in", metrics, options.channels),
        out_({parameters_, random}, "out", options.channels, 1) {
    const Builder builder{parameters_, random};
    for (const size_t dilation : options.dilations) {
      blocks_.emplace_back(
          builder, fmt::format("block{}", blocks_.size()),
          CausalConvolution::Shape{
              .in = options.channels, .out = options.channels, .taps = 3, .dilation = dilation});
    }
  }

 private:
  Var LogOdds(const Weights& weights, const Windows& windows, base::Random* random) const override {
    Var x = in_(weights, weights.tape().Constant(windows.values));
    for (const CausalConvolution& block : blocks_) {
      x = Add(x, Dropout(Relu(block(weights, x, windows.layout)), dropout_, random));
    }
    return out_(weights, x);
  }

  const double dropout_;
  const Linear in_;
  std::deque<CausalConvolution> blocks_;
  const Linear out_;
};

// sin and cos of the step at wavelengths from 2 pi to 10,000 times that, as in Vaswani et al.
Matrix Positions(Layout layout, size_t width) {
  Matrix positions(layout.rows(), width);
  for (size_t t = 0; t < layout.steps; ++t) {
    for (size_t j = 0; j < width; ++j) {
      const double exponent = static_cast<double>(j / 2 * 2) / static_cast<double>(width);
      const double angle = static_cast<double>(t) / std::pow(10'000.0, exponent);
      const double value = j % 2 == 0 ? std::sin(angle) : std::cos(angle);
      for (size_t w = 0; w < layout.windows; ++w) positions(t * layout.windows + w, j) = value;
    }
  }
  return positions;
}

class Transformer final : public Classifier {
 public:
  Transformer(size_t metrics, const NetworkOptions& options, base::Random& random)
      : dropout_(options.dropout),
        in_({parameters_, random}, "in", metrics, options.width),
        norm_({parameters_, random}, "norm", options.width),
        out_({parameters_, random}, "out", options.width, 1) {
    const Builder builder{parameters_, random};
    for (size_t i = 0; i < options.layers; ++i) {
      blocks_.emplace_back(builder, fmt::format("block{}", i), options.width, options.heads);
    }
  }

 private:
  struct Block {
    Block(Builder builder, const std::string& name, size_t width, size_t heads)
        : before(builder, name + ".before", width),
          attention(builder, name + ".attention", width, heads),
          between(builder, name + ".between", width),
          wide(builder, name + ".wide", width, 2 * width),
          narrow(builder, name + ".narrow", 2 * width, width) {}
    const Norm before;
    const SelfAttention attention;
    const Norm between;
    const Linear wide;
    const Linear narrow;
  };
  Var LogOdds(const Weights& weights, const Windows& windows, base::Random* random) const override {
    Tape& tape = weights.tape();
    Var x = in_(weights, tape.Constant(windows.values));
    x = Add(x, tape.Constant(Positions(windows.layout, x.cols())));
    for (const Block& block : blocks_) {
      const Var seen = block.attention(weights, block.before(weights, x), windows.layout);
      x = Add(x, Dropout(seen, dropout_, random));
      const Var wide = Relu(block.wide(weights, block.between(weights, x)));
      x = Add(x, Dropout(block.narrow(weights, wide), dropout_, random));
    }
    return out_(weights, norm_(weights, x));
  }

  const double dropout_;
  const Linear in_;
  std::deque<Block> blocks_;
  const Norm norm_;
  const Linear out_;
};

}  // namespace

std::string_view NetworkKindName(NetworkKind kind) { return kNames[static_cast<size_t>(kind)]; }

std::string NetworkKindNames() { return fmt::format("{}", fmt::join(kNames, ", ")); }

std::optional<NetworkKind> ParseNetworkKind(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<NetworkKind>(i);
  }
  return std::nullopt;
}

std::unique_ptr<SequenceNetwork> MakeNetwork(NetworkKind kind, size_t metrics,
                                             const NetworkOptions& options, base::Random& random) {
  switch (kind) {
    case NetworkKind::kLstmAutoencoder:
      return std::make_unique<LstmAutoencoder>(metrics, options, random);
    case NetworkKind::kLstmAttention:
      return std::make_unique<LstmAttention>(metrics, options, random);
    case NetworkKind::kTcn: return std::make_unique<Tcn>(metrics, options, random);
    case NetworkKind::kTransformer: return std::make_unique<Transformer>(metrics, options, random);
    case NetworkKind::kGatv2: break;  // of graphs
  }
  return nullptr;
}

}  // namespace vedette::learn
