#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "incident/input.h"
#include "incident/state.h"
#include "model/anomaly.h"
#include "model/incident.h"
#include "model/page.h"

namespace vedette::incident {

// An anomaly became part of an incident.
struct Membership {
  model::TenantName tenant;
  std::string incident_id;
  std::string anomaly_id;
};

// A timeline row for an incident that has left memory: the journal knows whether it exists, and
// numbers the row.
struct LateRow {
  model::TenantName tenant;
  std::string incident_id;
  model::TimelineEntry entry;
};

// An open anomaly as readers see it, or that it is no longer open.
struct AlertView {
  std::string anomaly_id;
  bool open = true;
  std::string incident_id;
  model::Severity severity = model::Severity::kInfo;
  model::Alert alert;
  model::Labels group_labels;
  std::vector<std::string> silenced_by;   // ids
  std::vector<std::string> inhibited_by;  // fingerprints
  bool has_route = false;                 // somebody wrote a rule, and it is bad enough for a page
};

// What follows from inputs; the caller carries it out.
struct Decisions {
  // Each incident that changed, once, as it is now. Its `timeline` holds only the new rows, and
  // its lists of anomalies at most EngineOptions::anomalies_listed_max.
  std::vector<model::Incident> changed;
  std::vector<model::Page> pages;
  // One for each alert that a page names first, or that joins an incident that was paged before: an
  // order to tell those, and only those, to whom its own labels lead and those of pages did not.
  std::vector<model::Page> widened;
  std::vector<Membership> joined;
  std::vector<LateRow> late_rows;
  std::vector<model::AnomalyUpdate> anomalies;  // that the engine made of alerts
  std::vector<AlertView> alerts;                // each that changed, once, as it is now
  // Each that changed, once, as it is now. One that has been forgotten has no matchers.
  std::vector<model::Silence> silences;
  // Time alone has changed the state: such an input is worth keeping although nothing else follows
  // from it, since whatever comes later is decided on that state.
  bool moved = false;

  bool empty() const {
    return !moved && changed.empty() && pages.empty() && late_rows.empty() && anomalies.empty() &&
           alerts.empty() && silences.empty();
  }
};

// Turns anomalies and alerts into incidents and decides who hears of it when: a deterministic state
// machine without clock, disk, threads or chance. Its state is the fold of its inputs:
//
//   Alerts     a rule's or another system's: the labels are who it is, told again it lasts longer,
//              and it ends at its end. Each is an anomaly while it fires.
//   Grouping   an anomaly joins the incident of its service that is open and not all but over (or
//              was resolved by itself a moment ago, which reopens it), else that of a service that
//              it calls or that calls it, else one that began on another service within seconds,
//              unless the topology knows both and of no way between them, else it opens an incident
//              of its own. One that was resolved before anybody had heard of it comes last. Where
//              EngineOptions::alert_grouping is set, or one of its grouping_rules takes them,
//              alerts with the same values of its labels share an incident instead.
//   Life       open > acknowledged > resolved, by people; resolved by itself when all its anomalies
//              have been closed for a while, unless a person declared or reopened it. What a person
//              resolved while it fires is opened again when it still does after the repeat
//              interval.
//   Severity   the worst that the incident has seen; it never falls.
//   Muting     silences and inhibition hide anomalies from pages, and from nothing else.
//   Topology   the first page about what only suffers from an incident that is in hand waits.
//   Pages      one when the severity reaches EngineOptions::page_severity, one when it rises
//              further or something as bad follows after a calm, one for the resolution if an
//              opening was sent; groups of alerts follow the waits of their grouping; nothing for
//              flapping.
//
// Time is monotone: an input older than the last counts as simultaneous with it. Memory is
// bounded by the limits in EngineOptions; what does not fit is counted and shown, never dropped
// silently. No input costs a walk over all anomalies, silences or incidents. Not thread-safe.
class Engine {
 public:
  explicit Engine(EngineOptions options);
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  // Takes one input into the state; its decisions collect until Take, which counts as one revision
  // of each changed incident: to replay is to Take at the same points. Only commands and alerts are
  // ever refused, and what is refused changes nothing: kNotFound (it is not in memory),
  // kFailedPrecondition (its state forbids it), kInvalidArgument, kResourceExhausted.
  base::Result<> Apply(const Input& input);
  Decisions Take();

  // Both for one input, for callers who need no answer.
  Decisions Step(const Input& input);

  // The whole state as text, and back. Decisions must have been taken. Error: kDataLoss.
  std::string Snapshot() const;
  static base::Result<Engine> Restore(std::string_view snapshot);

  // No input but time changes anything before (something may not change then either); nothing when
  // only other inputs will.
  std::optional<base::TimePoint> NextDeadline() const;

  const EngineOptions& options() const { return state_->options; }
  int64_t seq() const { return state_->seq; }
  base::TimePoint now() const { return state_->now; }
  Counts counts() const;

  // For readers that begin: all that is open, and all silences that are remembered.
  void ForEachAlert(const std::function<void(AlertView)>& each) const;
  void ForEachSilence(const std::function<void(const model::Silence&)>& each) const;
  // Whether it is in memory and not resolved. One that is resolved may be forgotten at any input:
  // whoever asks something of it sends a Recall before.
  bool IsOpen(const model::TenantName& tenant, std::string_view id) const;
  // Null when there is none.
  const model::Silence* FindSilence(const model::TenantName& tenant, std::string_view id) const;

 private:
  // What is found again from the state: see engine_index.h.
  struct Index;
  struct TenantIndex;

  explicit Engine(std::unique_ptr<State> state);

  // An incident and the tenant that it belongs to.
  struct Place {
    Tenant& tenant;
    Tracked& tracked;
  };
  // A member by its id.
  using MemberEntry = std::pair<const std::string, Member>;
  enum class DueKind { kAlert, kSilence, kIncident };

  // engine.cc: inputs, time, what is handed out.
  void RunDue();
  void RunDue(Place place);
  void Schedule(Tracked& tracked);
  void Settle();
  void ScheduleAt(base::TimePoint time, DueKind kind, const model::TenantName& tenant,
                  const std::string& id);
  void Reconfigure(EngineOptions options);
  void Rebuild();
  void Touch(Tracked& tracked);
  void Hand(Tracked& tracked);  // to pending_
  void HandAlert(const model::TenantName& tenant, const MemberEntry& entry);
  TenantIndex& IndexOf(const model::TenantName& tenant);
  AlertView ViewOf(const Tenant& tenant, const MemberEntry& entry) const;

  // engine_grouping.cc: anomalies and where they belong.
  void OnAnomaly(const Input& input, const model::AnomalyUpdate& update);
  Tracked* OnNewAnomaly(const Input& input, Tenant& tenant, const model::AnomalyUpdate& update);
  Tracked* FindHome(Tenant& tenant, const model::Anomaly& anomaly, std::string& reason);
  Tracked* LastHome(Tenant& tenant, std::string_view entity, model::LabelsView labels,
                    const GroupingChoice& choice);
  Tracked* FindAcross(Tenant& tenant, const model::Anomaly& anomaly, std::string& reason);
  bool TakesMore(const Tracked& tracked) const;
  bool GoesOn(const Tracked& tracked, model::Severity severity) const;
  bool SameMoment(const Tracked& tracked, const model::Anomaly& anomaly) const;
  Tracked& Open(Tenant& tenant, const model::TenantName& name, const std::string& fresh_id,
                const model::Anomaly& anomaly);
  void BeginGroup(Tenant& tenant, Tracked& tracked, const model::Anomaly& anomaly);
  void Join(Place place, const model::Anomaly& anomaly, const std::string& reason);
  void AddMember(Place place, const model::Anomaly& anomaly);
  void Compare(Tracked& tracked, Member& member) const;
  void Widen(const Tracked& tracked, const Member& member);
  void Update(Place place, MemberEntry& entry, const model::Anomaly& anomaly);
  void Raise(Place place, const model::Anomaly& anomaly);
  void Close(Place place, MemberEntry& entry, base::TimePoint ended_at, std::string text);
  void RemoveMember(Place place, MemberEntry& entry, base::TimePoint ended_at);
  void Forget(Tenant& tenant, const std::string& incident_id);

  // engine_alerts.cc: what other systems say.
  base::Result<> OnAlert(const Input& input, const model::Alert& alert);
  void OnStart();
  void TellAgain(Tenant& tenant, MemberEntry& entry, const model::Alert& alert);
  void TellEndAgain(Tenant& tenant, const model::Alert& alert);
  void EndAlert(Tenant& tenant, const std::string& id, base::TimePoint due);
  void CloseAlert(Tenant& tenant, MemberEntry& entry, base::TimePoint ended_at);

  // engine_muting.cc: silences and inhibition.
  base::Result<> OnSilence(const Input& input, const SilenceCommand& command);
  base::Result<> PutSilence(const Input& input, const SilenceCommand& command);
  void RunDue(Tenant& tenant, const std::string& silence_id, base::TimePoint due);
  void Activate(Tenant& tenant, const model::Silence& silence);
  void Expire(Tenant& tenant, model::Silence& silence, std::string_view actor);
  void ScheduleSilence(const model::Silence& silence, bool warned);
  void WarnOf(const model::Silence& silence);
  void Muted(Tenant& tenant, MemberEntry& entry, const std::function<void(Member&)>& change);
  void CheckInhibition(Tenant& tenant, const model::TenantName& name,
                       const std::vector<int64_t>& serials);
  void MuteNew(Tenant& tenant, MemberEntry& entry);
  std::vector<std::string> Unhide(Tenant& tenant, const MemberEntry& entry);
  void ExpireBare(Tenant& tenant, const std::vector<std::string>& silences);
  std::string WhyMuted(const Tenant& tenant, const Member& member) const;
  void Count(Tracked& tracked, const MemberEntry& entry, int64_t sign);

  // engine_pages.cc: who is told when.
  void PageOpening(Tracked& tracked);
  void Flush(Place place);
  void Tell(Tracked& tracked, model::PageKind kind);
  void Page(Tracked& tracked, model::PageKind kind);
  void FillAlerts(Tracked& tracked, model::Page& page);
  void SayHeld(Tracked& tracked);
  void RunHeld(Tracked& tracked);
  void HoldStillOpen(Tracked& tracked);
  void RunStillOpen(Place place);
  bool IsPageable(const Member& member) const;
  void AddRow(Tracked& tracked, std::string kind, std::string_view actor, std::string text,
              std::string anomaly_id = {});

  // engine_topology.cc: what waits behind what.
  base::Result<> OnDependencies(const Dependencies& dependencies);
  void FindCallers(const model::TenantName& name);
  Tracked* FindNextTo(Tenant& tenant, const model::Anomaly& anomaly, std::string& reason);
  bool AreStrangers(Tenant& tenant, const Tracked& tracked, const model::Anomaly& anomaly);
  bool HoldBehind(Tracked& tracked);
  void ReleaseHeld(Tenant& tenant, Tracked& cause);

  // engine_people.cc: commands, and what became of pages.
  base::Result<> OnCommand(const Input& input, const Command& command);
  void OnRecall(const Recall& recall);
  base::Result<> Manage(Tracked& tracked, const Command& command);
  base::Result<> FinishTask(Tracked& tracked, const Command& command);
  base::Result<> Declare(const Input& input, const Command& command);
  void Unacknowledge(Tracked& tracked, const Command& command);
  void CountDeclared(Tracked& tracked);
  void RepeatSoon(Tracked& tracked);
  base::Result<> Star(Tracked& tracked, const Command& command);
  base::Result<> Merge(Place place, const Command& command);
  base::Result<> Split(Place place, const Command& command, const std::string& fresh_id);
  void NameAfterRest(const Tenant& tenant, Tracked& tracked);
  void MoveMember(Tenant& tenant, MemberEntry& entry, Tracked& to);
  void OnDelivery(const DeliveryResult& result);
  void Acknowledge(Tracked& tracked, const Command& command);
  void Resolve(Place place, std::string_view actor, std::string text);
  void Reopen(Place place, std::string_view actor, std::string text);
  void StartPhase(Tracked& tracked, model::IncidentPhase phase, std::string_view by);

  std::unique_ptr<State> state_;
  std::unique_ptr<Index> index_;

  // Waiting for Take.
  std::set<std::pair<model::TenantName, std::string>> touched_;
  std::map<std::pair<model::TenantName, std::string>, std::optional<AlertView>> alerts_touched_;
  std::set<std::pair<model::TenantName, std::string>> silences_touched_;
  Decisions pending_;
  // Touched by the present input: their deadlines may have changed.
  std::set<std::pair<model::TenantName, std::string>> to_schedule_;
};

}  // namespace vedette::incident
