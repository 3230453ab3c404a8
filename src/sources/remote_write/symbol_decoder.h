#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "model/write_batch.h"
#include "sources/remote_write/decoder.h"

namespace vedette::sources::remote_write {

// Prometheus remote write 2.0: a snappy block around a protobuf `io.prometheus.write.v2.Request`,
// turned into a WriteBatch. Its texts stand once in a table of symbols; series refer to them by
// number. Start timestamps (of a series, a sample or a histogram) are read over: Vedette's
// functions find counter resets in the values.
//
// Keeps its buffers between requests: one per worker. Not thread-safe.
class SymbolDecoder {
 public:
  explicit SymbolDecoder(DecoderOptions options = {});
  ~SymbolDecoder();

  // As Decoder::Decode. A series is refused, and the rest kept, when its references or labels are
  // wrong, when it has neither samples nor histograms, and when it has both, which the
  // specification forbids. Metadata is told once per metric name.
  base::Result<DecodeReport> Decode(std::string_view body, model::WriteBatch& out,
                                    const MetadataSink& on_metadata = {});

 private:
  base::Result<> ReadSymbols(std::string_view message);
  base::Result<> ReadSeries(std::string_view message, const MetadataSink& on_metadata,
                            model::WriteBatch& out, DecodeReport& report);
  base::Result<> CollectSeries(std::string_view message);
  // The labels that refs name, in canonical form, in one walk; empty when they are not what every
  // sender writes: ascending, unique, not empty, short.
  std::string_view MoveLabels();
  // The same for all others; empty with the reason in `problem`.
  std::string_view BuildLabels(std::string& problem);
  void TellMetadata(const MetadataSink& on_metadata);

  struct Parts;
  const DecoderOptions options_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace vedette::sources::remote_write
