#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "incident/input.h"
#include "incident/state.h"
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

// What follows from inputs; the caller carries it out.
struct Decisions {
  // Each incident that changed, once, as it is now. Its `timeline` holds only the new rows, and
  // its lists of anomalies at most EngineOptions::anomalies_listed_max.
  std::vector<model::Incident> changed;
  std::vector<model::Page> pages;
  std::vector<Membership> joined;
  std::vector<LateRow> late_rows;

  bool empty() const { return changed.empty() && pages.empty() && late_rows.empty(); }
};

// Turns anomalies into incidents and decides who hears of it when: a deterministic state machine
// without clock, disk, threads or chance. Its state is the fold of its inputs:
//
//   Grouping   an anomaly joins the incident of its service that is open (or was resolved by itself
//              a moment ago, which reopens it), else one that began on another service within
//              seconds, else it opens an incident of its own.
//   Life       open > acknowledged > resolved, by people; resolved by itself when all its anomalies
//              have been closed for a while.
//   Severity   the worst that the incident has seen; it never falls.
//   Pages      one when the severity reaches EngineOptions::page_severity, one when it rises
//              further, one for the resolution if an opening was sent; nothing for flapping.
//
// Time is monotone: an input older than the last counts as simultaneous with it. Memory is
// bounded by the limits in EngineOptions; what does not fit is counted and shown, never dropped
// silently. Not thread-safe.
class Engine {
 public:
  explicit Engine(EngineOptions options);
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  // Takes one input into the state; its decisions collect until Take, which counts as one revision
  // of each changed incident: to replay is to Take at the same points. Only commands are ever
  // refused, and a refused command changes nothing: kNotFound (the incident is not in memory),
  // kFailedPrecondition (its state forbids it), kInvalidArgument.
  base::Result<> Apply(const Input& input);
  Decisions Take();

  // Both for one input, for callers who need no answer.
  Decisions Step(const Input& input);

  // The whole state as text, and back. Decisions must have been taken. Error: kDataLoss.
  std::string Snapshot() const;
  static base::Result<Engine> Restore(std::string_view snapshot);

  // New options for all that follows. They are part of the state: save a snapshot before the next
  // input is written, so that a replay sees the same options at the same point.
  void Reconfigure(EngineOptions options);

  const EngineOptions& options() const { return state_->options; }
  int64_t seq() const { return state_->seq; }
  base::TimePoint now() const { return state_->now; }
  Counts counts() const;

 private:
  explicit Engine(std::unique_ptr<State> state);

  // An incident and the tenant that it belongs to.
  struct Place {
    Tenant& tenant;
    Tracked& tracked;
  };

  void OnAnomaly(const Input& input, const model::AnomalyUpdate& update);
  void OnNewAnomaly(const Input& input, Tenant& tenant, const model::AnomalyUpdate& update);
  base::Result<> OnCommand(const Command& command);
  void OnDelivery(const DeliveryResult& result);

  void RunDue();
  void RunDue(Place place);
  void Schedule(const Tracked& tracked);

  Tracked* FindHome(Tenant& tenant, const model::Anomaly& anomaly);
  bool SameMoment(const Tracked& tracked, const model::Anomaly& anomaly) const;
  Tracked& Open(Tenant& tenant, const Input& input, const model::Anomaly& anomaly);
  void Join(Place place, const model::Anomaly& anomaly);
  void Close(Place place, const model::Anomaly& anomaly);
  void Raise(Place place, const model::Anomaly& anomaly);
  void Acknowledge(Tracked& tracked, const Command& command);
  void Resolve(Place place, std::string_view actor, std::string text);
  void Reopen(Place place, std::string_view actor, std::string text);
  void Forget(Tenant& tenant, const std::string& incident_id);

  void PageOpening(Tracked& tracked, bool raised);
  void Page(Tracked& tracked, model::PageKind kind);
  void AddRow(Tracked& tracked, std::string kind, std::string_view actor, std::string text,
              std::string anomaly_id = {});
  void Hand(Tracked& tracked);  // to pending_

  std::unique_ptr<State> state_;

  // Waiting for Take.
  std::set<std::pair<model::TenantName, std::string>> touched_;
  Decisions pending_;
};

}  // namespace vedette::incident
