#pragma once

#include "detect/learned/graph_faults.h"
#include "detect/learned/graph_history.h"
#include "detect/learned/model.h"
#include "detect/learned/trial.h"

namespace vedette::detect::learned {

// RunTrial for a model of the service graph: the statistical detectors watch the vitals of each
// service, the alarms of all services together are counted, and of each fault each service that it
// touches visibly is to be found. Then the root: at the last step of each fault, whom the model and
// whom the plain rule names (TrialReport::Roots). REQUIRES: the rows, the terrain and the history
// are those of the model's nodes, and options.first is at least its window.
TrialResult RunGraphTrial(const Model& model, const History& history, const GraphRows& rows,
                          const Terrain& terrain, const TrialOptions& options);

// The rule: of the services that deviate, those none of whose callees does; of them the one that
// deviates most. `features` has a row for each node. Without any that deviates, the one that comes
// nearest.
size_t RootByRule(const learn::Matrix& features, const learn::CallGraph& graph);

}  // namespace vedette::detect::learned
