#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/models.h"
#include "api/route.h"
#include "app/config_models.h"
#include "app/graph_questions.h"
#include "app/model_trainer.h"
#include "app/model_watch.h"
#include "app/periodic.h"
#include "app/training_order.h"
#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "detect/learned/model_store.h"
#include "model/anomaly.h"
#include "query/engine.h"
#include "series/store.h"

namespace vedette::app {

// The learned models in the server: they are asked about their services once a minute on a thread
// of their own, away from what comes in, and trained on another one that has the lowest priority,
// one training at a time: when somebody asks, and again by the clock for services that have a
// model. One that a process did not get to the end of is gone on with by the next. Without models
// it does nothing. Thread-safe but for Start and Stop, which belong to the owner.
class Models {
 public:
  struct Parts {
    query::Engine& queries;
    series::Store& series;
    base::BoundedQueue<model::AnomalyUpdate>& findings;
    const base::Clock& clock;
    base::MetricsRegistry& metrics;
    GraphQuestions::CallsOf calls;  // thread-safe; from Start on
  };
  // The parts outlive it.
  static base::Result<std::unique_ptr<Models>> Open(Parts parts, const std::string& folder,
                                                    const ModelsConfig& config);
  ~Models() { Stop(); }
  Models(const Models&) = delete;
  Models& operator=(const Models&) = delete;

  // Takes what is its own of the anomalies that were open when the last run ended. Before Start.
  void Adopt(std::vector<model::Anomaly>& open) { watch_.Adopt(open); }
  void Apply(const ModelsConfig& config) EXCLUDES(mutex_);
  void Start();
  // Ends the training that runs, which the next Start goes on with. Idempotent.
  void Stop() EXCLUDES(mutex_);

  std::vector<api::Route> Routes();
  const detect::learned::ModelStore& store() const { return *store_; }
  const GraphQuestions& graph() const { return graph_; }
  // A training of the tenant ends first; kUnavailable when that takes too long.
  base::Result<> DeleteTenant(const model::TenantName& tenant) EXCLUDES(mutex_);

 private:
  // What is told of the training that runs, or of the last one.
  struct Told {
    model::TenantName tenant;
    std::string state = "none";  // "running", "done", "failed"
    std::string error;
    base::TimePoint started_at;
    TrainingStatus status;
    std::vector<std::string> outcomes;  // JSON objects
  };

  Models(Parts parts, std::unique_ptr<detect::learned::ModelStore> store,
         const ModelsConfig& config);
  base::Result<> Order(const api::TrainingOrder& order) EXCLUDES(mutex_);
  base::Result<> Begin(TrainingRequest request) EXCLUDES(mutex_);
  void Run() EXCLUDES(mutex_);
  base::Result<> EndTraining(const model::TenantName& tenant) EXCLUDES(mutex_);
  base::Result<> Score();
  void ScoreGraph(const detect::learned::Model& model, base::TimePoint now,
                  std::vector<ModelWatch::Key>& watched);
  base::Result<> Retrain() EXCLUDES(mutex_);
  std::string List(const model::TenantName& tenant) const;
  std::string Tell(const model::TenantName& tenant) const EXCLUDES(mutex_);
  TrainingRequest RequestFor(const model::TenantName& tenant) const EXCLUDES(mutex_);

  const Parts parts_;
  const std::unique_ptr<detect::learned::ModelStore> store_;
  ModelWatch watch_;
  GraphQuestions graph_;
  const ModelTrainer trainer_;
  const TrainingOrderFile unfinished_;  // of the thread that trains
  Periodic chores_;
  std::atomic<bool> stopping_{false};
  // When a service was trained again by the clock, whether or not that gave a model: by tenant and
  // service. Of the thread of the chores.
  std::map<std::pair<model::TenantName, std::string>, base::TimePoint> retried_;

  mutable base::Mutex mutex_;
  base::CondVar wake_;
  ModelsConfig config_ GUARDED_BY(mutex_);
  std::optional<TrainingRequest> due_ GUARDED_BY(mutex_);
  bool abandoned_ GUARDED_BY(mutex_) = false;  // the training that runs, or is due
  Told told_ GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace vedette::app
