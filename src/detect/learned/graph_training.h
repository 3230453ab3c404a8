#pragma once

#include <memory>

#include "base/result.h"
#include "detect/learned/graph_history.h"
#include "detect/learned/model.h"
#include "detect/learned/training.h"

namespace vedette::detect::learned {

inline constexpr size_t kGraphSteps = 5;  // of the means that the network sees

// Learns the graph of all services from faults that are put into its history and spread along the
// calls (graph_faults.h), and tries what was learnt on the held-out rows, as Train does for one
// service. `options.window` is the steps of the means; in place of windows there are moments of the
// whole graph. `last`: a model whose weights it goes on from, if it has seen none of the rows that
// are held out now; its services and calls may be others. Errors: kFailedPrecondition when the
// history is too short or nothing moves; kUnavailable when it was cancelled.
base::Result<std::unique_ptr<Model>> TrainGraph(const GraphHistory& history,
                                                const TrainingOptions& options,
                                                const OnProgress& progress,
                                                const Model* last = nullptr,
                                                const Checkpoint* checkpoint = nullptr);

}  // namespace vedette::detect::learned
