#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "model/tenant.h"
#include "rules/allowance.h"
#include "rules/bells.h"
#include "rules/group.h"

namespace vedette::rules {

// Which group has its turn when. Groups are evaluated one after another, each at its aligned times;
// turns that passed while others were evaluated, or the machine slept, are left out and counted.
//
// Between its turns a rule is looked at when a sample has rung for it and when `for` is over for
// one of its alerts: at once if it can be, but never so often that looks take more than a fiftieth
// of the time for one rule or a tenth for all. What does not fit is seen later, at the next turn at
// the latest. Turns come first. An expression that joins metrics, as a ratio
// does, waits a quarter of a second at most for the samples of all of them.
//
// Not thread-safe.
class Scheduler {
 public:
  // Without bells (null), as in a back-test, all rules are polled. They outlive it.
  explicit Scheduler(Bells* bells = nullptr) : bells_(bells) {}

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
    bool look = false;  // of one rule, between two turns of its group
  };
  // Evaluates the group that is due longest, or else looks at a rule. Nothing when nothing is due.
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

  // A rule that is evaluated on ingest; its number is that of its bell.
  struct Watched {
    size_t entry = 0;
    size_t rule = 0;                              // of the group
    std::optional<base::TimePoint> rung_at = {};  // from when it can see the sample that rang
    std::optional<base::TimePoint> over_at = {};  // when `for` is
    std::optional<base::TimePoint> gathers = {};  // until when it waits for the metrics it joins
    base::TimePoint wait_until = {};              // for now, since it gathers
    base::TimePoint ready_at = {};                // looks are not to come closer than this
    Allowance allowance{0.02, 100};
    bool wanted() const { return rung_at || over_at; }
  };

  Turn RunTurn(size_t entry, base::TimePoint now, const IoOf& io);
  Turn RunLook(size_t watched, base::TimePoint now, const IoOf& io);
  void WatchRules();
  void NoteRung(base::TimePoint now);
  void NoteForIsOver(Watched& watched) const;
  base::TimePoint LookDue(const Watched& watched) const;
  std::optional<size_t> NextLook(base::TimePoint now) const;

  Bells* const bells_;
  std::shared_ptr<const RuleContext> context_;
  std::vector<Entry> entries_;
  std::vector<Watched> watched_;
  Allowance allowance_{0.1, 1000};  // of all looks together
  std::vector<std::unique_ptr<Group>> ending_;
};

}  // namespace vedette::rules
