#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "sources/exposition/parser.h"

namespace vedette::sources::exposition {

// Parse of parser.h for Format::kProtobuf: the only form in which client libraries expose native
// histograms. Histograms with bounds and summaries become the samples that the text format has for
// them; bounds and quantiles are written as OpenMetrics does ("1.0"). Pure and thread-safe. Errors
// are kInvalidArgument "family N: what is wrong".
base::Result<uint64_t> ParseProtobuf(std::string_view message, const ParseOptions& options,
                                     const SampleSink& on_sample, const MetadataSink& on_metadata);

// How many bytes of a help text are kept, so that no character is cut.
size_t HelpBytes(std::string_view help, size_t bytes_max);

}  // namespace vedette::sources::exposition
