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

#include "detect/baseline/scorer.h"

namespace vedette::app {
namespace {

using detect::baseline::SeriesScorer;

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

std::string FormatRow(std::string_view time, const SeriesScorer::Result& result, bool json) {
  return json ? fmt::format("{{\"time\":{},\"score\":{},\"alert\":{}}}\n", time, result.score,
                            result.alert)
              : fmt::format("{},{},{}\n", time, result.score, result.alert ? 1 : 0);
}

// The highest score of the row's values; an alert when any of them has one.
base::Result<SeriesScorer::Result> ScoreRow(const std::vector<std::string_view>& cells,
                                            std::vector<SeriesScorer>& scorers) {
  const std::optional<double> seconds = ParseCell(cells[0]);
  if (!seconds || !std::isfinite(*seconds) || std::abs(*seconds) > 1e12) {
    return base::InvalidArgument(fmt::format("\"{}\" is no time in unix seconds", cells[0]));
  }
  if (cells.size() - 1 != scorers.size()) {
    return base::InvalidArgument(
        fmt::format("{} values, the first row has {}", cells.size() - 1, scorers.size()));
  }
  SeriesScorer::Result row;
  for (size_t i = 0; i < scorers.size(); ++i) {
    const std::optional<double> value = ParseCell(cells[i + 1]);
    if (!value) return base::InvalidArgument(fmt::format("\"{}\" is no number", cells[i + 1]));
    const SeriesScorer::Result result = scorers[i].Step(std::llround(*seconds * 1000), *value);
    row.score = std::max(row.score, result.score);
    row.alert |= result.alert;
  }
  return row;
}

}  // namespace

base::Result<std::string> DetectCsv(const DetectCsvOptions& options) {
  std::ifstream file(options.file);
  if (!file) return base::NotFound(options.file + ": cannot be read");
  std::vector<SeriesScorer> scorers;
  std::string out, line;
  for (int number = 1; std::getline(file, line); ++number) {
    const std::vector<std::string_view> cells = Split(line);
    if (cells.size() == 1 && cells[0].empty()) continue;
    const bool header = number == 1 && !ParseCell(cells[0]);
    if (scorers.empty()) {
      for (size_t i = 1; i < cells.size(); ++i) scorers.emplace_back();
    }
    if (header) continue;
    const base::Result<SeriesScorer::Result> row = ScoreRow(cells, scorers);
    if (!row.ok()) return row.error().With(fmt::format("{}:{}", options.file, number));
    out += FormatRow(cells[0], *row, options.json);
  }
  return out;
}

}  // namespace vedette::app
