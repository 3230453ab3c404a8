#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "model/change.h"
#include "model/event.h"
#include "model/log_record.h"
#include "model/span.h"
#include "model/write_batch.h"
#include "sim/client_metrics.h"
#include "sim/incident.h"
#include "sim/mechanism.h"
#include "sim/plant.h"
#include "sim/pod.h"
#include "sim/topology.h"
#include "sim/tracer.h"
#include "sim/traffic.h"
#include "sim/weights.h"

namespace vedette::sim {

// A system that never was: services under daily and weekly traffic, that now and then get into
// trouble, which spreads along the call graph by what queues, workers, retries and timeouts make of
// it (plant.h). Emits what an agent would send, and keeps the truth. The same options give the same
// history.

struct SimulatorOptions {
  uint64_t seed = 1;
  base::TimePoint start = base::FromMillis(1'767'225'600'000);  // the services' start
  base::Duration step{10'000};  // of simulated time between two ticks, 1 s to 60 s
  Topology topology = ShopTopology();

  double incidents_per_hour = 2;  // 0: quiet
  // Source system S2's form of the same, used when set: the probability of an incident in each
  // cycle of `cycle`.
  std::optional<double> probability_per_cycle;
  base::Duration cycle{1'000};
  // Relative frequency by IncidentType; at least one above 0.
  Weights weights = {1, 1, 1, 1, 1, 1, 1};
  base::Duration first_incident_after{900'000};  // detectors learn what is usual first
  base::Duration min_gap{600'000};               // between an incident's end and the next start
  base::Duration duration_min{60'000};
  base::Duration duration_max{300'000};

  // Changes that do no harm. S2's 5 %, 3 % and 2 % of all seconds, brought down to earth.
  double config_changes_per_service_hour = 0.05;
  double feature_flags_per_hour = 0.3;
  double cloud_events_per_hour = 0.2;

  int traces_per_step = 0;    // requests of which each step tells the spans
  bool mesh_metrics = false;  // whether a mesh counts the calls between services
};

// The incidents per hour that the options ask for, in either form.
double IncidentsPerHour(const SimulatorOptions& options);

// Trouble to come.
struct Fault {
  IncidentType type = IncidentType::kCpuSpike;
  std::string service;
  base::TimePoint at;
  base::Duration duration{0};  // 1 s to 24 h
  std::string variant = {};    // empty: drawn where the type has variants
  double strength = 1;         // 0.1 to 10
};

// Something to come that does no harm.
struct HarmlessPlan {
  // "deployment" (which replaces the pods one after the other), "config_change", "feature_flag",
  // "cloud_event"; "traffic" brings `factor` times as much for `duration`.
  std::string kind;
  std::string service;  // of "traffic": a service that gets requests from outside; empty: all
  std::string value;    // the version, the key, the flag, the kind of event
  base::TimePoint at;
  base::Duration duration{0};
  double factor = 1;
};

// What happened in one step. The ids of logs and events are empty: intake gives them.
struct Tick {
  base::TimePoint time;
  model::WriteBatch metrics;
  std::vector<model::LogRecord> logs;
  std::vector<model::Event> events;
  std::vector<model::Change> changes;  // what of the events was altered by somebody
  std::vector<model::Span> spans;
};

// Not thread-safe.
class Simulator {
 public:
  // kInvalidArgument that names the option.
  static base::Result<Simulator> Create(SimulatorOptions options);

  // Moves the system on to `now`, one step after the last tick or any later time; a gap of more
  // than ten steps counts as ten. A `now` that is not later gives an empty tick.
  Tick Step(base::TimePoint now);

  // Puts trouble into a service by hand; returns its id. kInvalidArgument for an unknown service or
  // numbers out of range.
  base::Result<std::string> Inject(const Fault& fault);
  base::Result<std::string> Inject(IncidentType type, std::string_view service, base::TimePoint at,
                                   base::Duration duration);
  // kInvalidArgument for an unknown service or kind, kResourceExhausted beyond 1,000 that wait.
  base::Result<> Plan(HarmlessPlan plan);
  // Ends what goes on now and forgets what was to come.
  void EndIncidents(base::TimePoint now);
  void SetIncidentsPerHour(double rate);

  // The last 10,000 incidents and those injected for later, by start.
  const std::vector<Incident>& truth() const { return incidents_; }
  // The last 10,000, by their beginning.
  const std::vector<Hurt>& hurts() const { return hurts_; }
  const SimulatorOptions& options() const { return options_; }

 private:
  struct Service {
    ServiceSpec spec;
    std::vector<Pod> pods;
    model::Labels ready_series;
    model::Labels desired_series;
    model::Labels backlog_series;  // empty: it gets no messages
    double dead_pod_errors = 0;    // share of requests that still reach a pod that just died
  };

  explicit Simulator(SimulatorOptions options);

  void ScheduleIncident(base::TimePoint now);
  void DrawNextIncident(base::TimePoint not_before);
  void AdvanceServices(base::TimePoint now, base::Duration passed, Tick& tick);
  void AdvancePods(size_t index, base::TimePoint now, base::Duration passed, Tick& tick);
  Condition ConditionOf(size_t service, base::TimePoint now) const;
  void AddPlans(size_t service, base::TimePoint now, Condition& condition) const;
  bool IsHurt(size_t service) const;
  void NoteEffects(base::TimePoint now);
  void NoteHurt(size_t service, base::TimePoint now);
  void TellChanges(base::TimePoint now, base::Duration passed, Tick& tick);
  void TellIncidents(base::TimePoint now, base::Duration passed, Tick& tick);
  void WriteLogs(base::TimePoint now, Tick& tick);
  void TraceCalls(base::TimePoint now, base::Duration passed, Tick& tick);

  const SimulatorOptions options_;
  double incidents_per_hour_;
  base::Random random_;           // pods, traffic, logs
  base::Random incident_random_;  // what goes wrong and when: independent of the noise
  Plant plant_;
  Tracer tracer_;
  ClientMetrics client_metrics_;
  Wander traffic_wander_;
  double entry_factor_ = 1;  // of the specified traffic, in the last step
  std::vector<Service> services_;
  std::vector<Condition> conditions_;
  std::vector<HarmlessPlan> plans_;
  std::vector<Incident> incidents_;
  std::vector<Hurt> hurts_;
  std::optional<base::TimePoint> next_incident_;
  base::TimePoint last_;
  int incident_count_ = 0;
};

}  // namespace vedette::sim
