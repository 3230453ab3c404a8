#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "detect/options.h"
#include "detect/rules/rule.h"
#include "evidence/question.h"
#include "incident/options.h"
#include "model/severity.h"
#include "model/tenant.h"
#include "records/store.h"
#include "sim/incident.h"
#include "sim/scenario.h"
#include "topology/graph.h"

namespace vedette::score {

// A scenario told to the engine as a server has it: the simulator's telemetry goes through intake
// into the stores, detection judges it, incidents are opened and paged, the topology is discovered,
// and incidents are diagnosed. On one thread and one simulated clock, in memory, as fast as the
// machine can; equal seeds give equal answers. Not part of it: delivery, and rules in PromQL.

// Who calls whom in a window: as the server answers it, out of spans and topology.
using KnownCalls = std::function<base::Result<std::vector<evidence::CallsSeen>>(
    records::Store&, topology::Snapshots*, const model::TenantName&, base::TimePoint from,
    base::TimePoint to)>;

struct EngineUnderTest {
  detect::DetectorOptions detection;
  std::shared_ptr<const detect::rules::RuleSet> rules;  // not null
  incident::EngineOptions incidents;
  KnownCalls calls;                                          // not empty
  base::Duration diagnose_after = std::chrono::seconds(60);  // of the opening: the first look
};

// What a diagnosis said.
struct Suspect {
  std::string entity;
  double probability = 0;
  std::string status;
};
struct Opinion {
  base::TimePoint at;
  std::string status;  // "confirmed", "likely", "inconclusive", "unknown"
  std::string summary;
  std::vector<Suspect> suspects;  // best first, without those ruled out
};

// Something of a service that an incident took in, or told people of.
struct Sign {
  std::string entity;
  base::TimePoint at;
};

// An incident that the engine opened.
struct Found {
  std::string title;
  model::Severity severity = model::Severity::kInfo;  // the worst
  std::vector<std::string> entities;
  base::TimePoint opened_at;
  std::optional<base::TimePoint> paged_at;
  int pages = 0;                         // of an opening
  std::vector<base::TimePoint> told_at;  // of an opening, or that it is worse
  std::vector<Sign> signs;               // in the order of time
  std::optional<base::TimePoint> resolved_at;
  std::optional<Opinion> first;  // soon after it was opened
  std::vector<Opinion> later;    // soon after people were told what those before could not know
  std::optional<Opinion> last;   // when it was over, or the scenario was
};

// Pods of a service that are replaced one after the other, which shows although it is no fault.
struct Rollout {
  std::string service;
  base::TimePoint at;
};

struct Outcome {
  std::string scenario;
  uint64_t seed = 0;
  base::TimePoint begin;  // of the story, after the warm-up
  base::TimePoint end;
  std::vector<sim::Incident> truth;
  std::vector<Rollout> rollouts;  // in the order of time; harmless ones and faults
  std::vector<Found> found;       // in the order of opening; also in the warm-up
  uint64_t samples = 0;
};

// Errors are those of the stores, and kInvalidArgument for a scenario that is none.
base::Result<Outcome> RunScenario(const sim::Scenario& scenario, uint64_t seed,
                                  const EngineUnderTest& engine);

}  // namespace vedette::score
