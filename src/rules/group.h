#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/labels.h"
#include "model/write_batch.h"
#include "query/result.h"
#include "rules/rule.h"
#include "rules/status.h"
#include "rules/template.h"
#include "rules/triggers.h"

namespace vedette::rules {

// What an evaluation asks and writes. `query` answers an instant query; a lookback of 0 is the
// engine's own. `append` stores the results of one rule before the next rule is evaluated; it may
// be empty, for a rehearsal. `steady` measures how long evaluations take; it may be empty.
// `observe` answers what a rule over records asks, as of a time; empty: there are no records.
struct EvaluationIo {
  std::function<base::Result<query::QueryResult>(const std::string& promql, base::TimePoint time,
                                                 base::Duration lookback)>
      query;
  std::function<base::Result<>(const model::WriteBatch& batch)> append;
  std::function<base::SteadyPoint()> steady;
  std::function<base::Result<query::QueryResult>(const RecordRule& rule, base::TimePoint time)>
      observe;
};

// What all groups share.
struct RuleContext {
  base::Duration interval{60'000};  // of groups that name none
  base::Duration query_offset{0};
  model::Labels external_labels;
  std::string external_url;
  // How old the series of an alert (alert_series.h) may be for a new process to go on with it.
  // 0: it never does.
  base::Duration outage_tolerance{3'600'000};
  bool on_ingest = true;  // whether samples may have rules looked at between turns
  friend bool operator==(const RuleContext&, const RuleContext&) = default;
};

// An alert that began to fire, still fires with news, or ended.
struct AlertChange {
  enum class Kind { kFired, kUpdated, kResolved };
  Kind kind = Kind::kFired;
  std::shared_ptr<const Rule> rule;
  AlertStatus alert;
  base::TimePoint fired_at;
};

// A group of rules and what it remembers: the alerts that are pending or firing, and the series
// that each rule wrote last. Time is an argument; the same calls give the same answers. Not
// thread-safe.
class Group {
 public:
  // REQUIRES: the group was read without problems.
  Group(RuleGroup definition, std::shared_ptr<const RuleContext> context);

  // Evaluates all rules in turn at `now`, writes what they give and ends series that they no longer
  // give. A rule that fails keeps its alerts and says so in its status; the next one goes on.
  // Alerts that were pending or firing when another process ended go on where they were.
  std::vector<AlertChange> Evaluate(base::TimePoint now, const EvaluationIo& io);

  // Looks at one alerting rule between two turns, since a sample came that may have made it true:
  // alerts begin and, when `for` is over, fire; nothing ends or changes before the next turn. A
  // look that fails is left to that turn. REQUIRES: `now` is later than the last turn's and look's.
  std::vector<AlertChange> Look(size_t index, base::TimePoint now, const EvaluationIo& io);
  // The samples that make looks worth while; none for a rule that is polled.
  const TriggerPlan& triggers(size_t index) const { return states_[index].plan; }
  // When `for` is over, after its last moment, for the first of its alerts that are pending.
  std::optional<base::TimePoint> ForIsOver(size_t index) const;
  // The newest turn or look.
  base::TimePoint last_moment(size_t index) const { return states_[index].last_moment; }

  // The time of the newest turn at or before `now`: turns of a group are aligned to its interval,
  // shifted by a hash of its name, so that groups do not all ask at once.
  base::TimePoint TurnAt(base::TimePoint now) const;

  // Takes over the state of rules that the other group has too. Series and alerts of its other
  // rules end at the next evaluation.
  void Adopt(Group& other);
  // Ends everything, for a group that is gone.
  std::vector<AlertChange> End(base::TimePoint now, const EvaluationIo& io);

  // The calendar stepped: what lasts, lasts as long as before.
  void Shift(base::Duration step);

  const RuleGroup& definition() const { return *definition_; }
  base::Duration interval() const;
  base::Duration query_offset() const;
  GroupStatus Status() const;

 private:
  struct Alert {
    AlertState state = AlertState::kPending;
    base::TimePoint active_at = {};
    base::TimePoint fired_at = {};
    std::optional<base::TimePoint> keep_firing_since = {};
    double value = 0;
    base::TimePoint value_at = {};
    Texts annotations = {};
  };
  struct RuleState {
    std::vector<std::pair<std::string, Template>> labels;
    std::vector<std::pair<std::string, Template>> annotations;
    std::string query;  // canonical
    std::map<model::Labels, Alert> alerts;
    std::set<model::Labels> written;  // series with a sample at the last evaluation
    // When alerts of the process before became active; for those that have not shown up again.
    std::map<model::Labels, base::TimePoint> restored;
    std::optional<base::TimePoint> restore_until;  // none: not asked yet
    RuleHealth health = RuleHealth::kUnknown;
    std::string last_error;
    double seconds = 0;
    std::optional<base::TimePoint> last_evaluation;
    TriggerPlan plan;
    base::TimePoint last_moment = {};  // of the newest turn or look
  };
  struct Output;  // of one rule

  void EvaluateRule(size_t index, base::TimePoint now, const EvaluationIo& io,
                    std::vector<AlertChange>& changes);
  base::Result<query::QueryResult> Ask(const Rule& rule, base::TimePoint now,
                                       const EvaluationIo& io) const;
  base::Result<> Record(const Rule& rule, base::TimePoint now, const EvaluationIo& io,
                        Output& output) const;
  base::Result<> Watch(size_t index, base::TimePoint now, const EvaluationIo& io, Output& output);
  base::Result<std::map<model::Labels, Alert>> Seen(const Rule& rule, const RuleState& state,
                                                    base::TimePoint now,
                                                    const EvaluationIo& io) const;
  void Advance(size_t index, std::map<model::Labels, Alert> seen, base::TimePoint now,
               Output& output);
  base::Result<std::map<model::Labels, Alert>> SeenBetweenTurns(const Rule& rule, RuleState& state,
                                                                base::TimePoint now,
                                                                const EvaluationIo& io) const;
  base::Result<> WriteMore(RuleState& state, base::TimePoint now, const EvaluationIo& io,
                           const Output& output, const std::set<model::Labels>& ended) const;
  static void AddSeries(const model::Labels& labels, const Alert& alert, Output& output);
  static model::Labels StateSeries(const model::Labels& labels, AlertState state);
  void FindTriggers();
  base::Result<> Restore(const Rule& rule, RuleState& state, base::TimePoint now,
                         const EvaluationIo& io) const;
  base::Result<> RestoreFiring(const Rule& rule, RuleState& state, base::TimePoint now,
                               const EvaluationIo& io) const;
  // The values of a query as times, by the labels of alerts; of the last run too.
  base::Result<std::map<model::Labels, base::TimePoint>> TimesOf(const std::string& promql,
                                                                 base::TimePoint now,
                                                                 const EvaluationIo& io) const;
  base::Result<> Finish(std::set<model::Labels>& written, base::TimePoint now,
                        const EvaluationIo& io, const Output& output) const;
  AlertChange Change(AlertChange::Kind kind, size_t index, const model::Labels& labels,
                     const Alert& alert) const;
  static AlertStatus ToStatus(const model::Labels& labels, const Alert& alert);
  static RuleState MakeState(const Rule& rule);

  const std::shared_ptr<const RuleGroup> definition_;
  const std::shared_ptr<const RuleContext> context_;
  std::vector<RuleState> states_;      // one per rule
  std::set<model::Labels> abandoned_;  // series of rules that are gone, to be ended
  std::vector<AlertChange> orphans_;   // their firing alerts, resolved
  double seconds_ = 0;
  std::optional<base::TimePoint> last_evaluation_;
};

}  // namespace vedette::rules
