#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/span.h"
#include "sources/otlp/records.h"

namespace vedette::sources::otlp {

struct DecodedSpans {
  std::vector<model::Span> spans;
  Refusals refused;
};

// An ExportTraceServiceRequest message as spans. Ids must have their full length and not be zero;
// trace state and dropped counts are not kept. Errors as DecodeLogs. Thread-safe.
base::Result<DecodedSpans> DecodeTraces(std::string_view message,
                                        const RecordOptions& options = {});

}  // namespace vedette::sources::otlp
