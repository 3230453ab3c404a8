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
// into a WriteBatch. First stop of pushed metrics; ingest admits what comes out. Version 2.0 has
// its own decoder, symbol_decoder.h, with the same options and report.

struct DecoderOptions {
  size_t decoded_bytes_max = 64 << 20;  // of one request, checked before memory is taken
  size_t samples_max = 1'000'000;       // of one request; so are the next six
  size_t histograms_max = 100'000;
  size_t histogram_buckets_max = 4'000'000;
  size_t exemplars_max = 100'000;
  size_t symbols_max = 1'000'000;      // 2.0 only
  size_t label_bytes_max = 256 << 20;  // of all series together, which symbols can multiply
  size_t labels_max = 64;              // of one series
  size_t name_bytes_max = 1024;
  size_t value_bytes_max = 4096;
  size_t scratch_bytes_kept = 4 << 20;  // a larger scratch buffer is given back after its request
};

// What became of a request that could be read. What is refused is refused for good; the rest of
// the request is in the batch.
struct DecodeReport {
  uint64_t series = 0;  // entries of the batch
  uint64_t samples = 0;
  uint64_t histograms = 0;
  uint64_t exemplars = 0;
  uint64_t refused_series = 0;
  uint64_t refused_samples = 0;
  uint64_t refused_histograms = 0;
  uint64_t refused_exemplars = 0;  // no error: an exemplar is an extra
  std::string first_refusal;       // names the series and what is wrong with it

  bool refused() const {
    return refused_series > 0 || refused_samples > 0 || refused_histograms > 0;
  }
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
  ~Decoder();

  // Clears `out` and fills it. Sample values keep their bits (stale markers). Errors:
  // kInvalidArgument when the body is no such message or exceeds a limit of the whole request;
  // `out` is then empty. Never throws.
  base::Result<DecodeReport> Decode(std::string_view body, model::WriteBatch& out,
                                    const MetadataSink& on_metadata = {});

 private:
  base::Result<> ReadRequest(std::string_view message, const MetadataSink& on_metadata,
                             model::WriteBatch& out, DecodeReport& report);
  base::Result<> ReadSeries(std::string_view message, model::WriteBatch& out, DecodeReport& report);
  // True when the series had the usual form and is in `out`.
  bool MoveQuickly(std::string_view message, model::WriteBatch& out, DecodeReport& report);
  base::Result<> CollectSeries(std::string_view message);
  void AddLabel(std::string_view message);

  struct Parts;
  const DecoderOptions options_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace vedette::sources::remote_write
