#pragma once

#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "detect/learned/graph_history.h"
#include "evidence/question.h"
#include "model/tenant.h"
#include "records/store.h"
#include "topology/graph.h"

namespace vedette::app {

// Who calls whom in a window, for a diagnosis: what spans tell, and beyond that the topology as it
// was at the window's end, where the caller waits for the answer and both ends are services,
// databases, queues or others' systems. `topology` may be null.
base::Result<std::vector<evidence::CallsSeen>> KnownCalls(records::Store& spans,
                                                          topology::Snapshots* topology,
                                                          const model::TenantName& tenant,
                                                          base::TimePoint from, base::TimePoint to);

// The calls of the topology as it is, between the same kinds, by name: for a model of the graph.
// Also those that nobody waits for, since load goes along them too.
detect::learned::Calls CallsOf(const topology::Graph& graph);

}  // namespace vedette::app
