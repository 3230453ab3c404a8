#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "release/joined_rows.h"
#include "release/proof.h"
#include "release/reading.h"

namespace vedette::release {
namespace {

constexpr base::Duration kBlock = std::chrono::minutes(5);
constexpr base::Duration kWeek = std::chrono::hours(24 * 7);

using Means = std::map<base::TimePoint, std::pair<double, int>>;  // sum and number of versions

template <typename Key>
void Put(std::map<Key, std::pair<double, int>>& means, const Key& key, double value) {
  auto& [sum, count] = means[key];
  sum += value;
  ++count;
}

bool TellsVersions(const Reading& reading, const Rows& rows) {
  return std::any_of(rows.series.begin(), rows.series.end(), [&](const query::MatrixSeries& row) {
    return !VersionOf(row.labels, reading.names().version_labels).empty();
  });
}

// Of a block that ends then.
bool IsFresh(const Reading& reading, bool by_version, model::LabelsView labels,
             base::TimePoint end) {
  if (by_version || !reading.sides.by_version) return reading.IsFresh(labels, end - kBlock / 2);
  return end - kBlock / 2 > reading.sides.begin;
}

constexpr double kBlockMinutes = 5;
constexpr double kPartMinutes = 15;  // of the parts before the release

// How much more each process serves than before the release, block by block: more traffic takes
// more CPU without any release. Empty where requests are not known.
base::Result<std::map<base::TimePoint, double>> Traffic(const Reading& reading,
                                                        const Metric& metric, bool by_version,
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
      if (IsFresh(reading, by_version, row.labels, at)) {
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
      if (!by_version) requests += rate->input.beside[i].total;
    }
    factors[at] = std::max(1.0, requests / kBlockMinutes / processes / usual);
  }
  return factors;
}

// A question as it is asked so many weeks back.
using Question = std::function<std::string(int weeks)>;

// The rows of each week, as of this one.
base::Result<Rows> LoadWeeks(const Reading& reading, const Question& question) {
  Rows all;
  for (int week = 0; week <= reading.options().weeks; ++week) {
    const base::Duration back = week * kWeek;
    VEDETTE_TRY(const Rows rows, reading.Range(question(0), reading.UsualSince() - back,
                                               reading.until() - back, kBlock));
    AddRows(rows, week == 0 ? "" : kWeeksAgo, fmt::format("{}", week), back, all);
    Join(OfWeek(question(week), week), all.source.query);
  }
  return all;
}

int WeekOf(model::LabelsView labels) {
  const std::string_view text = labels.Get(kWeeksAgo);
  int week = 0;
  std::from_chars(text.data(), text.data() + text.size(), week);
  return week;
}

// How a level's numbers are read off its rows.
std::string HowCounted(const Reading& reading, bool by_version, const std::vector<double>& more) {
  const std::string begun = base::FormatTime(reading.sides.begin);
  std::string how =
      "the middle of the points of 5 minutes, the mean of the rows of a week in each; the release "
      "is what came after " +
      begun;
  if (by_version) how += fmt::format(", of version {}", fmt::join(reading.sides.fresh, ", "));
  if (std::any_of(more.begin(), more.end(), [](double factor) { return factor > 1; })) {
    how += fmt::format(", each divided by how much more a process served: {:.6g}",
                       fmt::join(more, ", "));
  }
  return how +
         reading.LeftOut(reading.UsualSince(), reading.sides.begin, 0, reading.options().weeks);
}

base::Result<> ReadLevel(Reading& reading, std::string signal, const Metric& metric,
                         const Question& question, Observation& out) {
  LevelObservation level;
  level.signal = std::move(signal);
  level.metric = metric.name;
  VEDETTE_TRY(const Rows rows, LoadWeeks(reading, question));
  // Machines know nothing of versions: then the time divides, whatever the requests tell.
  const bool by_version = reading.sides.by_version && TellsVersions(reading, rows);
  Means fresh;
  std::map<std::pair<int, base::TimePoint>, std::pair<double, int>> usual;
  for (const query::MatrixSeries& row : rows.series) {
    const int week = WeekOf(row.labels);
    for (size_t i = 0; i < row.samples.t_ms.size(); ++i) {
      const base::TimePoint at = base::FromMillis(row.samples.t_ms[i]);
      const base::TimePoint then = at - week * kWeek;
      const double value = row.samples.values[i];
      if (!std::isfinite(value)) continue;
      if (week == 0 && IsFresh(reading, by_version, row.labels, at)) {
        Put(fresh, at, value);
      } else if (reading.IsUsual(row.labels, then - kBlock, then)) {
        Put(usual, {week, at}, value);
      }
    }
  }
  for (const auto& [at, mean] : usual) level.input.usual.push_back(mean.first / mean.second);
  std::map<base::TimePoint, double> traffic;
  if (level.signal == "cpu") {
    VEDETTE_TRY(traffic, Traffic(reading, metric, by_version, out));
  }
  std::vector<double> factors;
  for (const auto& [at, mean] : fresh) {
    factors.push_back(traffic.contains(at) ? traffic[at] : 1);
    level.input.fresh.push_back(mean.first / mean.second / factors.back());
    level.block_ends.push_back(at);
  }
  level.source = WithAnswer(rows, HowCounted(reading, by_version, factors));
  if (!level.input.fresh.empty() || !level.input.usual.empty()) {
    out.levels.push_back(std::move(level));
  }
  return {};
}

Question LevelQuestion(const Reading& reading, const Metric& metric) {
  const bool counter = metric.name.ends_with("_total");
  return [&reading, selector = reading.Selector(metric), counter](int weeks) {
    return fmt::format("avg by ({}) ({}({}[5m]{}))", reading.VersionLabels(),
                       counter ? "rate" : "avg_over_time", selector, Offset(weeks));
  };
}

}  // namespace

base::Result<> ReadLevels(Reading& reading, Observation& out) {
  const Names& names = reading.names();
  if (const Metric* const cpu = reading.First(names.cpu)) {
    VEDETTE_TRY_VOID(ReadLevel(reading, "cpu", *cpu, LevelQuestion(reading, *cpu), out));
  }
  if (const Metric* const memory = reading.First(names.memory)) {
    VEDETTE_TRY_VOID(ReadLevel(reading, "memory", *memory, LevelQuestion(reading, *memory), out));
  }
  // Where there is no histogram, the mean must do.
  if (reading.First(names.latency, "_bucket") != nullptr) return {};
  const Metric* const sum = reading.First(names.latency, "_sum");
  if (sum == nullptr) return {};
  Metric count = *sum;
  count.name.replace(count.name.size() - 4, 4, "_count");
  const Question question = [&](int weeks) {
    return fmt::format("sum by ({0}) (rate({1}[5m]{3})) / sum by ({0}) (rate({2}[5m]{3}))",
                       reading.VersionLabels(), reading.Selector(*sum), reading.Selector(count),
                       Offset(weeks));
  };
  return ReadLevel(reading, "mean latency", *sum, question, out);
}

}  // namespace vedette::release
