#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sources/influx/parser.h"

namespace vedette::sources::influx {

// The parts of one point. Texts are unescaped; the views live until the next Read.
struct Line {
  std::string_view measurement;
  std::vector<std::pair<std::string_view, std::string_view>> tags;
  std::vector<std::pair<std::string_view, double>> fields;  // numbers and booleans
  uint64_t texts = 0;                                       // fields that hold text
  std::optional<int64_t> timestamp;                         // in the units of the request
};

// Reads points from the front of a text. Keeps its buffers from line to line. Not thread-safe.
class LineReader {
 public:
  explicit LineReader(const ParseOptions& options) : options_(options) {}

  // The point at the front of `text`, which may span lines inside a quoted text. Advances `text`
  // behind its newline, in case of an Error too. Errors are kInvalidArgument and say what was
  // expected, without the line number.
  base::Result<> Read(std::string_view& text, Line& line);

 private:
  enum class Place { kMeasurement, kTagKey, kTagValue, kFieldKey };

  base::Result<> ReadPoint(Line& line);
  base::Result<> ReadTags(Line& line);
  base::Result<> ReadFields(Line& line);
  base::Result<> ReadField(Line& line);
  base::Result<> ReadQuoted();
  base::Result<> ReadTimestamp(Line& line);
  std::string_view ReadName(Place place);
  base::Result<> CheckName(std::string_view what, std::string_view name, size_t bytes_max) const;
  char Peek() const { return rest_.empty() ? '\n' : rest_[0]; }
  bool Take(char c);

  const ParseOptions& options_;
  std::string_view rest_;
  std::string unescaped_;  // has room for the whole point, so that views into it stay
};

}  // namespace vedette::sources::influx
