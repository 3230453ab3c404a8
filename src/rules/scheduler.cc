#include "rules/scheduler.h"

#include <algorithm>
#include <utility>

namespace vedette::rules {
namespace {

constexpr base::Duration kLookSpacing{10};  // of one rule, at least
constexpr base::Duration kGather{250};      // the samples of metrics that an expression joins
constexpr base::Duration kGatherStep{3};

}  // namespace

void Scheduler::Apply(std::vector<RuleGroup> groups, std::shared_ptr<const RuleContext> context,
                      base::TimePoint now) {
  const bool same_context = context_ != nullptr && *context_ == *context;
  std::vector<Entry> before = std::exchange(entries_, {});
  if (!same_context) context_ = std::move(context);
  for (RuleGroup& definition : groups) {
    const auto known = std::find_if(before.begin(), before.end(), [&](const Entry& entry) {
      return entry.group != nullptr && entry.group->definition().name == definition.name &&
             entry.group->definition().file == definition.file &&
             entry.group->definition().tenant == definition.tenant;
    });
    if (known != before.end() && same_context && known->group->definition() == definition) {
      entries_.push_back(std::move(*known));
      continue;
    }
    auto group = std::make_unique<Group>(std::move(definition), context_);
    if (known != before.end()) {
      group->Adopt(*known->group);
      known->group.reset();
    }
    const base::TimePoint due = group->TurnAt(now) + group->interval();
    auto status = std::make_shared<const GroupStatus>(group->Status());
    entries_.push_back({std::move(group), due, std::move(status)});
  }
  for (Entry& entry : before) {
    if (entry.group != nullptr) ending_.push_back(std::move(entry.group));
  }
  WatchRules();
}

std::optional<base::TimePoint> Scheduler::Due() const {
  if (!ending_.empty()) return base::TimePoint::min();
  std::optional<base::TimePoint> due;
  for (const Entry& entry : entries_) due = std::min(due.value_or(entry.due), entry.due);
  for (const Watched& watched : watched_) {
    if (watched.wanted()) due = std::min(*due, LookDue(watched));
  }
  return due;
}

std::optional<Scheduler::Turn> Scheduler::RunOne(base::TimePoint now, const IoOf& io) {
  if (!ending_.empty()) {
    const std::unique_ptr<Group> group = std::move(ending_.back());
    ending_.pop_back();
    const model::TenantName tenant = group->definition().tenant;
    return Turn{
        .time = now, .tenant = tenant, .status = nullptr, .changes = group->End(now, io(tenant))};
  }
  NoteRung(now);
  const auto earlier = [](const Entry& a, const Entry& b) { return a.due < b.due; };
  const auto next = std::min_element(entries_.begin(), entries_.end(), earlier);
  if (next == entries_.end()) return std::nullopt;
  if (next->due <= now) return RunTurn(static_cast<size_t>(next - entries_.begin()), now, io);
  const std::optional<size_t> look = NextLook(now);
  if (!look) return std::nullopt;
  return RunLook(*look, now, io);
}

Scheduler::Turn Scheduler::RunTurn(size_t index, base::TimePoint now, const IoOf& io) {
  Entry& entry = entries_[index];
  Turn turn;
  turn.time = entry.group->TurnAt(now);
  turn.missed = static_cast<uint64_t>((turn.time - entry.due) / entry.group->interval());
  turn.tenant = entry.group->definition().tenant;
  for (size_t i = 0; i < watched_.size(); ++i) {
    Watched& watched = watched_[i];
    if (watched.entry != index || !watched.rung_at || *watched.rung_at > turn.time) continue;
    bells_->TakeDown(static_cast<uint32_t>(i));
    watched.rung_at.reset();
    watched.gathers.reset();
  }
  turn.changes = entry.group->Evaluate(turn.time, io(turn.tenant));
  for (Watched& watched : watched_) {
    if (watched.entry == index) NoteForIsOver(watched);
  }
  entry.due = turn.time + entry.group->interval();
  entry.status = std::make_shared<const GroupStatus>(entry.group->Status());
  turn.status = entry.status;
  return turn;
}

// --- looks

void Scheduler::WatchRules() {
  if (bells_ == nullptr) return;
  watched_.clear();
  std::vector<Bells::Watched> rules;
  for (size_t entry = 0; entry < entries_.size(); ++entry) {
    const Group& group = *entries_[entry].group;
    for (size_t rule = 0; rule < group.definition().rules.size(); ++rule) {
      if (group.triggers(rule).triggers.empty()) continue;
      NoteForIsOver(watched_.emplace_back(Watched{.entry = entry, .rule = rule}));
      rules.push_back({group.definition().tenant, group.triggers(rule)});
    }
  }
  bells_->SetRules(std::move(rules));
}

// A rule sees a sample once it is as old as query_offset.
void Scheduler::NoteRung(base::TimePoint now) {
  if (bells_ == nullptr) return;
  for (Watched& watched : watched_) watched.rung_at.reset();
  for (const Bells::Rung& rung : bells_->AllRung()) {
    if (rung.rule >= watched_.size()) continue;
    Watched& watched = watched_[rung.rule];
    watched.rung_at = base::FromMillis(rung.t_ms) + entries_[watched.entry].group->query_offset();
    if (!rung.complete && !watched.gathers) watched.gathers = now + kGather;
    watched.wait_until = {};
    if (!rung.complete) watched.wait_until = std::min(*watched.gathers, now + kGatherStep);
  }
}

void Scheduler::NoteForIsOver(Watched& watched) const {
  watched.over_at = entries_[watched.entry].group->ForIsOver(watched.rule);
}

base::TimePoint Scheduler::LookDue(const Watched& watched) const {
  base::TimePoint due = base::TimePoint::max();
  if (watched.rung_at) due = std::max(*watched.rung_at, watched.wait_until);
  if (watched.over_at) due = std::min(due, *watched.over_at);
  const base::TimePoint last = entries_[watched.entry].group->last_moment(watched.rule);
  return std::max({due, watched.ready_at, last + base::Duration(1), watched.allowance.ReadyAt(),
                   allowance_.ReadyAt()});
}

std::optional<size_t> Scheduler::NextLook(base::TimePoint now) const {
  std::optional<size_t> next;
  base::TimePoint earliest = now;
  for (size_t i = 0; i < watched_.size(); ++i) {
    if (!watched_[i].wanted()) continue;
    const base::TimePoint due = LookDue(watched_[i]);
    if (due > earliest || (next && due == earliest)) continue;
    next = i;
    earliest = due;
  }
  return next;
}

Scheduler::Turn Scheduler::RunLook(size_t index, base::TimePoint now, const IoOf& io_of) {
  Watched& watched = watched_[index];
  Entry& entry = entries_[watched.entry];
  Turn turn{.time = now, .tenant = entry.group->definition().tenant, .status = {}, .look = true};
  const EvaluationIo io = io_of(turn.tenant);
  const base::SteadyPoint begun = io.steady ? io.steady() : base::SteadyPoint{};
  bells_->TakeDown(static_cast<uint32_t>(index));
  watched.rung_at.reset();
  watched.gathers.reset();
  turn.changes = entry.group->Look(watched.rule, now, io);
  NoteForIsOver(watched);
  entry.status = std::make_shared<const GroupStatus>(entry.group->Status());
  turn.status = entry.status;
  const base::SteadyPoint ended = io.steady ? io.steady() : base::SteadyPoint{};
  const double cost_ms = std::chrono::duration<double, std::milli>(ended - begun).count();
  watched.allowance.Spend(now, cost_ms);
  allowance_.Spend(now, cost_ms);
  watched.ready_at = now + kLookSpacing;
  return turn;
}

void Scheduler::Shift(base::Duration step, base::TimePoint now) {
  for (Entry& entry : entries_) {
    entry.group->Shift(step);
    entry.due = entry.group->TurnAt(now) + entry.group->interval();
  }
  allowance_.Shift(step);
  for (Watched& watched : watched_) {
    watched.allowance.Shift(step);
    watched.ready_at = now;
    watched.gathers.reset();
    if (watched.over_at) *watched.over_at += step;
  }
}

std::vector<std::shared_ptr<const GroupStatus>> Scheduler::Statuses() const {
  std::vector<std::shared_ptr<const GroupStatus>> statuses;
  for (const Entry& entry : entries_) statuses.push_back(entry.status);
  return statuses;
}

}  // namespace vedette::rules
