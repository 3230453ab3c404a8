#include "app/rule_loop.h"

#include <algorithm>
#include <utility>

#include "base/id.h"
#include "base/log.h"
#include "rules/anomaly.h"

namespace vedette::app {
namespace {

constexpr size_t kReportsWaitingMax = 10'000;
constexpr base::Duration kUpdateEvery = std::chrono::minutes(1);  // of a firing alert's anomaly
// How long alerts of the last run may take to fire again before they are over.
constexpr base::Duration kAdoptWithin = std::chrono::minutes(5);
constexpr base::Duration kPoll = std::chrono::seconds(1);
// What the calendar may differ from the monotonic clock before it has stepped.
constexpr base::Duration kStepMin = std::chrono::seconds(2);

}  // namespace

RuleLoop::Metrics::Metrics(base::MetricsRegistry& registry)
    : evaluations(registry.AddCounter("vedette_rule_group_evaluations_total",
                                      "Evaluations of groups of rules")),
      looks(registry.AddCounter("vedette_rule_looks_total",
                                "Evaluations of rules between their turns, for samples")),
      failures(registry.AddCounter("vedette_rule_evaluation_failures_total",
                                   "Rules that could not be evaluated or written")),
      missed(registry.AddCounter("vedette_rule_group_iterations_missed_total",
                                 "Turns of groups that were left out: evaluation is too slow")),
      groups(registry.AddGauge("vedette_rule_groups", "Groups of rules")),
      firing(registry.AddGauge("vedette_alerts_firing", "Alerts that fire")),
      seconds(registry.AddHistogram("vedette_rule_group_seconds",
                                    "How long the evaluation of a group takes")) {}

RuleLoop::RuleLoop(Parts parts)
    : parts_(std::move(parts)),
      monotone_(parts_.clock, parts_.clock.Now(), 1.0),
      metrics_(parts_.metrics),
      scheduler_(&parts_.bells),
      reporter_(parts_.findings, kReportsWaitingMax, nullptr) {
  for (const model::Anomaly& anomaly : parts_.open) {
    adopted_.emplace(AlertKey{anomaly.tenant, anomaly.detector, anomaly.labels}, anomaly);
  }
}

void RuleLoop::Apply(std::vector<rules::RuleGroup> groups, rules::RuleContext context) {
  {
    base::MutexLock lock(mutex_);
    new_definition_ = Definition{std::move(groups), std::move(context)};
  }
  parts_.bells.Wake();
}

// The rules can be asked about as soon as it has returned.
void RuleLoop::Start() {
  TakeDefinition(parts_.clock.Now());
  thread_ = std::thread([this] { Run(); });
}

void RuleLoop::Stop() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
  }
  parts_.bells.Wake();
  if (thread_.joinable()) thread_.join();
}

std::vector<rules::GroupStatus> RuleLoop::Statuses(const model::TenantName& tenant) const {
  std::vector<rules::GroupStatus> statuses;
  base::MutexLock lock(mutex_);
  for (const auto& status : statuses_) {
    if (status->tenant == tenant) statuses.push_back(*status);
  }
  return statuses;
}

// Looks at the calendar at least once a second, since it may step.
void RuleLoop::Run() {
  const base::SystemClock waiting;
  while (true) {
    const base::TimePoint now = parts_.clock.Now();
    const std::optional<base::TimePoint> due = Step(now);
    base::Duration wait = kPoll;
    if (due) wait = std::clamp(*due - now, base::Duration(1), kPoll);
    parts_.bells.WaitUntil(waiting.Steady() + wait);
    base::MutexLock lock(mutex_);
    if (stopping_) return;
  }
}

base::SteadyPoint RuleLoop::last_progress() const {
  return base::SteadyPoint(base::SteadyPoint::duration(last_progress_ticks_.load()));
}

std::optional<base::TimePoint> RuleLoop::Step(base::TimePoint now) {
  WatchCalendar(now);
  TakeDefinition(now);
  reporter_.Flush();
  const auto note_progress = [this] {
    last_progress_ticks_ = parts_.clock.Steady().time_since_epoch().count();
  };
  note_progress();
  while (const std::optional<rules::Scheduler::Turn> turn = scheduler_.RunOne(now, parts_.io)) {
    note_progress();
    Handle(*turn);
    Publish();
    base::MutexLock lock(mutex_);
    if (stopping_) return std::nullopt;
  }
  CloseOrphans(now);
  return scheduler_.Due();
}

void RuleLoop::TakeDefinition(base::TimePoint now) {
  std::optional<Definition> definition;
  {
    base::MutexLock lock(mutex_);
    definition = std::exchange(new_definition_, std::nullopt);
  }
  if (!definition) return;
  metrics_.groups.Set(static_cast<double>(definition->groups.size()));
  scheduler_.Apply(std::move(definition->groups),
                   std::make_shared<const rules::RuleContext>(std::move(definition->context)), now);
  Publish();
}

void RuleLoop::WatchCalendar(base::TimePoint now) {
  if (!parts_.calendar_may_step) return;
  const base::Duration drift = now - monotone_.Now();
  const base::Duration step = drift - drift_;
  if (step < kStepMin && step > -kStepMin) return;
  drift_ = drift;
  scheduler_.Shift(step, now);
  base::LogWarning("the calendar stepped: alerts move with it", {{"milliseconds", step.count()}});
}

void RuleLoop::Handle(const rules::Scheduler::Turn& turn) {
  for (const rules::AlertChange& change : turn.changes) Report(turn.tenant, change, turn.time);
  metrics_.firing.Set(static_cast<double>(reported_.size()));
  metrics_.missed.Add(turn.missed);
  if (turn.look) metrics_.looks.Add();
  if (turn.status == nullptr || turn.look) return;
  metrics_.evaluations.Add();
  metrics_.seconds.Observe(turn.status->evaluation_seconds);
  for (const rules::RuleStatus& rule : turn.status->rules) {
    if (rule.health != rules::RuleHealth::kError) continue;
    metrics_.failures.Add();
    base::LogWarning("a rule failed", {{"file", turn.status->file},
                                       {"tenant", turn.tenant},
                                       {"group", turn.status->name},
                                       {"rule", rule.name},
                                       {"error", rule.last_error}});
  }
}

void RuleLoop::Resolve(const AlertKey& key, base::TimePoint now) {
  detect::Reported reported;
  if (auto found = reported_.extract(key)) {
    reported = std::move(found.mapped());
  } else if (auto before = adopted_.extract(key)) {
    reported.anomaly = std::move(before.mapped());
  } else {
    return;
  }
  reporter_.Closed(reported, now, now);
}

void RuleLoop::Describe(const model::TenantName& tenant, const rules::AlertChange& change,
                        base::TimePoint now, model::Anomaly& anomaly) const {
  std::vector<rules::Example> examples;
  if (change.rule->records != nullptr && parts_.examples) {
    examples =
        parts_.examples(tenant, *change.rule->records, change.alert.labels, change.alert.value_at);
  }
  rules::DescribeAlert(change, now, anomaly, examples);
}

void RuleLoop::Report(const model::TenantName& tenant, const rules::AlertChange& change,
                      base::TimePoint now) {
  const AlertKey key{tenant, change.rule->name, change.alert.labels};
  if (change.kind == rules::AlertChange::Kind::kResolved) {
    Resolve(key, now);
    return;
  }
  const auto found = reported_.find(key);
  if (found != reported_.end()) {
    if (now - found->second.last_report < kUpdateEvery) return;
    Describe(tenant, change, now, found->second.anomaly);
    reporter_.Updated(found->second, now);
    return;
  }
  detect::Reported& reported = reported_[key];
  if (const auto before = adopted_.extract(key)) {
    reported.anomaly = std::move(before.mapped());
    const base::TimePoint started = reported.anomaly.started_at;
    Describe(tenant, change, now, reported.anomaly);
    reported.anomaly.started_at = started;
    reporter_.Updated(reported, now);
    return;
  }
  reported.anomaly.id = "an_" + base::NewId(now);
  reported.anomaly.tenant = tenant;
  reported.anomaly.evidence.id = "ev_" + base::NewId(now);
  Describe(tenant, change, now, reported.anomaly);
  reporter_.Opened(reported, now);
}

// What fired in the last run and does not any more.
void RuleLoop::CloseOrphans(base::TimePoint now) {
  if (adopted_.empty()) return;
  if (!orphans_due_) orphans_due_ = now + kAdoptWithin;
  if (now < *orphans_due_) return;
  for (auto& [key, anomaly] : adopted_) {
    detect::Reported reported;
    const base::TimePoint last = anomaly.updated_at;
    reported.anomaly = std::move(anomaly);
    reporter_.Closed(reported, last, now);
  }
  adopted_.clear();
}

void RuleLoop::Publish() {
  std::vector<std::shared_ptr<const rules::GroupStatus>> statuses = scheduler_.Statuses();
  base::MutexLock lock(mutex_);
  statuses_ = std::move(statuses);
}

}  // namespace vedette::app
