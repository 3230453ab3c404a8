#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/labels.h"
#include "model/sample.h"
#include "model/write_batch.h"

namespace vedette::sources::remote_write {

// Prometheus remote write 1.0: a snappy block around a protobuf `prometheus.WriteRequest`, turned
// into a WriteBatch. First stop of pushed metrics; ingest admits what comes out.

struct DecoderOptions {
  size_t decoded_bytes_max = 64 << 20;  // of one request, checked before memory is taken
  size_t samples_max = 1'000'000;       // of one request
  size_t labels_max = 64;               // of one series
  size_t name_bytes_max = 1024;
  size_t value_bytes_max = 4096;
  size_t scratch_bytes_kept = 4 << 20;  // a larger scratch buffer is given back after its request
};

// What became of a request that could be read. A refused series is refused for good; the rest of
// the request is in the batch.
struct DecodeReport {
  uint64_t series = 0;   // entries of the batch
  uint64_t samples = 0;  // in the batch
  uint64_t refused_series = 0;
  uint64_t refused_samples = 0;
  std::string first_refusal;  // names the series and what is wrong with it
  // Parts of the message that this version does not store; no error in protocol 1.0.
  uint64_t exemplars_not_stored = 0;
  uint64_t histograms_not_stored = 0;
};

// What a sender says about a metric family; the views live during the call only.
struct FamilyMetadata {
  std::string_view type;  // "counter", "gauge", "histogram", ... "unknown"
  std::string_view family;
  std::string_view help;
  std::string_view unit;
};
using MetadataSink = std::function<void(const FamilyMetadata&)>;

// Keeps its buffers between requests: one per worker. Not thread-safe.
class Decoder {
 public:
  explicit Decoder(DecoderOptions options = {});

  // Clears `out` and fills it. Sample values keep their bits (stale markers). Errors:
  // kInvalidArgument when the body is no such message or exceeds a limit of the whole request;
  // `out` is then empty. Never throws.
  base::Result<DecodeReport> Decode(std::string_view body, model::WriteBatch& out,
                                    const MetadataSink& on_metadata = {});

 private:
  base::Result<std::string_view> Uncompress(std::string_view body);
  base::Result<> ReadRequest(std::string_view message, const MetadataSink& on_metadata,
                             model::WriteBatch& out, DecodeReport& report);
  base::Result<> ReadSeries(std::string_view message, model::WriteBatch& out, DecodeReport& report);
  bool SamplesExceeded(const DecodeReport& report) const;  // with those of samples_
  // True when the series had the usual form and is in `out`.
  bool MoveQuickly(std::string_view message, model::WriteBatch& out, DecodeReport& report);
  // Reads the parts of a series into labels_ and samples_; the number of its labels.
  size_t CollectSeries(std::string_view message, DecodeReport& report);
  void AddLabel(std::string_view message);
  // Writes labels_ in canonical form to canonical_; empty text when the series is to be refused,
  // with the reason in `problem`.
  std::string_view BuildCanonical(size_t label_count, std::string& problem);
  std::string LabelProblem(size_t label_count) const;

  const DecoderOptions options_;
  // Both have room behind their content, so that short texts are copied in steps of 32 bytes.
  std::unique_ptr<char[]> raw_;
  size_t raw_capacity_ = 0;
  std::unique_ptr<char[]> canonical_;
  size_t canonical_capacity_ = 0;
  std::vector<model::Label> labels_;
  std::vector<model::Sample> samples_;
  bool labels_sorted_ = true;
};

}  // namespace vedette::sources::remote_write
