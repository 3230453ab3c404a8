#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <map>
#include <set>
#include <utility>

#include "release/proof.h"
#include "release/reading.h"

namespace vedette::release {
namespace {

constexpr base::Duration kBlock = std::chrono::minutes(5);
constexpr base::Duration kWeek = std::chrono::hours(24 * 7);

using Means = std::map<base::TimePoint, std::pair<double, int>>;  // sum and number of versions

void Put(Means& means, base::TimePoint at, double value) {
  auto& [sum, count] = means[at];
  sum += value;
  ++count;
}

constexpr double kBlockMinutes = 5;
constexpr double kPartMinutes = 15;  // of the parts before the release

// How much more each process serves than before the release, block by block: more traffic takes
// more CPU without any release. Empty where requests are not known.
base::Result<std::map<base::TimePoint, double>> Traffic(const Reading& reading,
                                                        const Metric& metric,
                                                        const Observation& seen) {
  std::map<base::TimePoint, double> factors;
  const auto rate = std::find_if(seen.rates.begin(), seen.rates.end(),
                                 [](const auto& each) { return each.signal == "errors"; });
  if (rate == seen.rates.end()) return factors;
  const base::TimePoint begin = reading.sides.begin;
  VEDETTE_TRY(const Rows rows,
              reading.Range(fmt::format("count by ({}) ({})", reading.VersionLabels(),
                                        reading.Selector(metric)),
                            reading.UsualSince(), reading.until(), kBlock));
  std::map<base::TimePoint, double> fresh;  // processes
  double old_processes = 0;                 // in all blocks together
  double old_blocks = 0;
  std::set<base::TimePoint> counted;
  for (const query::MatrixSeries& row : rows.series) {
    for (size_t i = 0; i < row.samples.t_ms.size(); ++i) {
      const base::TimePoint at = base::FromMillis(row.samples.t_ms[i]);
      if (reading.IsFresh(row.labels, at - kBlock / 2)) {
        fresh[at] += row.samples.values[i];
      } else if (at <= begin && reading.IsUsual(row.labels, at - kBlock, at)) {
        old_processes += row.samples.values[i];
        if (counted.insert(at).second) ++old_blocks;
      }
    }
  }
  double before = 0;
  for (const Tally& part : rate->input.before) before += part.total;
  before /= kPartMinutes * static_cast<double>(std::max<size_t>(1, rate->input.before.size()));
  if (before <= 0 || old_processes <= 0) return factors;
  const double usual = before / (old_processes / old_blocks);
  for (const auto& [at, processes] : fresh) {
    double requests = 0;
    for (size_t i = 0; i < rate->step_ends.size(); ++i) {
      if (rate->step_ends[i] <= at - kBlock || rate->step_ends[i] > at) continue;
      requests += rate->input.fresh[i].total;
    }
    factors[at] = std::max(1.0, requests / kBlockMinutes / processes / usual);
  }
  return factors;
}

base::Result<> ReadLevel(Reading& reading, std::string signal, const Metric& metric,
                         const std::string& text, Observation& out) {
  LevelObservation level;
  level.signal = std::move(signal);
  level.metric = metric.name;
  const base::TimePoint begin = reading.sides.begin;
  Means fresh;
  Means usual;
  for (int week = 0; week <= reading.options().weeks; ++week) {
    const base::Duration back = week * kWeek;
    const base::TimePoint since =
        week == 0 ? reading.UsualSince() : begin - reading.options().before;
    VEDETTE_TRY(const Rows rows, reading.Range(text, since - back, reading.until() - back, kBlock));
    if (week == 0) {
      level.source = WithAnswer(
          rows, "the middle of the points of 5 minutes, the mean of the versions in each");
    }
    for (const query::MatrixSeries& row : rows.series) {
      for (size_t i = 0; i < row.samples.t_ms.size(); ++i) {
        const base::TimePoint at = base::FromMillis(row.samples.t_ms[i]);
        const double value = row.samples.values[i];
        if (!std::isfinite(value)) continue;
        const bool is_fresh = week == 0 && reading.IsFresh(row.labels, at - kBlock / 2);
        if (!is_fresh && !reading.IsUsual(row.labels, at - kBlock, at)) continue;
        Put(is_fresh ? fresh : usual, at, value);
      }
    }
  }
  for (const auto& [at, mean] : usual) level.input.usual.push_back(mean.first / mean.second);
  std::map<base::TimePoint, double> traffic;
  if (level.signal == "cpu") {
    VEDETTE_TRY(traffic, Traffic(reading, metric, out));
  }
  for (const auto& [at, mean] : fresh) {
    const double more = traffic.contains(at) ? traffic[at] : 1;
    level.input.fresh.push_back(mean.first / mean.second / more);
    level.block_ends.push_back(at);
  }
  if (!level.input.fresh.empty() || !level.input.usual.empty()) {
    out.levels.push_back(std::move(level));
  }
  return {};
}

std::string LevelText(const Reading& reading, const Metric& metric) {
  const bool counter = metric.name.ends_with("_total");
  return fmt::format("avg by ({}) ({}({}[5m]))", reading.VersionLabels(),
                     counter ? "rate" : "avg_over_time", reading.Selector(metric));
}

}  // namespace

base::Result<> ReadLevels(Reading& reading, Observation& out) {
  const Names& names = reading.names();
  if (const Metric* const cpu = reading.First(names.cpu)) {
    VEDETTE_TRY_VOID(ReadLevel(reading, "cpu", *cpu, LevelText(reading, *cpu), out));
  }
  if (const Metric* const memory = reading.First(names.memory)) {
    VEDETTE_TRY_VOID(ReadLevel(reading, "memory", *memory, LevelText(reading, *memory), out));
  }
  // Where there is no histogram, the mean must do.
  if (reading.First(names.latency, "_bucket") != nullptr) return {};
  const Metric* const sum = reading.First(names.latency, "_sum");
  if (sum == nullptr) return {};
  Metric count = *sum;
  count.name.replace(count.name.size() - 4, 4, "_count");
  const std::string text =
      fmt::format("sum by ({0}) (rate({1}[5m])) / sum by ({0}) (rate({2}[5m]))",
                  reading.VersionLabels(), reading.Selector(*sum), reading.Selector(count));
  return ReadLevel(reading, "mean latency", *sum, text, out);
}

}  // namespace vedette::release
