#include "sources/influx/parser.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <iterator>
#include <utility>

#include "model/labels.h"
#include "sources/influx/line.h"

namespace vedette::sources::influx {
namespace {

constexpr int64_t kMillisecond = static_cast<int64_t>(Precision::kMillisecond);

// Milliseconds since 1970; nothing when the time is beyond what they can count.
std::optional<int64_t> ToMillis(int64_t timestamp, Precision precision) {
  const auto unit = static_cast<int64_t>(precision);
  if (unit < kMillisecond) {
    const int64_t divisor = kMillisecond / unit;
    return timestamp / divisor - (timestamp % divisor < 0 ? 1 : 0);
  }
  int64_t millis = 0;
  if (__builtin_mul_overflow(timestamp, unit / kMillisecond, &millis)) return std::nullopt;
  return millis;
}

// One run over a body.
class Parser {
 public:
  Parser(const ParseOptions& options, base::TimePoint now, model::WriteBatch& out)
      : options_(options), now_ms_(base::ToMillis(now)), out_(out), reader_(options) {}

  base::Result<ParseReport> Run(std::string_view body);

 private:
  base::Result<> AddLine(std::string_view& body);
  base::Result<> AddPoint();
  base::Result<> CheckLimits();

  const ParseOptions& options_;
  const int64_t now_ms_;
  model::WriteBatch& out_;
  LineReader reader_;
  Line line_;
  model::LabelsBuilder labels_;
  std::string name_;
  std::string canonical_;
  size_t label_bytes_ = 0;
  ParseReport report_;
};

base::Result<> Parser::CheckLimits() {
  if (report_.samples > options_.samples_max) {
    return base::InvalidArgument(
        fmt::format("more than {} samples in one request", options_.samples_max),
        "samples_per_request");
  }
  if (label_bytes_ > options_.label_bytes_max) {
    return base::InvalidArgument(
        fmt::format("the series of one request have more than {} bytes", options_.label_bytes_max),
        "label_bytes_per_request");
  }
  return {};
}

base::Result<ParseReport> Parser::Run(std::string_view body) {
  uint64_t line_number = 1;
  while (!body.empty()) {
    const size_t first = std::min(body.find_first_not_of(" \t\r"), body.size());
    const bool blank = first == body.size() || body[first] == '\n' || body[first] == '#';
    const std::string_view before = body;
    if (blank) {
      body.remove_prefix(std::min(body.find('\n'), body.size() - 1) + 1);
    } else {
      body.remove_prefix(first);
      ++report_.lines;
      report_.begins.push_back({line_number, static_cast<uint32_t>(out_.entries().size())});
      base::Result<> added = AddLine(body);
      if (!added.ok() && report_.refused_lines++ < options_.problems_max) {
        report_.problems.push_back({line_number, std::move(added).error().message});
      }
      VEDETTE_TRY_VOID(CheckLimits());
    }
    const std::string_view done = before.substr(0, before.size() - body.size());
    line_number += static_cast<uint64_t>(std::ranges::count(done, '\n'));
  }
  return std::move(report_);
}

base::Result<> Parser::AddLine(std::string_view& body) {
  VEDETTE_TRY_VOID(reader_.Read(body, line_));
  return AddPoint();
}

base::Result<> Parser::AddPoint() {
  int64_t t_ms = now_ms_;
  if (line_.timestamp) {
    const std::optional<int64_t> millis = ToMillis(*line_.timestamp, options_.precision);
    if (!millis) return base::InvalidArgument("the timestamp is out of range");
    t_ms = *millis;
  }
  report_.skipped_texts += line_.texts;
  for (const auto& [field, value] : line_.fields) {
    name_.assign(line_.measurement).append(options_.separator).append(field);
    labels_.Clear();
    // The last of equal names wins: tags before the extra label, the name before all.
    if (!options_.extra_value.empty()) labels_.Append(options_.extra_label, options_.extra_value);
    for (const auto& [key, text] : line_.tags) {
      if (!text.empty()) labels_.Append(key, text);
    }
    labels_.Append(model::kMetricName, name_);
    canonical_.clear();
    labels_.AppendCanonical(canonical_);
    label_bytes_ += canonical_.size();
    ++report_.samples;
    VEDETTE_TRY_VOID(CheckLimits());
    out_.BeginSeries(model::LabelsView::FromCanonical(canonical_));
    out_.Add(t_ms, value);
  }
  return {};
}

}  // namespace

std::vector<uint64_t> ParseReport::LinesOf(const std::vector<uint32_t>& entries) const {
  std::vector<uint64_t> found;
  for (const uint32_t entry : entries) {
    // The last that begins there or before: lines without points begin where the next one does.
    const auto after = std::ranges::upper_bound(begins, entry, {}, &Begin::entry);
    if (after != begins.begin()) found.push_back(std::prev(after)->line);
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

std::optional<Precision> ParsePrecision(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, Precision>, 10> kNames = {{
      {"", Precision::kNanosecond},
      {"ns", Precision::kNanosecond},
      {"n", Precision::kNanosecond},
      {"us", Precision::kMicrosecond},
      {"u", Precision::kMicrosecond},
      {"µ", Precision::kMicrosecond},
      {"ms", Precision::kMillisecond},
      {"s", Precision::kSecond},
      {"m", Precision::kMinute},
      {"h", Precision::kHour},
  }};
  for (const auto& [name, precision] : kNames) {
    if (name == text) return precision;
  }
  return std::nullopt;
}

base::Result<ParseReport> Parse(std::string_view body, const ParseOptions& options,
                                base::TimePoint now, model::WriteBatch& out) {
  out.Clear();
  base::Result<ParseReport> report = Parser(options, now, out).Run(body);
  if (!report.ok()) out.Clear();
  return report;
}

}  // namespace vedette::sources::influx
