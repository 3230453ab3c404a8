#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/case_files.h"
#include "app/case_records.h"

namespace vedette::app {
namespace {

using base::Json;
using diagnose::Evidence;
using diagnose::TraceSet;
namespace fs = std::filesystem;

constexpr size_t kMaxRecords = 5'000'000;
constexpr size_t kMaxEventBytes = 120;
constexpr auto kFailureLevels =
    std::to_array<std::string_view>({"ERROR", "FATAL", "CRITICAL", "SEVERE"});

// Where the columns stand that a file must have.
class Columns {
 public:
  explicit Columns(std::vector<std::string> wanted) : wanted_(std::move(wanted)) {}

  bool known() const { return !at_.empty(); }
  base::Result<> Read(const std::vector<std::string_view>& header) {
    for (const std::string& name : wanted_) {
      const auto found = std::find(header.begin(), header.end(), name);
      if (found == header.end()) {
        return base::InvalidArgument(fmt::format("there is no column \"{}\"", name), name);
      }
      at_.push_back(static_cast<size_t>(found - header.begin()));
    }
    width_ = header.size();
    return {};
  }
  base::Result<> CheckWidth(const std::vector<std::string_view>& cells) const {
    if (cells.size() == width_) return {};
    return base::InvalidArgument(fmt::format("{} cells, the header has {}", cells.size(), width_));
  }
  std::string_view Cell(const std::vector<std::string_view>& cells, size_t wanted) const {
    return cells[at_[wanted]];
  }
  base::Result<double> Number(const std::vector<std::string_view>& cells, size_t wanted) const {
    const std::optional<double> value = ParseCsvNumber(Cell(cells, wanted));
    if (value) return *value;
    return base::InvalidArgument(fmt::format("\"{}\" is no number", Cell(cells, wanted)),
                                 wanted_[wanted]);
  }

 private:
  std::vector<std::string> wanted_;
  std::vector<size_t> at_;
  size_t width_ = 0;
};

// Ids of spans in a file to indices of the table.
using SpanIndex = std::map<int64_t, int64_t>;

int64_t IdOf(double number) { return std::isnan(number) ? -1 : std::llround(number); }

base::Result<SpanIndex> ReadSpans(const fs::path& file, TraceSet& set) {
  VEDETTE_TRY(const std::string text, ReadCaseFile(file));
  Columns columns({"span", "parent", "service", "operation", "dur_us"});
  SpanIndex index;
  VEDETTE_TRY_VOID(
      ForEachCsvRow(file, text, [&](const std::vector<std::string_view>& cells) -> base::Result<> {
        if (!columns.known()) return columns.Read(cells);
        VEDETTE_TRY_VOID(columns.CheckWidth(cells));
        if (set.spans.size() == kMaxRecords) return base::ResourceExhausted("too many spans");
        VEDETTE_TRY(const double id, columns.Number(cells, 0));
        VEDETTE_TRY(const double parent, columns.Number(cells, 1));
        VEDETTE_TRY(const double duration, columns.Number(cells, 4));
        index[IdOf(id)] = static_cast<int64_t>(set.spans.size());
        set.spans.push_back({.parent = IdOf(parent),
                             .entity = std::string(columns.Cell(cells, 2)),
                             .operation = std::string(columns.Cell(cells, 3)),
                             .duration = duration});
        return {};
      }));
  for (diagnose::Span& span : set.spans) {
    const auto parent = index.find(span.parent);
    span.parent = parent == index.end() ? -1 : parent->second;
  }
  return index;
}

base::Result<> ReadLogs(const fs::path& file, const SpanIndex& spans, TraceSet& set) {
  VEDETTE_TRY(const std::string text, ReadCaseFile(file));
  Columns columns({"ts_ms", "span", "text"});
  return ForEachCsvRow(file, text,
                       [&](const std::vector<std::string_view>& cells) -> base::Result<> {
                         if (!columns.known()) return columns.Read(cells);
                         VEDETTE_TRY_VOID(columns.CheckWidth(cells));
                         if (set.lines.size() == kMaxRecords)
                           return base::ResourceExhausted("too many log lines");
                         VEDETTE_TRY(const double time, columns.Number(cells, 0));
                         VEDETTE_TRY(const double id, columns.Number(cells, 1));
                         const auto span = spans.find(IdOf(id));
                         if (span == spans.end()) return {};
                         LogForm form = LogFormOf(columns.Cell(cells, 2));
                         set.lines.push_back({.span = span->second,
                                              .time = time,
                                              .event = std::move(form.event),
                                              .failure = form.failure});
                         return {};
                       });
}

base::Result<> ReadSet(const std::optional<fs::path>& spans, const std::optional<fs::path>& logs,
                       TraceSet& set) {
  if (!spans) return {};
  VEDETTE_TRY(const SpanIndex index, ReadSpans(*spans, set));
  return logs ? ReadLogs(*logs, index, set) : base::Result<>();
}

std::optional<fs::path> IfThere(const fs::path& file) {
  std::error_code failed;
  return fs::is_regular_file(file, failed) ? std::optional(file) : std::nullopt;
}

bool IsFailureLevel(std::string_view level) {
  std::string upper;
  for (const char c : level)
    upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return std::find(kFailureLevels.begin(), kFailureLevels.end(), upper) != kFailureLevels.end();
}

// Words with digits in them vary; the rest is the form.
std::string Masked(std::string_view text) {
  std::string form, word;
  bool digits = false;
  const auto end = [&] {
    form += digits ? "*" : word;
    word.clear();
    digits = false;
  };
  for (const char c : text) {
    if (form.size() >= kMaxEventBytes) break;
    const auto letter = static_cast<unsigned char>(c);
    if (std::isalnum(letter) != 0 || c == '-' || c == '_') {
      word += c;
      digits |= std::isdigit(letter) != 0;
    } else {
      end();
      form += c;
    }
  }
  end();
  return form;
}

// The second word, when it is "unit#line".
std::optional<std::string_view> PositionOf(std::string_view line, std::string_view& level) {
  const size_t gap = line.find(' ');
  if (gap == std::string_view::npos) return std::nullopt;
  level = line.substr(0, gap);
  const size_t from = std::min(line.find_first_not_of(' ', gap), line.size());
  const std::string_view word = line.substr(from, line.find(' ', from) - from);
  const size_t hash = word.rfind('#');
  if (hash == std::string_view::npos || hash + 1 == word.size()) return std::nullopt;
  const bool digits = std::all_of(word.begin() + static_cast<ptrdiff_t>(hash) + 1, word.end(),
                                  [](unsigned char c) { return std::isdigit(c) != 0; });
  return digits ? std::optional(word) : std::nullopt;
}

std::string TextIn(const Json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

}  // namespace

LogForm LogFormOf(std::string_view line) {
  std::string_view level;
  if (const std::optional<std::string_view> position = PositionOf(line, level)) {
    return {std::string(*position), IsFailureLevel(level)};
  }
  if (line.starts_with('{')) {
    if (const base::Result<Json> json = base::ParseJson(line); json.ok() && json->is_object()) {
      const std::string severity = TextIn(*json, "severity");
      return {Masked(TextIn(*json, "message")),
              IsFailureLevel(severity.empty() ? TextIn(*json, "level") : severity)};
    }
  }
  return {Masked(line), IsFailureLevel(level)};
}

base::Result<> ReadTraces(const fs::path& folder, const Json& meta, Evidence& evidence) {
  VEDETTE_TRY_VOID(
      ReadSet(IfThere(folder / "spans.csv"), IfThere(folder / "logs.csv"), evidence.traces));
  VEDETTE_TRY(const std::optional<fs::path> spans, SiblingFile(folder, meta, "baseline_spans"));
  VEDETTE_TRY(const std::optional<fs::path> logs, SiblingFile(folder, meta, "baseline_logs"));
  return ReadSet(spans, logs, evidence.usual_traces);
}

}  // namespace vedette::app
