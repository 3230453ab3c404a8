#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <utility>

#include "base/duration.h"
#include "release/joined_rows.h"
#include "release/proof.h"
#include "release/reading.h"

namespace vedette::release {
namespace {

constexpr base::Duration kStep = std::chrono::seconds(30);
constexpr base::Duration kLongStep = std::chrono::minutes(5);
constexpr base::Duration kWeek = std::chrono::hours(24 * 7);
constexpr size_t kStepsInPart = 3;
// A new version may serve before the pipeline tells of it.
constexpr base::Duration kLead = std::chrono::minutes(15);
constexpr base::Duration kWeeksAfterMin = std::chrono::minutes(15);
constexpr size_t kOthersMin = 3;
constexpr double kOtherRequestsMin = 100;
constexpr size_t kVersionsShown = 5;

// One counter, interval by interval.
struct Counter {
  std::string version;
  bool failed = false;
  bool counts_requests = true;  // false: failures alone, which are among the requests already
  std::vector<double> growth;
};

struct Counters {
  Rows rows;
  std::vector<Counter> counters;  // of the rows, in order
  bool has_status = false;
  bool apart = false;  // failures have a counter of their own
};

class Errors {
 public:
  Errors(Reading& reading, const Metric& requests, const Metric* failures)
      : reading_(reading), requests_(requests), failures_(failures) {}

  base::Result<> Read(Observation& out);

 private:
  std::string Question(bool apart, int weeks = 0) const;
  base::Result<Counters> Load(base::TimePoint from, base::TimePoint to, base::Duration step) const;
  void ChooseSides(const Counters& before, const Counters& since, Observation& out);
  template <typename Wanted>
  Source Prove(const Counters& counters, base::TimePoint from, base::TimePoint to,
               const std::vector<Tally>& want, Wanted wanted) const;
  std::string VersionBefore(const Counters& before) const;
  void Divide(const Counters& before, const Counters& since, RateObservation& out) const;
  void AddWrong(const Counters& before, RateObservation& out) const;
  base::Result<> ReadWeeks(RateObservation& out) const;
  void ProveWeeks(const Rows& all, RateObservation& out) const;
  base::Result<> ReadOthers(RateObservation& out);
  std::string EverybodyQuestion(base::Duration window) const;
  std::map<std::string, Drift> Everybody(const Rows& rows) const;

  Reading& reading_;
  const Metric& requests_;
  const Metric* const failures_;
  std::string status_label_;
};

// Nobody counts errors before the first one: when requests are counted, somebody looks.
std::optional<size_t> WatchedSince(const Rows& rows) {
  std::optional<size_t> first;
  for (const query::MatrixSeries& row : rows.series) {
    if (row.samples.t_ms.empty() || !row.labels.Get(kCounts).empty()) continue;
    const std::optional<size_t> index = rows.grid.IndexOf(row.samples.t_ms.front());
    if (index) first = std::min(*index, first.value_or(*index));
  }
  return first;
}

Counters CountersOf(Rows rows, const Names& names) {
  Counters out;
  out.rows = std::move(rows);
  const std::optional<size_t> watched = WatchedSince(out.rows);
  for (const query::MatrixSeries& row : out.rows.series) {
    Counter& counter = out.counters.emplace_back();
    counter.version = VersionOf(row.labels, names.version_labels);
    const std::optional<bool> failed = Failed(row.labels);
    counter.counts_requests = row.labels.Get(kCounts).empty();
    out.has_status = out.has_status || failed.has_value() || !counter.counts_requests;
    counter.failed = !counter.counts_requests || failed.value_or(false);
    counter.growth = watched ? Increases(row, out.rows.grid, *watched)
                             : std::vector<double>(out.rows.grid.intervals(), 0.0);
  }
  return out;
}

// What the counters are asked for: so many weeks back, and the failures apart.
std::string Errors::Question(bool apart, int weeks) const {
  std::string question = OfWeek(reading_.Selector(requests_) + Offset(weeks), weeks);
  if (apart) {
    const std::string failures = reading_.Selector(*failures_) + Offset(weeks);
    Join(OfWeek(Labelled(failures, kCounts, "failures"), weeks), question);
  }
  return question;
}

base::Result<Counters> Errors::Load(base::TimePoint from, base::TimePoint to,
                                    base::Duration step) const {
  step = StepFor(step, to - from, requests_.series);
  VEDETTE_TRY(Rows requests, reading_.Range(Question(/*apart=*/false), from, to, step));
  Counters out = CountersOf(std::move(requests), reading_.names());
  if (failures_ == nullptr || out.has_status) return out;
  VEDETTE_TRY(const Rows failures, reading_.Range(reading_.Selector(*failures_), from, to, step));
  AddRows(failures, kCounts, "failures", base::Duration(0), out.rows);
  out.rows.source.query = Question(/*apart=*/true);
  out = CountersOf(std::move(out.rows), reading_.names());
  out.has_status = out.apart = true;
  return out;
}

void Add(const Counter& counter, size_t interval, Tally& tally) {
  if (counter.counts_requests) tally.total += counter.growth[interval];
  if (counter.failed) tally.bad += counter.growth[interval];
}

base::TimePoint EndOf(const Grid& grid, size_t interval) {
  return base::FromMillis(grid.EndOf(interval));
}

base::TimePoint LastPoint(const Grid& grid, base::TimePoint until) {
  base::TimePoint last = base::FromMillis(grid.start_ms);
  for (size_t i = 0; i < grid.intervals() && EndOf(grid, i) <= until; ++i) last = EndOf(grid, i);
  return last;
}

// Sums over runs of intervals that end within a time, of what may be compared with.
std::vector<Tally> Parts(const Counters& counters, const Reading& reading, base::TimePoint from,
                         base::TimePoint to, const auto& wanted) {
  const Grid& grid = counters.rows.grid;
  std::vector<Tally> parts;
  size_t in_part = kStepsInPart;
  for (size_t i = 0; i < grid.intervals(); ++i) {
    const base::TimePoint end = EndOf(grid, i);
    const base::TimePoint start = end - base::Duration(grid.step_ms);
    if (end <= from || end > to || !reading.subject().usual.Has(start, end)) continue;
    if (in_part == kStepsInPart) {
      parts.emplace_back();
      in_part = 0;
    }
    ++in_part;
    for (const Counter& counter : counters.counters) {
      if (wanted(counter) && reading.IsUsual(counter.version, start, end)) {
        Add(counter, i, parts.back());
      }
    }
  }
  return parts;
}

double RequestsIn(const std::vector<Tally>& parts) {
  double sum = 0;
  for (const Tally& part : parts) sum += part.total;
  return sum;
}

std::map<std::string, double> RequestsByVersion(const Counters& counters) {
  std::map<std::string, double> requests;
  for (const Counter& counter : counters.counters) {
    double& sum = requests[counter.version];
    for (const double growth : counter.growth) sum += counter.counts_requests ? growth : 0;
  }
  return requests;
}

void Errors::ChooseSides(const Counters& before, const Counters& since, Observation& out) {
  const std::map<std::string, double> old = RequestsByVersion(before);
  const std::map<std::string, double> now = RequestsByVersion(since);
  Reading::Sides& sides = reading_.sides;
  const std::string& wanted = reading_.subject().version;
  std::set<std::string> unseen;
  for (const auto& [version, requests] : now) {
    if (version.empty()) continue;
    sides.by_version = true;
    if (out.versions.size() < kVersionsShown) out.versions.push_back(version);
    if (!wanted.empty() && SameVersion(version, wanted)) sides.fresh.insert(version);
    if (!old.contains(version)) unseen.insert(version);
  }
  if (!sides.by_version) return;
  if (sides.fresh.empty()) sides.fresh = unseen;
  if (sides.fresh.empty()) {
    out.release_seen = false;
    out.notes.push_back(fmt::format("No request of version \"{}\" was seen, only of {}", wanted,
                                    fmt::join(out.versions, ", ")));
  } else if (!wanted.empty() && !SameVersion(*sides.fresh.begin(), wanted)) {
    out.notes.push_back(fmt::format("The metrics call the new version \"{}\", not \"{}\"",
                                    *sides.fresh.begin(), wanted));
  }
  out.previous_version = VersionBefore(before);
  // From when on does it serve? Only if it did not all the time.
  for (size_t i = 0; i < since.rows.grid.intervals(); ++i) {
    for (const Counter& counter : since.counters) {
      if (counter.growth[i] <= 0 || !sides.fresh.contains(counter.version)) continue;
      const base::TimePoint start =
          EndOf(since.rows.grid, i) - base::Duration(since.rows.grid.step_ms);
      if (i > 0) sides.begin = std::min(sides.begin, start);
      return;
    }
  }
}

// The version that served most just before: in the last steps in which any but the release's did.
std::string Errors::VersionBefore(const Counters& before) const {
  std::map<std::string, double> requests;
  size_t steps = 0;
  for (size_t i = before.rows.grid.intervals(); i-- > 0 && steps < kStepsInPart;) {
    for (const Counter& counter : before.counters) {
      if (reading_.sides.fresh.contains(counter.version) || !counter.counts_requests) continue;
      if (counter.growth[i] > 0) requests[counter.version] += counter.growth[i];
    }
    if (!requests.empty()) ++steps;
  }
  const auto most =
      std::max_element(requests.begin(), requests.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == requests.end() ? std::string() : most->first;
}

template <typename Wanted>
Source Errors::Prove(const Counters& counters, base::TimePoint from, base::TimePoint to,
                     const std::vector<Tally>& want, Wanted wanted) const {
  Tally sum;
  for (const Tally& each : want) sum += each;
  const auto count = [&](const Rows& rows) {
    const Counters again = CountersOf(rows, reading_.names());
    Tally tally;
    for (size_t i = 0; i < rows.grid.intervals(); ++i) {
      const base::TimePoint end = EndOf(rows.grid, i);
      for (const Counter& counter : again.counters) {
        if (wanted(counter, end - base::Duration(rows.grid.step_ms), end)) Add(counter, i, tally);
      }
    }
    return tally;
  };
  std::string counted = "growth of the rows from point to point";
  if (reading_.sides.by_version) {
    counted += fmt::format("; the release is version {}", fmt::join(reading_.sides.fresh, ", "));
  }
  counted += reading_.LeftOut(from, to);
  return release::Prove(counters.rows, from, to, sum, count, std::move(counted));
}

void Errors::Divide(const Counters& before, const Counters& since, RateObservation& out) const {
  const Reading::Sides& sides = reading_.sides;
  const auto is_fresh = [&](const Counter& counter) {
    return !sides.by_version || sides.fresh.contains(counter.version);
  };
  const base::TimePoint from = before.rows.source.from;
  const auto old = [&](const Counter& counter) { return !sides.by_version || !is_fresh(counter); };
  out.input.before = Parts(before, reading_, from, sides.begin, old);
  // A version that is back, after a bad one, is held against itself.
  const bool back = RequestsIn(out.input.before) <= 0;
  if (back) {
    out.input.before =
        Parts(before, reading_, from, sides.begin, [](const Counter&) { return true; });
  }
  const base::TimePoint to = LastPoint(before.rows.grid, sides.begin);
  out.begin = sides.begin;
  out.usual_for = to - from - reading_.subject().usual.TroubleIn(from, to);
  out.before =
      Prove(before, from, to, out.input.before,
            [&](const Counter& counter, base::TimePoint start, base::TimePoint end) {
              return (back || old(counter)) && reading_.IsUsual(counter.version, start, end);
            });
  AddWrong(before, out);
  const Grid& grid = since.rows.grid;
  for (size_t i = 0; i < grid.intervals(); ++i) {
    const base::TimePoint end = EndOf(grid, i);
    if (end - base::Duration(grid.step_ms / 2) <= sides.begin) continue;
    Tally& fresh = out.input.fresh.emplace_back();
    Tally& beside = out.input.beside.emplace_back();
    out.step_ends.push_back(end);
    for (const Counter& counter : since.counters) {
      if (is_fresh(counter)) {
        Add(counter, i, fresh);
      } else if (reading_.IsUsual(counter.version, end, end)) {
        Add(counter, i, beside);
      }
    }
  }
  out.fresh = out.beside = since.rows.source;
  if (out.step_ends.empty()) return;
  const base::TimePoint first = out.step_ends.front() - base::Duration(grid.step_ms);
  const base::TimePoint last = out.step_ends.back();
  out.fresh = Prove(since, first, last, out.input.fresh,
                    [&](const Counter& counter, auto, auto) { return is_fresh(counter); });
  out.beside = Prove(since, first, last, out.input.beside,
                     [&](const Counter& counter, auto, base::TimePoint end) {
                       return !is_fresh(counter) && reading_.IsUsual(counter.version, end, end);
                     });
}

// What was wrong already, until the release.
void Errors::AddWrong(const Counters& before, RateObservation& out) const {
  const std::optional<base::TimePoint> since = reading_.subject().wrong_since;
  if (!since) return;
  for (size_t i = 0; i < before.rows.grid.intervals(); ++i) {
    const base::TimePoint end = EndOf(before.rows.grid, i);
    if (end <= *since || end > reading_.sides.begin) continue;
    for (const Counter& counter : before.counters) Add(counter, i, out.wrong);
  }
}

base::Result<> Errors::ReadWeeks(RateObservation& out) const {
  const base::TimePoint begin = reading_.sides.begin;
  const base::Duration after = std::max(kWeeksAfterMin, reading_.until() - begin);
  const auto every = [](const Counter&) { return true; };
  Rows all;
  for (int week = 1; week <= reading_.options().weeks; ++week) {
    const base::TimePoint then = begin - week * kWeek;
    VEDETTE_TRY(const Counters counters,
                Load(then - reading_.options().before, then + after, kLongStep));
    AddRows(counters.rows, kWeeksAgo, fmt::format("{}", week), week * kWeek, all);
    Join(Question(counters.apart, week), all.source.query);
    std::vector<Tally> earlier = Parts(counters, reading_, counters.rows.source.from, then, every);
    std::vector<Tally> later = Parts(counters, reading_, then, then + after, every);
    out.weeks_after =
        static_cast<double>(after.count()) / static_cast<double>(reading_.options().before.count());
    for (const Tally& part : earlier) out.input.weeks.before += part;
    for (const Tally& part : later) out.input.weeks.after += part;
    out.input.elsewhere.push_back(std::move(earlier));
    out.input.elsewhere.push_back(std::move(later));
  }
  ProveWeeks(all, out);
  return {};
}

void Errors::ProveWeeks(const Rows& all, RateObservation& out) const {
  const Grid& grid = all.grid;
  if (grid.points < 2) return;
  const auto count = [&](const Rows& rows) {
    Tally tally;
    for (int week = 1; week <= reading_.options().weeks; ++week) {
      const Counters of =
          CountersOf(RowsWith(rows, kWeeksAgo, fmt::format("{}", week)), reading_.names());
      for (size_t i = 0; i < rows.grid.intervals(); ++i) {
        const base::TimePoint end = EndOf(rows.grid, i) - week * kWeek;
        const base::TimePoint start = end - base::Duration(rows.grid.step_ms);
        for (const Counter& counter : of.counters) {
          if (reading_.IsUsual(counter.version, start, end)) Add(counter, i, tally);
        }
      }
    }
    return tally;
  };
  const base::TimePoint first = base::FromMillis(grid.start_ms);
  const base::TimePoint last = EndOf(grid, grid.intervals() - 1);
  const base::TimePoint middle = LastPoint(grid, reading_.sides.begin);
  const std::string counted = "growth of the rows from point to point, each of so many weeks_ago" +
                              reading_.LeftOut(first, last, 1, reading_.options().weeks);
  out.weeks = release::Prove(all, middle, last, out.input.weeks.after, count, counted);
  out.weeks_before = release::Prove(all, first, middle, out.input.weeks.before, count, counted);
}

// What all services were asked for and failed at, in one question.
std::string Errors::EverybodyQuestion(base::Duration window) const {
  const auto ask = [&](std::string_view more) {
    return fmt::format("sum by ({0}) (increase({1}{{{0}!=\"\"{2}{3}{4}}}[{5}]))",
                       requests_.service_label, requests_.name, more, requests_.place,
                       requests_.name.starts_with("istio_") ? ",reporter=\"destination\"" : "",
                       base::FormatDuration(window));
  };
  std::string question = ask("");
  const std::string failed = fmt::format(",{}=~\"{}\"", status_label_, kFailurePattern);
  Join(Labelled(ask(failed), kCounts, "failures"), question);
  return question;
}

// By the first point and by the last; of those that may be compared.
std::map<std::string, Drift> Errors::Everybody(const Rows& rows) const {
  std::map<std::string, Drift> services;
  for (const query::MatrixSeries& row : rows.series) {
    Drift& drift = services[std::string(row.labels.Get(requests_.service_label))];
    for (size_t i = 0; i < row.samples.t_ms.size(); ++i) {
      if (!std::isfinite(row.samples.values[i])) continue;
      Tally& tally = row.samples.t_ms[i] == rows.grid.start_ms ? drift.before : drift.after;
      (row.labels.Get(kCounts).empty() ? tally.total : tally.bad) = row.samples.values[i];
    }
  }
  services.erase(reading_.subject().service);
  for (const std::string& name : reading_.subject().also_released) services.erase(name);
  std::erase_if(services, [](const auto& service) {
    const Drift& drift = service.second;
    return drift.before.total < kOtherRequestsMin || drift.after.total < kOtherRequestsMin;
  });
  return services;
}

// The service in the middle stands for all others: what happened to more than half of them is no
// matter of this release, while those that call the service may well suffer from it.
base::Result<> Errors::ReadOthers(RateObservation& out) {
  if (status_label_.empty()) return {};
  const base::TimePoint begin = reading_.sides.begin;
  const base::TimePoint until = reading_.until();
  const base::Duration window =
      std::clamp(std::chrono::floor<std::chrono::seconds>(until - begin),
                 std::chrono::seconds(kLongStep / std::chrono::seconds(1)),
                 std::chrono::seconds(reading_.options().before / std::chrono::seconds(1)));
  VEDETTE_TRY(const Rows rows,
              reading_.Range(EverybodyQuestion(window), begin, until, until - begin));
  const std::map<std::string, Drift> services = Everybody(rows);
  out.others_count = static_cast<int>(services.size());
  if (services.size() < kOthersMin) return {};
  const auto rise = [](const Drift& drift) {
    return (drift.after.bad + 1) / drift.after.total * drift.before.total / (drift.before.bad + 1);
  };
  std::vector<std::pair<double, std::string>> others;
  for (const auto& [name, drift] : services) others.emplace_back(rise(drift), name);
  const auto middle = others.begin() + static_cast<ptrdiff_t>(others.size() / 2);
  std::nth_element(others.begin(), middle, others.end());
  out.others_name = middle->second;
  out.input.others = services.at(middle->second);
  out.others =
      WithAnswer(rows, fmt::format("the last point of {}, against the first", middle->second));
  return {};
}

base::Result<> Errors::Read(Observation& out) {
  const base::TimePoint released = reading_.released_at();
  VEDETTE_TRY(const Counters before, Load(reading_.UsualSince(), released, kLongStep));
  VEDETTE_TRY(const Counters since, Load(released - kLead, reading_.until(), kStep));
  for (const query::MatrixSeries& row : since.rows.series) {
    if (status_label_.empty()) status_label_ = StatusLabel(row.labels);
  }
  ChooseSides(before, since, out);
  if (!before.has_status && !since.has_status) {
    out.notes.push_back(fmt::format(
        "No label of {} says how requests ended, so errors are not judged", requests_.name));
    return {};
  }
  RateObservation rate;
  rate.signal = "errors";
  rate.metric = requests_.name;
  rate.bad = "failed";
  Divide(before, since, rate);
  VEDETTE_TRY_VOID(ReadWeeks(rate));
  VEDETTE_TRY_VOID(ReadOthers(rate));
  out.rates.push_back(std::move(rate));
  return {};
}

}  // namespace

base::Result<std::optional<base::TimePoint>> FirstSeen(const Reading& reading) {
  const Metric* const requests = reading.First(reading.names().requests);
  if (requests == nullptr) return std::optional<base::TimePoint>();
  const base::Duration span = reading.until() - reading.released_at();
  VEDETTE_TRY(const Rows rows,
              reading.Range(reading.Selector(*requests), reading.released_at(), reading.until(),
                            StepFor(kStep, span, requests->series)));
  std::optional<int64_t> first_ms;
  for (const query::MatrixSeries& row : rows.series) {
    if (!SameVersion(VersionOf(row.labels, reading.names().version_labels),
                     reading.subject().version)) {
      continue;
    }
    const int64_t t_ms = row.samples.t_ms.front();
    if (!first_ms || t_ms < *first_ms) first_ms = t_ms;
  }
  if (!first_ms || *first_ms <= rows.grid.start_ms) return std::optional<base::TimePoint>();
  return std::optional<base::TimePoint>(base::FromMillis(*first_ms - rows.grid.step_ms));
}

base::Result<> ReadErrors(Reading& reading, Observation& out) {
  const Metric* const requests = reading.First(reading.names().requests);
  if (requests == nullptr) {
    out.notes.push_back("No counter of requests is known of this service");
    return {};
  }
  return Errors(reading, *requests, reading.First(reading.names().errors)).Read(out);
}

}  // namespace vedette::release
