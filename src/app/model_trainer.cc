#include "app/model_trainer.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <set>
#include <string_view>
#include <utility>

#include "base/json_writer.h"
#include "detect/learned/graph_training.h"
#include "detect/learned/history.h"
#include "detect/learned/model_file.h"
#include "model/matcher.h"

namespace vedette::app {
namespace {

using detect::learned::Checkpoint;
using detect::learned::kServiceLabels;
using detect::learned::Model;
using detect::learned::TrainingOptions;
using detect::learned::TrainingProgress;
using Shared = detect::learned::ModelStore::Shared;

constexpr size_t kMetricsOfAService = 8;

// `status` and `watch` outlive what is asked.
TrainingOptions OptionsOf(const TrainingRequest& request, const TrainingStatus& status,
                          const ModelTrainer::Watch& watch) {
  TrainingOptions options;
  options.kind = status.kind;
  options.network.bidirectional = request.bidirectional;
  options.seed = request.seed;
  options.cancelled = [&] { return !watch(status); };
  return options;
}

detect::learned::HistoryRequest HistoryOf(const TrainingRequest& request,
                                          const TrainingStatus& status,
                                          const ModelTrainer::Watch& watch) {
  return {.tenant = request.tenant,
          .from = request.from,
          .to = request.to,
          .step = request.step,
          .cancelled = [&] { return !watch(status); }};
}

}  // namespace

base::Result<std::vector<std::string>> ModelTrainer::AllServices(
    const TrainingRequest& request) const {
  series::SelectRequest select;
  select.tenant = request.tenant;
  select.from_ms = base::ToMillis(request.from);
  select.to_ms = base::ToMillis(request.to);
  std::set<std::string> names;
  for (const std::string_view label : kServiceLabels) {
    VEDETTE_TRY(const std::vector<std::string> values, parts_.series.LabelValues(select, label));
    names.insert(values.begin(), values.end());
    // The later labels count where this one is absent.
    VEDETTE_TRY(model::Matcher without,
                model::Matcher::Create(std::string(label), model::MatchOp::kEqual, ""));
    select.matchers.push_back(std::move(without));
  }
  names.erase("");
  std::vector<std::string> services(names.begin(), names.end());
  if (services.empty()) {
    return base::NotFound(fmt::format("there is no series with a label `{}` in that time",
                                      fmt::join(kServiceLabels, "`, `")));
  }
  return services;
}

base::Result<std::vector<TrainingOutcome>> ModelTrainer::Train(const TrainingRequest& request,
                                                               const Watch& watch) const {
  TrainingRequest single = request;
  const bool graph = std::erase(single.kinds, learn::NetworkKind::kGatv2) > 0;
  std::vector<std::string> all = request.services;
  if (all.empty() || graph) {
    VEDETTE_TRY(all, AllServices(request));
  }
  std::vector<std::string> services = request.services.empty() ? all : request.services;
  if (single.kinds.empty()) services.clear();
  if (services.size() > kServicesMax) {
    return base::ResourceExhausted(fmt::format(
        "there are {} services: name those to learn, at most {}", services.size(), kServicesMax));
  }
  std::vector<TrainingOutcome> outcomes;
  TrainingStatus status{
      .service = {}, .services = services.size() + (graph ? 1 : 0), .progress = {}};
  const auto note = [&](base::Result<Shared> model) {
    TrainingOutcome outcome{.service = status.service, .model = nullptr, .error = std::nullopt};
    if (model.ok()) {
      outcome.model = *std::move(model);
    } else {
      outcome.error = model.error();
    }
    outcomes.push_back(std::move(outcome));
    ++status.services_done;
  };
  const auto done = [&]() -> Shared {
    Shared latest = parts_.models.Latest(request.tenant, status.service);
    const bool is = latest && request.begun_at && latest->trained_at >= *request.begun_at;
    return is ? latest : nullptr;
  };
  for (const std::string& service : services) {
    status.service = service;
    if (!watch(status)) return outcomes;
    const Shared before = done();
    note(before ? before : TrainService(single, status, watch));
  }
  if (!graph) return outcomes;
  status.service.clear();
  status.kind = learn::NetworkKind::kGatv2;
  if (!watch(status)) return outcomes;
  const Shared before = done();
  note(before ? before : TrainGraph(request, std::move(all), status, watch));
  return outcomes;
}

detect::learned::OnProgress ModelTrainer::Until(const TrainingRequest& request,
                                                TrainingStatus& status, const Watch& watch) const {
  const base::SteadyPoint until = parts_.clock.Steady() + request.time_max;
  return [this, until, &status, &watch](const TrainingProgress& now) {
    status.progress = now;
    return watch(status) && parts_.clock.Steady() < until;
  };
}

base::Result<Shared> ModelTrainer::Save(std::unique_ptr<Model> model,
                                        const TrainingRequest& request,
                                        const std::string& service) const {
  model->tenant = request.tenant;
  model->service = service;
  model->trained_at = parts_.clock.Now();
  return parts_.models.Save(std::move(model));
}

base::Result<Shared> ModelTrainer::TrainService(const TrainingRequest& request,
                                                TrainingStatus status, const Watch& watch) const {
  const std::string& service = status.service;
  VEDETTE_TRY(std::vector<detect::learned::Metric> metrics,
              detect::learned::FindMetrics(parts_.queries, request.tenant, service, request.to,
                                           request.step, kMetricsOfAService));
  if (metrics.empty()) return base::NotFound("it has no metrics at the end of that time");
  VEDETTE_TRY(const detect::learned::History history,
              detect::learned::ReadHistory(parts_.queries, HistoryOf(request, status, watch),
                                           std::move(metrics)));
  const Shared last = request.go_on ? parts_.models.Find(request.tenant, service) : nullptr;
  std::unique_ptr<Model> best;
  for (const learn::NetworkKind kind : request.kinds) {
    status.kind = kind;
    const Checkpoint checkpoint(parts_.models.CheckpointPath(request.tenant, service, kind));
    VEDETTE_TRY(std::unique_ptr<Model> model,
                detect::learned::Train(history, OptionsOf(request, status, watch),
                                       Until(request, status, watch), last.get(), &checkpoint));
    if (!best || model->promise > best->promise) best = std::move(model);
  }
  return Save(std::move(best), request, service);
}

base::Result<Shared> ModelTrainer::TrainGraph(const TrainingRequest& request,
                                              std::vector<std::string> services,
                                              TrainingStatus status, const Watch& watch) const {
  const detect::learned::Calls calls =
      parts_.calls ? parts_.calls(request.tenant) : detect::learned::Calls();
  VEDETTE_TRY(const detect::learned::GraphHistory history,
              detect::learned::ReadGraphHistory(parts_.queries, HistoryOf(request, status, watch),
                                                std::move(services), calls));
  const Shared last = request.go_on ? parts_.models.Find(request.tenant, "") : nullptr;
  TrainingOptions options = OptionsOf(request, status, watch);
  options.window = detect::learned::kGraphSteps;
  const Checkpoint checkpoint(parts_.models.CheckpointPath(request.tenant, "", status.kind));
  VEDETTE_TRY(std::unique_ptr<Model> model,
              detect::learned::TrainGraph(history, options, Until(request, status, watch),
                                          last.get(), &checkpoint));
  return Save(std::move(model), request, "");
}

std::string OutcomeJson(const TrainingOutcome& outcome) {
  if (outcome.model) return detect::learned::ModelSummary(*outcome.model);
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("service", outcome.service).Field("kept", false);
  json.Field("error", outcome.error->message).EndObject();
  return out;
}

}  // namespace vedette::app
