#include "rules/scheduler.h"

#include <algorithm>
#include <utility>

namespace vedette::rules {

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
}

std::optional<base::TimePoint> Scheduler::Due() const {
  if (!ending_.empty()) return base::TimePoint::min();
  std::optional<base::TimePoint> due;
  for (const Entry& entry : entries_) due = std::min(due.value_or(entry.due), entry.due);
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
  const auto earlier = [](const Entry& a, const Entry& b) { return a.due < b.due; };
  const auto next = std::min_element(entries_.begin(), entries_.end(), earlier);
  if (next == entries_.end() || next->due > now) return std::nullopt;
  Turn turn;
  turn.time = next->group->TurnAt(now);
  turn.missed = static_cast<uint64_t>((turn.time - next->due) / next->group->interval());
  turn.tenant = next->group->definition().tenant;
  turn.changes = next->group->Evaluate(turn.time, io(turn.tenant));
  next->due = turn.time + next->group->interval();
  next->status = std::make_shared<const GroupStatus>(next->group->Status());
  turn.status = next->status;
  return turn;
}

void Scheduler::Shift(base::Duration step, base::TimePoint now) {
  for (Entry& entry : entries_) {
    entry.group->Shift(step);
    entry.due = entry.group->TurnAt(now) + entry.group->interval();
  }
}

std::vector<std::shared_ptr<const GroupStatus>> Scheduler::Statuses() const {
  std::vector<std::shared_ptr<const GroupStatus>> statuses;
  for (const Entry& entry : entries_) statuses.push_back(entry.status);
  return statuses;
}

}  // namespace vedette::rules
