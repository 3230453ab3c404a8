#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diagnose/event_pairs.h"
#include "diagnose/evidence.h"
#include "diagnose/graph.h"
#include "diagnose/load.h"
#include "diagnose/lost_calls.h"
#include "diagnose/metric_rank.h"
#include "diagnose/span_time.h"

namespace vedette::diagnose {

// What speaks against one entity, from all kinds of evidence. Pointers are into the findings that
// GatherLeads was given, and null where there is none.
struct Lead {
  std::string entity;
  double score = 0;    // of the strongest evidence, all on the scale of metrics
  bool cause = false;  // strong enough to be one
  std::string region;  // the resource, "network", "traffic", or the pair of events
  const Suspect* metric = nullptr;
  const SlowEntity* time = nullptr;
  const LostPair* pair = nullptr;
  const LostCalls* calls = nullptr;
  const Demand* demand = nullptr;  // that it has or makes
};
inline constexpr std::string_view kTrafficRegion = "traffic";

struct Findings {
  std::vector<Suspect> suspects;
  std::vector<SlowEntity> slow;
  std::vector<LostPair> lost;
  std::vector<LostCalls> lost_calls;
  std::vector<Demand> demands;
};

// One lead per entity, best first. Added time, lost events and lost calls say more than a metric of
// the same strength, so they are lifted. Time that is lost between a caller and a callee is the
// caller's when the caller's own resources stand out and the callee's do not: a starved caller
// measures long calls. Who asks for more work is a lead, and those that have to do it are less of
// one, unless they had moved before.
std::vector<Lead> GatherLeads(const Evidence& evidence, const CallGraph& graph,
                              const Findings& findings);

}  // namespace vedette::diagnose
