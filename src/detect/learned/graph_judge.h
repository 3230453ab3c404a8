#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "detect/learned/graph_history.h"
#include "detect/learned/judge.h"
#include "detect/learned/model.h"
#include "query/engine.h"

namespace vedette::detect::learned {

// What a model of the graph says of one service at a moment.
struct ServiceJudgement {
  std::string service;
  std::vector<Metric> metrics;  // that the service was judged by
  Judgement judgement;          // how likely it is in trouble, as other models say it
  double root_cause = 0;        // the probability that trouble began here
  bool likely_root = false;     // it is the likeliest of all, and at least as likely as not
};

struct GraphQuestion {
  Calls calls = {};  // as they are now: they and the services need not be those that it learnt
  // Services that came after the training, with what is asked of them (FindVitals); their usual
  // values are those of the last hours. Those that the model knows are left out.
  std::vector<std::pair<std::string, VitalMetrics>> newcomers = {};
  base::TimePoint at = {};
  std::string brought_to = {};                            // the service that values are brought to
  std::vector<Brought> brought = {};                      // see JudgeAt
  base::SteadyPoint deadline = base::SteadyPoint::max();  // of whoever waits for the answer
  std::function<bool()> cancelled = {};
};

// Whether the answer tells of the service.
bool IsAbout(const Model& model, const GraphQuestion& question, const std::string& service);

// Asks the stored history of all services for the last two hours, and the model about the moment.
// Services of which too little is known are judged as not known. Up to some seconds with hundreds
// of services, on the caller's thread. Errors are the engine's. REQUIRES: model.graph.
base::Result<std::vector<ServiceJudgement>> JudgeGraphAt(query::Engine& queries, const Model& model,
                                                         const GraphQuestion& question);

}  // namespace vedette::detect::learned
