#include "rules/backtest/backtest.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "model/alert.h"
#include "query/parser.h"
#include "rules/alert_series.h"
#include "rules/backtest/ahead.h"
#include "rules/backtest/overlay_store.h"
#include "rules/expression.h"
#include "rules/observer.h"
#include "rules/record_source.h"
#include "rules/scheduler.h"

namespace vedette::rules::backtest {
namespace {

// Beside `for` and the like, before the time that is asked for: so many turns, an hour at most.
constexpr int kWarmUpTurns = 60;
constexpr base::Duration kWarmUpOfTurns = std::chrono::hours(1);
constexpr base::Duration kWarmUpMax = std::chrono::hours(24);
// Of events and log lines, read at a time.
constexpr base::Duration kRecordsAhead = std::chrono::hours(6);
constexpr size_t kRecordsMax = 1'000'000;
constexpr int64_t kDayMs = 86'400'000;

bool IsAlertSeries(std::string_view metric) {
  return metric == kAlerts || metric == kAlertsForState || metric == kAlertsKeepFiringSince;
}

// What of the groups has to be evaluated: the alerts, and what these read of the rest.
struct Plan {
  std::vector<RuleGroup> groups;
  std::set<std::string> recorded;  // metrics that are rehearsed
  std::set<std::string> ahead;     // expressions that read none of them, each of one group
  base::Duration warm_up{0};
};

Reading ReadingOf(const Rule& rule) {
  if (!rule.alerting && rule.records != nullptr) return {};
  const base::Result<query::ExprPtr> expr = query::Parse(rule.expr);
  return expr.ok() ? rules::ReadingOf(**expr) : Reading{};
}

// The metrics that alerts read, also by way of recording rules.
std::set<std::string> ReadByAlerts(const std::vector<RuleGroup>& groups, bool& any) {
  std::set<std::string> read;
  size_t before = SIZE_MAX;
  while (before != read.size()) {
    before = read.size();
    for (const RuleGroup& group : groups) {
      for (const Rule& rule : group.rules) {
        if (!rule.alerting && !any && !read.contains(rule.name)) continue;
        const Reading reading = ReadingOf(rule);
        read.insert(reading.metrics.begin(), reading.metrics.end());
        any = any || reading.any_metric;
      }
    }
  }
  return read;
}

Plan MakePlan(const std::vector<RuleGroup>& groups) {
  Plan plan;
  bool any = false;
  const std::set<std::string> read = ReadByAlerts(groups, any);
  for (const RuleGroup& group : groups) {
    RuleGroup& kept = plan.groups.emplace_back(group);
    std::erase_if(kept.rules, [&](const Rule& rule) {
      return !rule.alerting && !any && !read.contains(rule.name);
    });
    for (const Rule& rule : kept.rules) {
      if (!rule.alerting) plan.recorded.insert(rule.name);
    }
  }
  std::erase_if(plan.groups, [](const RuleGroup& group) { return group.rules.empty(); });
  for (const std::string& metric : read) {
    if (IsAlertSeries(metric)) plan.recorded.insert(metric);
  }
  std::map<std::string, const RuleGroup*> first;  // that has the expression
  std::set<std::string> shared;
  for (const RuleGroup& group : plan.groups) {
    for (const Rule& rule : group.rules) {
      if (first.try_emplace(rule.expr, &group).first->second != &group) shared.insert(rule.expr);
      const Reading reading = ReadingOf(rule);
      const bool reads_recorded =
          reading.any_metric ||
          std::any_of(reading.metrics.begin(), reading.metrics.end(),
                      [&](const auto& m) { return plan.recorded.contains(m); });
      if (!reads_recorded && !reading.range_bounds) plan.ahead.insert(rule.expr);
      base::Duration needs = rule.for_duration + rule.keep_firing_for;
      if (reads_recorded) needs += reading.lookback;
      plan.warm_up = std::max(plan.warm_up, needs);
    }
  }
  for (const std::string& expr : shared) plan.ahead.erase(expr);
  plan.warm_up = std::min(plan.warm_up, kWarmUpMax);
  return plan;
}

// One back-test on its way.
class Rehearsal {
 public:
  Rehearsal(Plan plan, const Options& options, const Data& data)
      : plan_(std::move(plan)),
        options_(options),
        data_(data),
        begin_(options.from - plan_.warm_up -
               std::min(kWarmUpTurns * Longest(plan_.groups, options), kWarmUpOfTurns)),
        store_(data.metrics, base::ToMillis(begin_), plan_.recorded),
        engine_(WithoutHelpers(data.limits), store_, data.clock) {
    if (data.records == nullptr) return;
    records_.emplace(*data.records, data.tenant,
                     [this] { return !data_.cancelled || !data_.cancelled(); });
    observer_.emplace(*records_, kRecordsAhead, kRecordsMax);
  }

  base::Result<Report> Run();

 private:
  // The longest interval.
  static base::Duration Longest(const std::vector<RuleGroup>& groups, const Options& options) {
    base::Duration longest{0};
    for (const RuleGroup& group : groups) {
      longest = std::max(longest, group.interval.value_or(options.context.interval));
    }
    return longest;
  }
  static query::EngineOptions WithoutHelpers(query::EngineOptions options) {
    options.helpers = 0;
    return options;
  }

  base::Result<> CheckTurns() const;
  void ListRules();
  EvaluationIo Io();
  base::Result<query::QueryResult> Query(const std::string& promql, base::TimePoint time,
                                         base::Duration lookback);
  base::Result<query::QueryResult> Range(const std::string& promql, base::TimePoint from,
                                         base::TimePoint to, base::Duration step);
  RuleReport& ReportOf(const GroupStatus& group, const AlertChange& change);
  void Count(const Scheduler::Turn& turn);
  void Take(const Scheduler::Turn& turn, const AlertChange& change);
  void Finish();

  // An alert that fires, by the rule's place in the report.
  using Key = std::pair<size_t, model::Labels>;

  const Plan plan_;
  const Options& options_;
  const Data& data_;
  const base::TimePoint begin_;
  OverlayStore store_;
  query::Engine engine_;
  std::optional<StoredRecords> records_;
  std::optional<Observer> observer_;
  std::map<std::string, Ahead> ahead_;
  Report report_;
  std::map<std::pair<std::string, std::string>, std::vector<size_t>> by_group_;
  std::map<Key, Episode> open_;
};

base::Result<> Rehearsal::CheckTurns() const {
  if (options_.to < options_.from) return base::InvalidArgument("to: lies before from", "to");
  uint64_t turns = 0;
  for (const RuleGroup& group : plan_.groups) {
    const base::Duration every = group.interval.value_or(options_.context.interval);
    turns += static_cast<uint64_t>((options_.to - begin_) / every);
  }
  if (turns <= options_.turns_max) return {};
  return base::InvalidArgument(
      fmt::format("to: {} evaluations; the limit is {}: a shorter time, or longer intervals", turns,
                  options_.turns_max),
      "to");
}

void Rehearsal::ListRules() {
  report_.from = options_.from;
  report_.to = report_.reached = options_.to;
  for (const RuleGroup& group : plan_.groups) {
    std::vector<size_t>& places = by_group_[{group.file, group.name}];
    for (const Rule& rule : group.rules) {
      if (!rule.alerting) continue;
      places.push_back(report_.rules.size());
      const base::Result<query::ExprPtr> expr = query::Parse(rule.expr);
      report_.rules.push_back({.kind = "alert",
                               .group = group.name,
                               .name = rule.name,
                               .query = rule.expr,
                               .line = rule.line,
                               .lower_is_worse = expr.ok() && LowerIsWorse(**expr)});
    }
  }
}

base::Result<query::QueryResult> Rehearsal::Range(const std::string& promql, base::TimePoint from,
                                                  base::TimePoint to, base::Duration step) {
  query::RangeQuery query;
  query.tenant = data_.tenant;
  query.text = promql;
  query.start = from;
  query.end = to;
  query.step = step;
  query.deadline = options_.deadline;
  query.cancelled = data_.cancelled;
  return engine_.Range(query);
}

base::Result<query::QueryResult> Rehearsal::Query(const std::string& promql, base::TimePoint time,
                                                  base::Duration lookback) {
  const auto ahead = ahead_.find(promql);
  if (ahead != ahead_.end() && lookback.count() == 0) return ahead->second.At(time);
  query::InstantQuery query;
  query.tenant = data_.tenant;
  query.text = promql;
  query.time = time;
  query.lookback = lookback;
  query.deadline = options_.deadline;
  query.cancelled = data_.cancelled;
  return engine_.Instant(query);
}

EvaluationIo Rehearsal::Io() {
  EvaluationIo io;
  io.query = [this](const std::string& promql, base::TimePoint time, base::Duration lookback) {
    return Query(promql, time, lookback);
  };
  io.append = [this](const model::WriteBatch& batch) {
    return store_.Record(batch, options_.recorded_max);
  };
  if (observer_) {
    io.observe = [this](const RecordRule& rule, base::TimePoint time) {
      return observer_->At(rule, time);
    };
  }
  return io;
}

void Rehearsal::Count(const Scheduler::Turn& turn) {
  if (turn.status == nullptr || turn.time < options_.from) return;
  const std::vector<size_t>& places = by_group_[{turn.status->file, turn.status->name}];
  size_t next = 0;
  for (const RuleStatus& rule : turn.status->rules) {
    if (!rule.alerting) {
      if (rule.health == RuleHealth::kError) {
        for (const size_t place : places) report_.rules[place].last_error = rule.last_error;
      }
      continue;
    }
    RuleReport& report = report_.rules[places[next++]];
    ++report.evaluations;
    if (rule.health != RuleHealth::kError) continue;
    ++report.failures;
    report.last_error = rule.last_error;
  }
}

RuleReport& Rehearsal::ReportOf(const GroupStatus& group, const AlertChange& change) {
  const std::vector<size_t>& places = by_group_[{group.file, group.name}];
  const auto same = [&](size_t place) {
    const RuleReport& report = report_.rules[place];
    return report.line == change.rule->line && report.name == change.rule->name &&
           report.query == change.rule->expr;
  };
  return report_.rules[*std::find_if(places.begin(), places.end(), same)];
}

void Rehearsal::Take(const Scheduler::Turn& turn, const AlertChange& change) {
  RuleReport& report = ReportOf(*turn.status, change);
  const Key key{static_cast<size_t>(&report - report_.rules.data()), change.alert.labels};
  if (change.kind == AlertChange::Kind::kResolved) {
    auto ended = open_.extract(key);
    if (ended.empty()) return;
    ended.mapped().resolved_at = turn.time;
    if (turn.time >= options_.from) {
      report.episodes.push_back(std::move(ended.mapped()));
    }
    return;
  }
  const double value = change.alert.value;
  const auto [at, is_new] = open_.try_emplace(key);
  Episode& episode = at->second;
  if (is_new) {
    episode.labels = change.alert.labels;
    episode.severity = model::SeverityOfAlert(change.alert.labels);
    episode.active_at = change.alert.active_at;
    episode.fired_at = change.fired_at;
    episode.peak = value;
  }
  episode.annotations = change.alert.annotations;
  const bool worse = report.lower_is_worse ? value < episode.peak : value > episode.peak;
  if (worse || std::isnan(episode.peak)) episode.peak = value;
}

void Rehearsal::Finish() {
  for (auto& [key, episode] : open_) {
    report_.rules[key.first].episodes.push_back(std::move(episode));
  }
  for (RuleReport& rule : report_.rules) Summarize(rule, options_, report_.reached);
  report_.recorded = store_.samples();
}

base::Result<Report> Rehearsal::Run() {
  VEDETTE_TRY_VOID(CheckTurns());
  ListRules();
  RuleContext context = options_.context;
  context.outage_tolerance = base::Duration(0);
  for (const RuleGroup& group : plan_.groups) {
    const base::Duration step = group.interval.value_or(context.interval);
    for (const Rule& rule : group.rules) {
      if (!plan_.ahead.contains(rule.expr)) continue;
      ahead_.try_emplace(rule.expr, rule.expr, step, options_.to,
                         [this](const std::string& promql, base::TimePoint from, base::TimePoint to,
                                base::Duration every) { return Range(promql, from, to, every); });
    }
  }
  Scheduler scheduler;
  scheduler.Apply(plan_.groups, std::make_shared<const RuleContext>(std::move(context)), begin_);
  EvaluationIo io = Io();
  while (const std::optional<base::TimePoint> due = scheduler.Due()) {
    if (*due > options_.to) break;
    if (data_.cancelled && data_.cancelled())
      return base::Unavailable("the back-test was cancelled");
    if (data_.clock.Steady() >= options_.deadline) {
      report_.reached = *due;
      report_.limit = "time";
      break;
    }
    const auto turn = scheduler.RunOne(*due, [&](const auto&) { return io; });
    Count(*turn);
    for (const AlertChange& change : turn->changes) Take(*turn, change);
  }
  Finish();
  return std::move(report_);
}

}  // namespace

void Summarize(RuleReport& rule, const Options& options, base::TimePoint reached) {
  std::sort(rule.episodes.begin(), rule.episodes.end(), [](const Episode& a, const Episode& b) {
    return std::tie(a.fired_at, a.labels) < std::tie(b.fired_at, b.labels);
  });
  rule.episodes_total = rule.episodes.size();
  for (const Episode& episode : rule.episodes) {
    rule.firing += episode.resolved_at.value_or(reached) - std::max(episode.fired_at, options.from);
    if (episode.fired_at < options.from) continue;
    const int64_t day = base::ToMillis(episode.fired_at) / kDayMs;
    ++rule.days[day][static_cast<size_t>(episode.severity)];
  }
  if (rule.episodes.size() > options.episodes_max) rule.episodes.resize(options.episodes_max);
}

base::Result<Report> Rehearse(const std::vector<RuleGroup>& groups, const Options& options,
                              const Data& data) {
  return Rehearsal(MakePlan(groups), options, data).Run();
}

}  // namespace vedette::rules::backtest
