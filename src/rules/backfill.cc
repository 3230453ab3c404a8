#include "rules/backfill.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <utility>

#include "model/sample.h"

namespace vedette::rules {
namespace {

constexpr int64_t kStepsPerQuery = 1000;

// The series of a rule that had a sample at the last step of the query before.
using Alive = std::set<model::Labels>;

// Ends a series where a step has no sample and the one before has: the next rule must not see the
// old value for the lookback.
void AddSamples(const model::Labels& labels, const series::SampleColumns& samples, int64_t step_ms,
                int64_t first_ms, int64_t last_ms, Alive& alive, model::WriteBatch& batch) {
  batch.BeginSeries(labels);
  if (samples.t_ms.front() != first_ms && alive.contains(labels)) {
    batch.Add(first_ms, model::StaleNan());
  }
  alive.erase(labels);
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    const int64_t t_ms = samples.t_ms[i];
    if (!samples.histograms.empty() && samples.histograms[i] != nullptr) {
      batch.AddHistogram(t_ms, *samples.histograms[i]);
    } else {
      batch.Add(t_ms, samples.values[i]);
    }
    const int64_t next = t_ms + step_ms;
    const bool last = i + 1 == samples.t_ms.size();
    if (last ? next <= last_ms : samples.t_ms[i + 1] != next) batch.Add(next, model::StaleNan());
  }
}

struct Window {
  base::TimePoint from;
  base::TimePoint to;  // inclusive, a step
  base::Duration step;
};

base::Result<> FillRule(const Rule& rule, const Window& window, const BackfillIo& io, Alive& alive,
                        BackfillReport& report) {
  VEDETTE_TRY(const query::QueryResult result,
              io.query(rule.expr, window.from, window.to, window.step));
  const int64_t first_ms = base::ToMillis(window.from);
  const int64_t last_ms = base::ToMillis(window.to);
  model::WriteBatch batch;
  std::set<model::Labels> seen;
  Alive still;
  for (const query::MatrixSeries& series : result.matrix) {
    if (series.samples.t_ms.empty()) continue;
    model::LabelsBuilder builder(series.labels);
    builder.Set(model::kMetricName, rule.name);
    for (const auto& [name, value] : rule.labels) builder.Set(name, value);
    const model::Labels labels = builder.Build();
    if (!seen.insert(labels).second) {
      return base::FailedPrecondition(
          "vector contains metrics with the same labelset after applying rule labels");
    }
    AddSamples(labels, series.samples, window.step.count(), first_ms, last_ms, alive, batch);
    if (series.samples.t_ms.back() == last_ms) still.insert(labels);
  }
  for (const model::Labels& labels : alive) {  // those that this window does not have
    batch.BeginSeries(labels);
    batch.Add(first_ms, model::StaleNan());
  }
  alive = std::move(still);
  if (batch.empty()) return {};
  report.samples += batch.sample_count() + batch.histograms().size();
  return io.append(batch);
}

}  // namespace

base::Result<BackfillReport> Backfill(const std::vector<RuleGroup>& groups, base::TimePoint from,
                                      base::TimePoint to, base::Duration interval,
                                      const BackfillIo& io) {
  BackfillReport report;
  for (const RuleGroup& group : groups) {
    const base::Duration step = group.interval.value_or(interval);
    const int64_t every = step.count();
    // Aligned, so that overlapping runs write the same times.
    const int64_t first = (base::ToMillis(from) + every - 1) / every * every;
    const auto recording = [](const Rule& rule) { return !rule.alerting; };
    report.rules +=
        static_cast<uint64_t>(std::count_if(group.rules.begin(), group.rules.end(), recording));
    std::vector<Alive> alive(group.rules.size());
    const int64_t last = base::ToMillis(to);
    for (int64_t start = first; start <= last; start += kStepsPerQuery * every) {
      const int64_t steps = std::min(kStepsPerQuery - 1, (last - start) / every);
      const Window window{base::FromMillis(start), base::FromMillis(start + steps * every), step};
      for (size_t i = 0; i < group.rules.size(); ++i) {
        if (group.rules[i].alerting) continue;
        const base::Result<> done = FillRule(group.rules[i], window, io, alive[i], report);
        if (!done.ok()) return done.error().With(fmt::format("rule {}", group.rules[i].name));
      }
    }
  }
  return report;
}

}  // namespace vedette::rules
