#include "app/detect_csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "detect/baseline/series_detector.h"
#include "detect/noise_budget.h"
#include "detect/options.h"
#include "model/severity.h"

namespace vedette::app {
namespace {

// The series of a file, watched as the server would watch them, beside no others.
class Watched {
 public:
  struct Row {
    double score = 0;  // the greatest surprise of its values, in nats
    bool alert = false;
  };

  explicit Watched(size_t series) : budget_(options_.noise_budget), series_(series) {
    budget_.AddSeries(static_cast<int64_t>(series), 0);
    budget_.Settle(base::TimePoint());
  }
  size_t size() const { return series_.size(); }

  void Step(size_t index, int64_t t_ms, double value, Row& row) {
    const detect::baseline::Levels levels = budget_.levels();
    row.score = std::max(
        row.score,
        detect::baseline::Step(options_.baseline, {}, levels, series_[index], t_ms, value).nats);
    row.alert |= detect::baseline::ScoreOf(levels, series_[index]) >= model::kWarningScore;
  }

 private:
  const detect::DetectorOptions options_;
  detect::NoiseBudget budget_;
  std::vector<detect::baseline::SeriesDetector> series_;
};

std::vector<std::string_view> Split(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  std::vector<std::string_view> cells;
  while (true) {
    const size_t comma = line.find(',');
    cells.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

// Nothing when the text is no number; an empty one is a missing value.
std::optional<double> ParseCell(std::string_view text) {
  if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string FormatRow(std::string_view time, const Watched::Row& result, bool json) {
  return json ? fmt::format("{{\"time\":{},\"score\":{},\"alert\":{}}}\n", time, result.score,
                            result.alert)
              : fmt::format("{},{},{}\n", time, result.score, result.alert ? 1 : 0);
}

// The highest score of the row's values; an alert when any of them has one.
base::Result<Watched::Row> ScoreRow(const std::vector<std::string_view>& cells, Watched& watched) {
  const std::optional<double> seconds = ParseCell(cells[0]);
  if (!seconds || !std::isfinite(*seconds) || std::abs(*seconds) > 1e12) {
    return base::InvalidArgument(fmt::format("\"{}\" is no time in unix seconds", cells[0]));
  }
  if (cells.size() - 1 != watched.size()) {
    return base::InvalidArgument(
        fmt::format("{} values, the first row has {}", cells.size() - 1, watched.size()));
  }
  Watched::Row row;
  for (size_t i = 0; i < watched.size(); ++i) {
    const std::optional<double> value = ParseCell(cells[i + 1]);
    if (!value) return base::InvalidArgument(fmt::format("\"{}\" is no number", cells[i + 1]));
    watched.Step(i, std::llround(*seconds * 1000), *value, row);
  }
  return row;
}

}  // namespace

base::Result<std::string> DetectCsv(const DetectCsvOptions& options) {
  std::ifstream file(options.file);
  if (!file) return base::NotFound(options.file + ": cannot be read");
  std::optional<Watched> watched;
  std::string out, line;
  for (int number = 1; std::getline(file, line); ++number) {
    const std::vector<std::string_view> cells = Split(line);
    if (cells.size() == 1 && cells[0].empty()) continue;
    const bool header = number == 1 && !ParseCell(cells[0]);
    if (!watched) watched.emplace(cells.size() - 1);
    if (header) continue;
    const base::Result<Watched::Row> row = ScoreRow(cells, *watched);
    if (!row.ok()) return row.error().With(fmt::format("{}:{}", options.file, number));
    out += FormatRow(cells[0], *row, options.json);
  }
  if (file.bad()) return base::FailedPrecondition(options.file + ": cannot be read");
  return out;
}

}  // namespace vedette::app
