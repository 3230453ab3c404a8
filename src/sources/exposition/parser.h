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

// The forms in which programs expose metrics: Prometheus' text format 0.0.4 and OpenMetrics 1.0,
// both with quoted UTF-8 names ({"name", "label"="x"}), and Prometheus' protobuf. Histograms,
// summaries, info and state sets are the plain samples they are written as, _created included;
// protobuf has native histograms too, and its created timestamps are read over. OpenMetrics is
// taken at its word: single spaces, no blank lines, no other comments, and what family_checker.h
// asks of families. Functions here are pure and thread-safe.

enum class Format {
  kText,         // timestamps in milliseconds
  kOpenMetrics,  // timestamps in seconds; the text must end with "# EOF"
  kProtobuf,     // io.prometheus.client.MetricFamily messages, each behind its length
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
  // A histogram of protobuf may be native and have buckets with bounds too, of which one is taken
  // as Prometheus does: the native one, unless it is not wanted.
  bool native_histograms = true;
  bool classic_with_native = false;  // both are taken
};

// An exemplar as written; views live as long as those of its sample.
struct ParsedExemplar {
  std::span<const model::Label> labels;
  double value = 0;
  std::optional<int64_t> t_ms;
};

// One line, or what would be one. Views live during the call only.
struct ParsedSample {
  // As written, names unique: __name__ first if it stood before the braces. Values may be empty.
  std::span<const model::Label> labels;
  double value = 0;
  const model::Histogram* histogram = nullptr;  // a valid one, in the place of the value
  std::optional<int64_t> t_ms;
  std::span<const ParsedExemplar> exemplars;
};
// An Error ends the parsing and is returned with the number of the line or family.
using SampleSink = std::function<base::Result<>(const ParsedSample&)>;

// What the HELP, TYPE and UNIT lines say of one family; told once, when the next family begins.
struct FamilyMetadata {
  std::string_view type = "unknown";  // "counter", "gauge", "histogram", ...
  std::string_view family;
  std::string_view help;
  std::string_view unit;
};
using MetadataSink = std::function<void(const FamilyMetadata&)>;

// Adds the value or histogram of a sample, at this time, and its exemplars to the series that began
// last; an exemplar without a timestamp is as old as its sample.
void AddSample(const ParsedSample& sample, int64_t t_ms, model::WriteBatch& out);

// Reads the whole text; the number of samples. Error: kInvalidArgument "line N: what is wrong", of
// protobuf "family N: ..."; samples of the lines before it have been given to the sink.
base::Result<uint64_t> Parse(std::string_view text, const ParseOptions& options,
                             const SampleSink& on_sample, const MetadataSink& on_metadata = {});

// The samples as a batch (cleared first); those without a timestamp get `now`. On an Error the
// batch is empty.
base::Result<uint64_t> ParseBatch(std::string_view text, const ParseOptions& options,
                                  base::TimePoint now, model::WriteBatch& out,
                                  const MetadataSink& on_metadata = {});

}  // namespace vedette::sources::exposition
