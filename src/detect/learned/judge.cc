#include "detect/learned/judge.h"

#include <algorithm>
#include <cmath>

namespace vedette::detect::learned {
namespace {

constexpr base::Duration kBroughtEvery{60'000};
constexpr double kThereAtLeast = 0.5;  // of the last window's values

bool EnoughIsThere(const History& history, size_t window) {
  size_t there = 0;
  for (size_t j = 0; j < history.values.cols(); ++j) there += CountThere(history, j, window);
  return static_cast<double>(there) >=
         kThereAtLeast * static_cast<double>(window * history.values.cols());
}

}  // namespace

void PutIfTaken(const Brought& brought, size_t column, History& history) {
  const Metric& metric = history.metrics[column];
  if (metric.counter || metric.name != brought.metric) return;
  const base::TimePoint end = history.TimeOf(history.rows() - 1);
  for (size_t row = 0; row < history.rows(); ++row) {
    const auto ago = static_cast<size_t>((end - history.TimeOf(row)) / kBroughtEvery);
    if (ago >= brought.values.size()) continue;
    history.values(row, column) = brought.values[brought.values.size() - 1 - ago];
  }
}

size_t CountThere(const History& history, size_t column, size_t rows) {
  size_t there = 0;
  for (size_t row = history.rows() - rows; row < history.rows(); ++row) {
    if (std::isfinite(history.values(row, column))) ++there;
  }
  return there;
}

bool Takes(const Model& model, const std::vector<Brought>& brought) {
  return std::any_of(model.metrics.begin(), model.metrics.end(), [&](const Metric& metric) {
    return !metric.counter && std::any_of(brought.begin(), brought.end(), [&](const Brought& each) {
      return each.metric == metric.name;
    });
  });
}

base::Result<Judgement> JudgeAt(query::Engine& queries, const Model& model, base::TimePoint at,
                                const std::vector<Brought>& brought) {
  const size_t rows = model.window + RecentScores::kKept;
  VEDETTE_TRY(History history,
              ReadHistory(queries,
                          {.tenant = model::TenantName(model.tenant),
                           .from = at - model.step * static_cast<int64_t>(rows - 1),
                           .to = at,
                           .step = model.step},
                          model.metrics));
  for (size_t column = 0; column < model.metrics.size(); ++column) {
    for (const Brought& each : brought) PutIfTaken(each, column, history);
  }
  if (!EnoughIsThere(history, model.window)) return Judgement();
  const learn::Matrix scaled = Scaled(history.values, model.scales);
  const std::vector<double> raw = RawScores(model, scaled, model.window - 1, scaled.rows());
  RecentScores recent(model.floor);
  for (size_t i = 0; i + 1 < raw.size(); ++i) recent.Add(raw[i]);
  Judgement judgement{.known = true};
  judgement.deviation = recent.Deviation(raw.back());
  judgement.score = ScoreOf(judgement.deviation, model.threshold);
  return judgement;
}

}  // namespace vedette::detect::learned
