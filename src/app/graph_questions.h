#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "detect/learned/graph_judge.h"
#include "detect/learned/model.h"
#include "model/tenant.h"
#include "query/engine.h"

namespace vedette::app {

// What models of the service graph are asked beyond what they have learnt: who calls whom now, and
// the metrics of services that came after the training. Thread-safe.
class GraphQuestions {
 public:
  // Thread-safe.
  using CallsOf = std::function<detect::learned::Calls(const model::TenantName&)>;

  // The engine outlives it.
  GraphQuestions(query::Engine& queries, CallsOf calls)
      : queries_(queries), calls_(std::move(calls)) {}

  // Looks which metrics the services have that the model does not know: a few of them each time,
  // each of them again after an hour. Errors are the engine's.
  base::Result<> LookForNewcomers(const detect::learned::Model& model, base::TimePoint now)
      EXCLUDES(mutex_);
  // Without a moment.
  detect::learned::GraphQuestion Of(const model::TenantName& tenant) const EXCLUDES(mutex_);
  void DeleteTenant(const model::TenantName& tenant) EXCLUDES(mutex_);

 private:
  struct Newcomer {
    detect::learned::VitalMetrics vitals;
    base::TimePoint looked_at;
  };
  using Newcomers = std::map<std::string, Newcomer>;  // by service

  query::Engine& queries_;
  const CallsOf calls_;
  mutable base::Mutex mutex_;
  std::map<model::TenantName, Newcomers> newcomers_ GUARDED_BY(mutex_);
};

}  // namespace vedette::app
