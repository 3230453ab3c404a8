#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "model/tenant.h"
#include "rules/group.h"

namespace vedette::rules {

// Which group has its turn when. Groups are evaluated one after another, each at its aligned times;
// turns that passed while others were evaluated, or the machine slept, are left out and counted.
// Not thread-safe.
class Scheduler {
 public:
  // Takes over new definitions. A group that is the same goes on as it is; one that changed keeps
  // the alerts and series of the rules that it still has; of one that is gone they end at the next
  // RunOne.
  void Apply(std::vector<RuleGroup> groups, std::shared_ptr<const RuleContext> context,
             base::TimePoint now);

  // When RunOne has something to do next; nothing without groups.
  std::optional<base::TimePoint> Due() const;

  // What the groups of a tenant ask and write.
  using IoOf = std::function<EvaluationIo(const model::TenantName&)>;

  struct Turn {
    base::TimePoint time;  // of the evaluation: at or before `now`
    model::TenantName tenant;
    std::shared_ptr<const GroupStatus> status;  // null for a group that is gone
    std::vector<AlertChange> changes = {};
    uint64_t missed = 0;
  };
  // Evaluates the group that is due longest. Nothing when none is.
  std::optional<Turn> RunOne(base::TimePoint now, const IoOf& io);

  // The calendar stepped by so much: see Group::Shift.
  void Shift(base::Duration step, base::TimePoint now);

  std::vector<std::shared_ptr<const GroupStatus>> Statuses() const;

 private:
  struct Entry {
    std::unique_ptr<Group> group;
    base::TimePoint due;
    std::shared_ptr<const GroupStatus> status;
  };

  std::shared_ptr<const RuleContext> context_;
  std::vector<Entry> entries_;
  std::vector<std::unique_ptr<Group>> ending_;
};

}  // namespace vedette::rules
