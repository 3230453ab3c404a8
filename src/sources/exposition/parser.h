#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/labels.h"
#include "model/write_batch.h"

namespace vedette::sources::exposition {

// The texts in which programs expose metrics: Prometheus' text format 0.0.4 and OpenMetrics 1.0,
// both with quoted UTF-8 names ({"name", "label"="x"}). Histograms, summaries, info and state sets
// are the plain samples they are written as, _created included. OpenMetrics is taken at its word:
// single spaces, no blank lines, no other comments, and what family_checker.h asks of families.
// Functions here are pure and thread-safe.

enum class Format {
  kText,         // timestamps in milliseconds
  kOpenMetrics,  // timestamps in seconds; the text must end with "# EOF"
};

// From a Content-Type header; anything unknown is the text format.
Format FormatOf(std::string_view content_type);

struct ParseOptions {
  Format format = Format::kText;
  size_t samples_max = 1'000'000;
  size_t labels_max = 64;  // of one sample, the metric name among them
  size_t name_bytes_max = 1024;
  size_t value_bytes_max = 4096;
  size_t help_bytes_max = 4096;  // longer texts are cut
};

// An exemplar as written; views live as long as those of its sample.
struct ParsedExemplar {
  std::span<const model::Label> labels;
  double value = 0;
  std::optional<int64_t> t_ms;
};

// One line. Views live during the call only.
struct ParsedSample {
  // As written, names unique: __name__ first if it stood before the braces. Values may be empty.
  std::span<const model::Label> labels;
  double value = 0;
  std::optional<int64_t> t_ms;
  std::optional<ParsedExemplar> exemplar;
};
// An Error ends the parsing and is returned with the line number.
using SampleSink = std::function<base::Result<>(const ParsedSample&)>;

// What the HELP, TYPE and UNIT lines say of one family; told once, when the next family begins.
struct FamilyMetadata {
  std::string_view type = "unknown";  // "counter", "gauge", "histogram", ...
  std::string_view family;
  std::string_view help;
  std::string_view unit;
};
using MetadataSink = std::function<void(const FamilyMetadata&)>;

// Adds the exemplar of a sample to the series that began last; one without a timestamp is as old as
// its sample.
void AddExemplar(const ParsedExemplar& exemplar, int64_t sample_t_ms, model::WriteBatch& out);

// Reads the whole text; the number of samples. Error: kInvalidArgument "line N: what is wrong";
// samples of the lines before it have been given to the sink.
base::Result<uint64_t> Parse(std::string_view text, const ParseOptions& options,
                             const SampleSink& on_sample, const MetadataSink& on_metadata = {});

// The samples as a batch (cleared first); those without a timestamp get `now`. On an Error the
// batch is empty.
base::Result<uint64_t> ParseBatch(std::string_view text, const ParseOptions& options,
                                  base::TimePoint now, model::WriteBatch& out,
                                  const MetadataSink& on_metadata = {});

}  // namespace vedette::sources::exposition
