#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/graph_questions.h"
#include "base/clock.h"
#include "base/result.h"
#include "detect/learned/model_store.h"
#include "detect/learned/training.h"
#include "model/tenant.h"
#include "query/engine.h"
#include "series/store.h"

namespace vedette::app {

// What is to be learnt.
struct TrainingRequest {
  model::TenantName tenant = model::TenantName(model::kDefaultTenant);
  std::vector<std::string> services;  // none: all that kServiceLabels name
  // That of the graph learns all services together, whatever `services` names.
  std::vector<learn::NetworkKind> kinds = {learn::NetworkKind::kLstmAutoencoder,
                                           learn::NetworkKind::kTcn};
  base::TimePoint from;
  base::TimePoint to;
  base::Duration step{60'000};
  uint64_t seed = 1;
  base::Duration time_max = std::chrono::minutes(10);  // of each network
  bool go_on = false;          // from the weights of the last version, where they fit
  bool bidirectional = false;  // lstm_attention reads windows from both ends
  // When it was ordered: services with a later model are done. Unset: none is.
  std::optional<base::TimePoint> begun_at = {};
  int beginnings = 0;  // of processes that did it; more than one: it is gone on with
  friend bool operator==(const TrainingRequest&, const TrainingRequest&) = default;
};

// Where the training of one network stands.
struct TrainingStatus {
  std::string service;
  learn::NetworkKind kind = learn::NetworkKind::kLstmAutoencoder;
  size_t services_done = 0;
  size_t services = 0;
  detect::learned::TrainingProgress progress;
};

// What became of a service: a model, or why there is none.
struct TrainingOutcome {
  std::string service;
  detect::learned::ModelStore::Shared model;
  std::optional<base::Error> error;
};

// Trains the models of services one after the other, each from its own stored history: of several
// kinds of networks the one that promises most is saved. Then the model of the graph, as one more,
// with an empty name. Where a training stands is kept beside the models (Checkpoint). Thread-safe;
// all references outlive it.
class ModelTrainer {
 public:
  struct Parts {
    query::Engine& queries;
    series::Store& series;
    detect::learned::ModelStore& models;
    const base::Clock& clock;
    GraphQuestions::CallsOf calls = {};  // none: there is no graph to learn
  };
  // False from `watch` ends the training; ordered again it goes on from the last checkpoint.
  using Watch = std::function<bool(const TrainingStatus&)>;

  explicit ModelTrainer(Parts parts) : parts_(parts) {}

  // kNotFound when there is no service; of single services the outcomes tell.
  base::Result<std::vector<TrainingOutcome>> Train(const TrainingRequest& request,
                                                   const Watch& watch) const;

  static constexpr size_t kServicesMax = 1'000;

 private:
  base::Result<std::vector<std::string>> AllServices(const TrainingRequest& request) const;
  // What comes after each epoch, and when its time is over.
  detect::learned::OnProgress Until(const TrainingRequest& request, TrainingStatus& status,
                                    const Watch& watch) const;
  base::Result<detect::learned::ModelStore::Shared> Save(
      std::unique_ptr<detect::learned::Model> model, const TrainingRequest& request,
      const std::string& service) const;
  base::Result<detect::learned::ModelStore::Shared> TrainService(const TrainingRequest& request,
                                                                 TrainingStatus status,
                                                                 const Watch& watch) const;
  base::Result<detect::learned::ModelStore::Shared> TrainGraph(const TrainingRequest& request,
                                                               std::vector<std::string> services,
                                                               TrainingStatus status,
                                                               const Watch& watch) const;

  const Parts parts_;
};

// What became of one service, as a JSON object: the model's summary with its trial, or the error.
std::string OutcomeJson(const TrainingOutcome& outcome);

}  // namespace vedette::app
