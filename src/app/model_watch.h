#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "detect/learned/graph_judge.h"
#include "detect/learned/judge.h"
#include "detect/learned/model.h"
#include "detect/reporter.h"
#include "model/anomaly.h"

namespace vedette::app {

// Makes anomalies of what learned models say, those of services and that of the graph each by
// themselves: a warning of the service, never more, opened after two judgements in a row at the
// threshold, closed after three below half of it or when nothing is known of the service any more.
// Not thread-safe; the queue outlives it.
class ModelWatch {
 public:
  ModelWatch(base::BoundedQueue<model::AnomalyUpdate>& findings, base::MetricsRegistry& metrics);

  // Whom a model watches: the tenant, the service, and whether it is the model of the graph.
  using Key = std::tuple<std::string, std::string, bool>;

  // Whether the last whole step of the model at `at` is one that was not due before: judged twice
  // it would be two in a row.
  bool IsDue(const detect::learned::Model& model, base::TimePoint at);
  // Takes what is its own of the anomalies that were open when the last run ended.
  void Adopt(std::vector<model::Anomaly>& open);
  void Note(const detect::learned::Model& model, const detect::learned::Judgement& judgement,
            base::TimePoint now);
  // Of the model of the graph, about one of its services.
  void Note(const detect::learned::Model& model, const detect::learned::ServiceJudgement& judgement,
            base::TimePoint now);
  // Closes what is open of services that have no model any more.
  void Keep(const std::vector<Key>& watched, base::TimePoint now);

 private:
  struct State {
    int above = 0;
    int below = 0;
    base::TimePoint first_above;
    std::optional<detect::Reported> open;
  };
  void Close(State& state, base::TimePoint now);

  detect::Reporter reporter_;
  base::Counter& judgements_;
  std::map<Key, State> states_;
  std::map<Key, base::TimePoint> asked_;  // when IsDue was, of each model
};

}  // namespace vedette::app
