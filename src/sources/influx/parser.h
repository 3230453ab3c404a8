#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/write_batch.h"

namespace vedette::sources::influx {

// InfluxDB's line protocol, as Telegraf and the client libraries write it:
//
//   measurement,tag=value field=1.5,other=2i,text="x",ok=true 1700000000000000000
//
// Every numeric or boolean field becomes a sample of the series
// measurement_field{tag="value"}, the names VictoriaMetrics gives them; true is 1, false 0. Text
// fields have no place in a metric: they are counted and skipped. A tag without a value is no
// label. Pure and thread-safe.

// What one unit of a timestamp is worth, in nanoseconds.
enum class Precision : int64_t {
  kNanosecond = 1,
  kMicrosecond = 1'000,
  kMillisecond = 1'000'000,
  kSecond = 1'000'000'000,
  kMinute = 60'000'000'000,
  kHour = 3'600'000'000'000,
};
// "ns", "n", "us", "u", "ms", "s", "m", "h"; nanoseconds when the text is empty.
std::optional<Precision> ParsePrecision(std::string_view text);

struct ParseOptions {
  Precision precision = Precision::kNanosecond;
  std::string separator = "_";  // between measurement and field
  // A label for all series, unless a tag has its name; none when the value is empty.
  std::string extra_label = "db";
  std::string extra_value;
  size_t samples_max = 1'000'000;
  size_t tags_max = 63;
  size_t fields_max = 1000;  // of one line
  size_t name_bytes_max = 1024;
  size_t value_bytes_max = 4096;
  size_t label_bytes_max = 128 << 20;  // of all series together, since fields repeat the tags
  size_t problems_max = 10;            // kept in the report
};

// What is wrong with one line, counted from 1.
struct LineProblem {
  uint64_t line = 0;
  std::string message;
};

struct ParseReport {
  uint64_t lines = 0;  // with points
  uint64_t refused_lines = 0;
  uint64_t samples = 0;
  uint64_t skipped_texts = 0;         // fields that hold text
  std::vector<LineProblem> problems;  // of the first refused lines
  // The lines with points and the first entry of the batch that each has; ascending.
  struct Begin {
    uint64_t line = 0;
    uint32_t entry = 0;
  };
  std::vector<Begin> begins = {};

  // The lines of these entries, ascending, each once.
  std::vector<uint64_t> LinesOf(const std::vector<uint32_t>& entries) const;
};

// Fills `out` (cleared first) with the points of all good lines; points without a timestamp get
// `now`. A bad line is refused as a whole and takes no other with it. Error: kInvalidArgument when
// the body exceeds a limit of the whole request; `out` is then empty.
base::Result<ParseReport> Parse(std::string_view body, const ParseOptions& options,
                                base::TimePoint now, model::WriteBatch& out);

}  // namespace vedette::sources::influx
