#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/duration.h"
#include "release/joined_rows.h"
#include "release/proof.h"
#include "release/reading.h"

namespace vedette::release {
namespace {

constexpr base::Duration kStep = std::chrono::minutes(5);
constexpr base::Duration kShortStep = std::chrono::minutes(1);
constexpr base::Duration kShort = std::chrono::minutes(15);  // of a release: shorter steps
constexpr base::Duration kWeek = std::chrono::hours(24 * 7);
constexpr size_t kPointsInPart = 3;
// The share of slow requests that a bound should have: rare enough to double visibly, common enough
// to be counted soon.
constexpr double kSlowShare = 0.05;

using Buckets = std::map<double, double>;  // cumulative: upper bound, requests

std::optional<double> Bound(std::string_view le) {
  if (le == "+Inf") return std::numeric_limits<double>::infinity();
  double value = 0;
  const auto [end, error] = std::from_chars(le.data(), le.data() + le.size(), value);
  if (error != std::errc() || end != le.data() + le.size()) return std::nullopt;
  return value;
}

double Total(const Buckets& buckets) { return buckets.empty() ? 0 : buckets.rbegin()->second; }

Tally Slow(const Buckets& buckets, double bound) {
  const auto at = buckets.find(bound);
  if (at == buckets.end()) return {};
  return {Total(buckets), std::max(0.0, Total(buckets) - at->second)};
}

// The bound whose share of slower requests is nearest to kSlowShare, as factors go.
std::optional<double> ChooseBound(const Buckets& buckets) {
  std::optional<double> best;
  double best_distance = std::numeric_limits<double>::infinity();
  for (const auto& [bound, below] : buckets) {
    if (std::isinf(bound)) continue;
    const double share = (Total(buckets) - below + 0.5) / (Total(buckets) + 1);
    const double distance = std::abs(std::log(share / kSlowShare));
    if (distance >= best_distance) continue;
    best = bound;
    best_distance = distance;
  }
  return best;
}

// Histograms point by point, of both sides.
struct Points {
  Rows rows;
  std::vector<Buckets> fresh;
  std::vector<Buckets> old;
  std::vector<Buckets> wrong;  // of the old one, when something was wrong
};

std::string QueryOf(const Reading& reading, const Metric& metric, std::string_view bounds,
                    base::Duration step, int weeks = 0) {
  std::string selector = reading.Selector(metric);
  if (!bounds.empty()) selector.insert(selector.size() - 1, fmt::format(",{}", bounds));
  return OfWeek(fmt::format("sum by (le, {}) (increase({}[{}s]{}))", reading.VersionLabels(),
                            selector, step / std::chrono::seconds(1), Offset(weeks)),
                weeks);
}

base::Result<Points> Load(const Reading& reading, const Metric& metric, base::TimePoint from,
                          base::TimePoint to, base::Duration step) {
  Points points;
  VEDETTE_TRY(points.rows, reading.Range(QueryOf(reading, metric, {}, step), from, to, step));
  points.fresh.resize(points.rows.grid.points);
  points.old.resize(points.rows.grid.points);
  points.wrong.resize(points.rows.grid.points);
  for (const query::MatrixSeries& row : points.rows.series) {
    const std::optional<double> bound = Bound(row.labels.Get("le"));
    if (!bound) continue;
    for (size_t i = 0; i < row.samples.t_ms.size(); ++i) {
      const std::optional<size_t> index = points.rows.grid.IndexOf(row.samples.t_ms[i]);
      if (!index || !std::isfinite(row.samples.values[i])) continue;
      // A point tells of the step before it.
      const base::TimePoint middle = base::FromMillis(row.samples.t_ms[i]) - step / 2;
      const bool fresh = reading.IsFresh(row.labels, middle);
      const base::TimePoint end = base::FromMillis(row.samples.t_ms[i]);
      auto& side = fresh
                       ? points.fresh
                       : (reading.IsUsual(row.labels, end - step, end) ? points.old : points.wrong);
      side[*index][*bound] += row.samples.values[i];
    }
  }
  return points;
}

std::string BoundText(const Metric& metric, double bound) {
  const bool millis = metric.name.find("_ms") != std::string::npos ||
                      metric.name.find("milliseconds") != std::string::npos;
  return fmt::format("took longer than {} {}", bound, millis ? "ms" : "s");
}

void AddParts(const std::vector<Tally>& points, std::vector<Tally>& parts) {
  for (size_t i = 0; i < points.size(); ++i) {
    if (i % kPointsInPart == 0) parts.emplace_back();
    parts.back() += points[i];
  }
}

// The rows of the two bounds that are counted alone.
Rows OfBound(const Rows& rows, double bound, std::set<std::string>& bounds) {
  Rows counted;
  counted.grid = rows.grid;
  for (const query::MatrixSeries& row : rows.series) {
    const std::optional<double> le = Bound(row.labels.Get("le"));
    if (!le || (*le != bound && !std::isinf(*le))) continue;
    bounds.emplace(row.labels.Get("le"));
    counted.series.push_back(row);
  }
  return counted;
}

std::string HowCounted(double bound) {
  return fmt::format("the sum of the points of each side, +Inf without {}", bound);
}

Source SourceOf(const Reading& reading, const Metric& metric, const Rows& rows, double bound,
                base::Duration step) {
  std::set<std::string> bounds;
  Rows counted = OfBound(rows, bound, bounds);
  counted.source.query = QueryOf(reading, metric, MatchingAny("le", bounds), step);
  std::string how = HowCounted(bound);
  how += fmt::format("; the release is what came after {}", base::FormatTime(reading.sides.begin));
  if (reading.sides.by_version) {
    how += fmt::format(", of version {}", fmt::join(reading.sides.fresh, ", "));
  }
  how += reading.LeftOut(reading.UsualSince(), reading.sides.begin);
  return WithAnswer(counted, std::move(how));
}

base::Result<> ReadWeeks(const Reading& reading, const Metric& metric, double bound,
                         RateObservation& out) {
  const base::TimePoint begin = reading.sides.begin;
  const int weeks = reading.options().weeks;
  Rows all;
  std::set<std::string> bounds;
  for (int week = 1; week <= weeks; ++week) {
    const base::TimePoint then = begin - week * kWeek;
    const base::Duration after = std::max(kShort, reading.until() - begin);
    VEDETTE_TRY(const Points points,
                Load(reading, metric, then - reading.options().before, then + after, kStep));
    AddRows(OfBound(points.rows, bound, bounds), kWeeksAgo, fmt::format("{}", week), week * kWeek,
            all);
    std::vector<Tally> earlier;
    std::vector<Tally> later;
    for (size_t i = 0; i < points.old.size(); ++i) {
      const base::TimePoint end = base::FromMillis(points.rows.grid.start_ms) +
                                  base::Duration(points.rows.grid.step_ms) * i;
      const Tally tally = Slow(points.old[i], bound);
      (end <= then ? earlier : later).push_back(tally);
      (end <= then ? out.input.weeks.before : out.input.weeks.after) += tally;
    }
    AddParts(earlier, out.input.elsewhere.emplace_back());
    AddParts(later, out.input.elsewhere.emplace_back());
  }
  for (int week = 1; week <= weeks && !bounds.empty(); ++week) {
    Join(QueryOf(reading, metric, MatchingAny("le", bounds), kStep, week), all.source.query);
  }
  const base::TimePoint first = base::FromMillis(all.grid.start_ms);
  const std::string left_out = reading.LeftOut(first, reading.until(), 1, weeks);
  const std::string begun = base::FormatTime(begin);
  out.weeks =
      WithAnswer(all, fmt::format("{}: those after {}{}", HowCounted(bound), begun, left_out));
  out.weeks_before =
      WithAnswer(all, fmt::format("{}: those until {}{}", HowCounted(bound), begun, left_out));
  return {};
}

}  // namespace

base::Result<> ReadLatency(Reading& reading, Observation& out) {
  const Metric* const metric = reading.First(reading.names().latency, "_bucket");
  if (metric == nullptr) return {};
  const base::TimePoint begin = reading.sides.begin;
  const base::Duration step = reading.until() - begin < kShort ? kShortStep : kStep;
  VEDETTE_TRY(const Points points,
              Load(reading, *metric, reading.UsualSince(), reading.until(), step));
  Buckets usual;
  for (const Buckets& point : points.old) {
    for (const auto& [bound, count] : point) usual[bound] += count;
  }
  const std::optional<double> bound = ChooseBound(usual);
  if (!bound || Total(usual) <= 0) return {};
  RateObservation rate;
  rate.signal = "latency";
  rate.metric = metric->name;
  rate.bad = BoundText(*metric, *bound);
  rate.fresh = rate.before = rate.beside = SourceOf(reading, *metric, points.rows, *bound, step);
  rate.begin = begin;
  const base::TimePoint wrong_since = reading.subject().wrong_since.value_or(begin);
  std::vector<Tally> before;
  for (size_t i = 0; i < points.old.size(); ++i) {
    const base::TimePoint end = base::FromMillis(points.rows.grid.start_ms) + step * i;
    const Tally old = Slow(points.old[i], *bound);
    if (end - step / 2 <= begin) {
      if (reading.subject().usual.Has(end - step, end)) before.push_back(old);
      if (end > wrong_since) rate.wrong += Slow(points.wrong[i], *bound);
      continue;
    }
    rate.input.fresh.push_back(Slow(points.fresh[i], *bound));
    rate.input.beside.push_back(old);
    rate.step_ends.push_back(end);
  }
  AddParts(before, rate.input.before);
  VEDETTE_TRY_VOID(ReadWeeks(reading, *metric, *bound, rate));
  out.rates.push_back(std::move(rate));
  return {};
}

}  // namespace vedette::release
