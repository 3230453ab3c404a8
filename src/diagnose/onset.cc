#include "diagnose/onset.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "diagnose/robust.h"

namespace vedette::diagnose {
namespace {

constexpr size_t kMinRows = 12;
// What a series without a shift rarely exceeds anywhere: less of it is noise and not added up.
constexpr double kNoise = 10;
constexpr size_t kSustained = 5;
constexpr size_t kSustainedNeeded = 4;

// Ranks with ties shared, centered on 0; a missing value has rank 0, "no news".
std::vector<double> CenteredRanks(const std::vector<double>& values) {
  std::vector<size_t> order;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values[i])) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size(), 0);
  const double middle = (static_cast<double>(order.size()) - 1) / 2;
  for (size_t from = 0, to = 0; from < order.size(); from = to) {
    while (to < order.size() && values[order[to]] == values[order[from]]) ++to;
    const double rank = static_cast<double>(from + to - 1) / 2 - middle;
    for (size_t i = from; i < to; ++i) ranks[order[i]] = rank;
  }
  return ranks;
}

// The sums of ranks are flat around the shift. Of the rows near `shift` the one that best divides
// the values into those nearer to the level before and those nearer to the level after.
size_t Refine(const std::vector<const Series*>& shifted, size_t shift, size_t reach, size_t rows) {
  const size_t from = shift - std::min(shift - 1, reach), to = std::min(shift + reach, rows - 1);
  std::vector<double> agreement(to - from + 1, 0);
  for (const Series* series : shifted) {
    const auto cut = series->window.begin() + static_cast<ptrdiff_t>(shift);
    const double before = Median({series->window.begin(), cut});
    const double after = Median({cut, series->window.end()});
    double balance = 0;  // of the rows passed: those on the side before less the others
    for (size_t row = from; row <= to; ++row) {
      agreement[row - from] += balance;
      const double value = series->window[row];
      if (std::isnan(value)) continue;
      balance += std::abs(value - before) < std::abs(value - after) ? 1 : -1;
    }
  }
  const auto best = std::max_element(agreement.begin(), agreement.end());
  return from + static_cast<size_t>(best - agreement.begin());
}

}  // namespace

std::optional<size_t> FindShift(const std::vector<Series>& series, size_t rows) {
  if (rows < kMinRows) return std::nullopt;
  std::vector<double> evidence(rows, 0);
  std::vector<const Series*> shifted;
  for (const Series& one : series) {
    const std::vector<double> ranks = CenteredRanks(one.window);
    const double squares = std::inner_product(ranks.begin(), ranks.end(), ranks.begin(), 0.0);
    if (squares <= 0) continue;
    double sum = 0, most = 0;
    for (size_t row = 1; row < rows; ++row) {
      sum += ranks[row - 1];
      const double share = static_cast<double>(row) / static_cast<double>(rows);
      const double news = sum * sum / (squares * share * (1 - share)) - kNoise;
      evidence[row] += std::max(0.0, news);
      most = std::max(most, news);
    }
    if (most > 0) shifted.push_back(&one);
  }
  const auto margin = static_cast<ptrdiff_t>(std::max<size_t>(3, rows / 20));
  const auto best = std::max_element(evidence.begin() + margin, evidence.end() - margin);
  if (*best <= 0) return std::nullopt;
  return Refine(shifted, static_cast<size_t>(best - evidence.begin()), static_cast<size_t>(margin),
                rows);
}

std::optional<size_t> FirstSustained(const std::vector<double>& deviations, double threshold) {
  for (size_t row = 0; row < deviations.size(); ++row) {
    if (!(std::abs(deviations[row]) >= threshold)) continue;
    const size_t end = std::min(row + kSustained, deviations.size());
    size_t beyond = 0;
    for (size_t i = row; i < end; ++i) beyond += std::abs(deviations[i]) >= threshold ? 1 : 0;
    if (beyond >= std::min(kSustainedNeeded, end - row)) return row;
  }
  return std::nullopt;
}

}  // namespace vedette::diagnose
