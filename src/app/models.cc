#include "app/models.h"

#include <algorithm>
#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

#include "base/json_writer.h"
#include "base/log.h"
#include "detect/learned/graph_judge.h"
#include "detect/learned/judge.h"
#include "detect/learned/model_file.h"

namespace vedette::app {
namespace {

constexpr base::Duration kSettle = std::chrono::seconds(15);  // samples may be on their way
constexpr base::Duration kLookEvery = std::chrono::minutes(1);
constexpr base::Duration kNever = std::chrono::hours(24 * 365);
constexpr int kLowestPriority = 19;
constexpr base::Duration kEndsWithin = std::chrono::seconds(30);

}  // namespace

base::Result<std::unique_ptr<Models>> Models::Open(Parts parts, const std::string& folder,
                                                   const ModelsConfig& config) {
  VEDETTE_TRY(auto store, detect::learned::ModelStore::Open(folder));
  return std::unique_ptr<Models>(new Models(std::move(parts), std::move(store), config));
}

Models::Models(Parts parts, std::unique_ptr<detect::learned::ModelStore> store,
               const ModelsConfig& config)
    : parts_(std::move(parts)),
      store_(std::move(store)),
      watch_(parts_.findings, parts_.metrics),
      graph_(parts_.queries, parts_.calls),
      trainer_({parts_.queries, parts_.series, *store_, parts_.clock, parts_.calls}),
      unfinished_(store_->folder()),
      config_(config) {}

void Models::Apply(const ModelsConfig& config) {
  base::MutexLock lock(mutex_);
  config_ = config;
}

void Models::Start() {
  base::Duration every;
  {
    base::MutexLock lock(mutex_);
    every = config_.score_every;
  }
  if (every.count() > 0) {
    chores_.Add("learned models", every, [this] { return Score(); });
  } else {
    watch_.Keep({}, parts_.clock.Now());  // nobody looks any more at what was open
  }
  if (auto request = unfinished_.Read(parts_.clock.Now())) {
    base::IgnoreError(Begin(*std::move(request)), "somebody has asked for another one");
  }
  chores_.Add("model training", kLookEvery, [this] { return Retrain(); });
  chores_.Start();
  thread_ = std::thread([this] { Run(); });
}

void Models::Stop() {
  stopping_ = true;
  chores_.Stop();
  {
    base::MutexLock lock(mutex_);
    wake_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

base::Result<> Models::Score() {
  const base::TimePoint now = parts_.clock.Now();
  std::vector<ModelWatch::Key> watched;
  for (const auto& model : store_->All()) {
    if (stopping_) return {};
    if (!model->kept) continue;
    if (model->graph) {
      ScoreGraph(*model, now, watched);
      continue;
    }
    watched.emplace_back(model->tenant, model->service, false);
    if (!watch_.IsDue(*model, now - kSettle)) continue;
    const auto judgement = detect::learned::JudgeAt(parts_.queries, *model, now - kSettle);
    if (!judgement.ok()) {
      base::IgnoreError(judgement, "the service is asked about again at the next step");
      continue;
    }
    watch_.Note(*model, *judgement, now);
  }
  watch_.Keep(watched, now);
  return {};
}

void Models::ScoreGraph(const detect::learned::Model& model, base::TimePoint now,
                        std::vector<ModelWatch::Key>& watched) {
  base::IgnoreError(graph_.LookForNewcomers(model, now), "they are looked for in a minute");
  detect::learned::GraphQuestion question = graph_.Of(model::TenantName(model.tenant));
  question.at = now - kSettle;
  question.cancelled = [this] { return stopping_.load(); };
  for (const auto& node : model.nodes) watched.emplace_back(model.tenant, node.service, true);
  for (const auto& [service, vitals] : question.newcomers) {
    watched.emplace_back(model.tenant, service, true);
  }
  if (!watch_.IsDue(model, question.at)) return;
  const auto judged = detect::learned::JudgeGraphAt(parts_.queries, model, question);
  if (!judged.ok()) {
    base::IgnoreError(judged, "the graph is asked about again at the next step");
    return;
  }
  for (const detect::learned::ServiceJudgement& each : *judged) watch_.Note(model, each, now);
}

TrainingRequest Models::RequestFor(const model::TenantName& tenant) const {
  base::MutexLock lock(mutex_);
  TrainingRequest request;
  request.tenant = tenant;
  request.kinds = config_.kinds;
  request.bidirectional = config_.bidirectional;
  request.to = parts_.clock.Now() - kSettle;
  request.from = request.to - config_.history;
  request.step = config_.step;
  request.time_max = config_.time_max;
  return request;
}

// Services whose model is old, those of one tenant at a time.
base::Result<> Models::Retrain() {
  base::Duration every;
  {
    base::MutexLock lock(mutex_);
    every = config_.retrain_every.count() > 0 ? config_.retrain_every : kNever;
    if (due_ || told_.state == "running") return {};
  }
  const base::TimePoint now = parts_.clock.Now();
  std::optional<TrainingRequest> request;
  bool graph = false;
  for (const auto& model : store_->All()) {
    base::TimePoint& tried = retried_[{model->tenant, model->service}];
    if (std::max(model->trained_at, tried) > now - every) continue;
    if (request && request->tenant != model->tenant) continue;
    if (!request) request = RequestFor(model->tenant);
    if (!model->graph) request->services.push_back(model->service);
    graph |= model->graph != nullptr;
    tried = now;
  }
  if (!request) return {};
  std::erase(request->kinds, learn::NetworkKind::kGatv2);
  if (request->services.empty()) request->kinds.clear();
  if (graph) request->kinds.push_back(learn::NetworkKind::kGatv2);
  if (request->kinds.empty()) return {};  // the configuration wants none of them any more
  request->go_on = true;
  return Begin(*std::move(request));
}

base::Result<> Models::Order(const api::TrainingOrder& order) {
  TrainingRequest request = RequestFor(order.tenant);
  const base::Duration history = request.to - request.from;
  if (order.to) request.to = *order.to;
  request.from = order.from.value_or(request.to - history);
  request.services = order.services;
  if (!order.kinds.empty()) request.kinds = order.kinds;
  if (order.step) request.step = *order.step;
  request.seed = order.seed;
  return Begin(std::move(request));
}

base::Result<> Models::Begin(TrainingRequest request) {
  const int64_t step = request.step.count();
  const auto rows_max = static_cast<int64_t>(detect::learned::kRowsMax);
  if (step < 1'000) return base::InvalidArgument("must be at least 1s", "step");
  if (request.to <= request.from) return base::InvalidArgument("lies before `from`", "to");
  // The latest of what is asked for, as much as one training reads.
  const base::Duration longest(step * (rows_max - 2));
  if (request.to - request.from > longest) request.from = request.to - longest;
  base::MutexLock lock(mutex_);
  if (due_ || told_.state == "running") {
    return base::FailedPrecondition("a training runs already; ask again when it is done");
  }
  if (!request.begun_at) request.begun_at = parts_.clock.Now();
  told_ = Told{.tenant = request.tenant,
               .state = "running",
               .error = {},
               .started_at = *request.begun_at,
               .status = {},
               .outcomes = {}};
  due_ = std::move(request);
  wake_.NotifyAll();
  return {};
}

void Models::Run() {
  // Of this thread alone, which is what Linux takes a thread's id for.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kLowestPriority);
  while (true) {
    TrainingRequest request;
    {
      base::MutexLock lock(mutex_);
      while (!due_ && !stopping_) wake_.Wait(mutex_);
      if (stopping_) return;
      request = *std::exchange(due_, std::nullopt);
    }
    ++request.beginnings;
    unfinished_.Write(request);
    const auto outcomes = trainer_.Train(request, [this](const TrainingStatus& status) {
      base::MutexLock lock(mutex_);
      told_.status = status;
      return !stopping_ && !abandoned_;
    });
    if (stopping_) {
      --request.beginnings;  // an end in good order says nothing against the training
      unfinished_.Write(request);
      return;
    }
    unfinished_.Remove();
    base::MutexLock lock(mutex_);
    abandoned_ = false;
    wake_.NotifyAll();
    told_.state = outcomes.ok() ? "done" : "failed";
    if (!outcomes.ok()) {
      told_.error = outcomes.error().message;
      base::LogWarning("the training of models failed", {{"error", told_.error}});
      continue;
    }
    for (const TrainingOutcome& each : *outcomes) told_.outcomes.push_back(OutcomeJson(each));
    base::LogInfo("models were trained", {{"services", outcomes->size()}});
  }
}

base::Result<> Models::EndTraining(const model::TenantName& tenant) {
  base::MutexLock lock(mutex_);
  if (told_.tenant != tenant) return {};
  abandoned_ = told_.state == "running";
  const base::SteadyPoint until = parts_.clock.Steady() + kEndsWithin;
  while (abandoned_) {
    if (!wake_.WaitUntil(mutex_, until) && abandoned_) {
      return base::Unavailable("a training of the tenant has not ended yet; ask again");
    }
  }
  told_ = Told();
  return {};
}

base::Result<> Models::DeleteTenant(const model::TenantName& tenant) {
  VEDETTE_TRY_VOID(EndTraining(tenant));
  graph_.DeleteTenant(tenant);
  return store_->DeleteTenant(tenant);
}

std::string Models::List(const model::TenantName& tenant) const {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Key("models").BeginArray();
  for (const auto& model : store_->List(tenant)) json.Raw(detect::learned::ModelSummary(*model));
  json.EndArray().EndObject();
  return out;
}

std::string Models::Tell(const model::TenantName& tenant) const {
  base::MutexLock lock(mutex_);
  std::string out;
  base::JsonWriter json(out);
  if (told_.tenant != tenant) {
    // Whose training it is, is nobody else's business.
    json.BeginObject().Field("state", told_.state == "running" ? "busy" : "none").EndObject();
    return out;
  }
  json.BeginObject().Field("state", told_.state);
  json.Field("started_at", told_.started_at);
  if (!told_.error.empty()) json.Field("error", told_.error);
  const TrainingStatus& status = told_.status;
  json.Field("services", static_cast<uint64_t>(status.services));
  json.Field("services_done", static_cast<uint64_t>(status.services_done));
  json.Field("service", status.service).Field("detector", learn::NetworkKindName(status.kind));
  json.Field("epoch", static_cast<uint64_t>(status.progress.epoch));
  json.Field("epochs_max", static_cast<uint64_t>(status.progress.epochs_max));
  json.Field("loss", status.progress.loss).Field("validation_loss", status.progress.validation);
  json.Field("best_validation_loss", status.progress.best).Key("report").BeginArray();
  for (const std::string& each : told_.outcomes) json.Raw(each);
  json.EndArray().EndObject();
  return out;
}

std::vector<api::Route> Models::Routes() {
  return api::ModelRoutes(
      {.list = [this](const auto& tenant) { return List(tenant); },
       .training = [this](const auto& tenant) { return Tell(tenant); },
       .train = [this](const api::TrainingOrder& order) { return Order(order); }});
}

}  // namespace vedette::app
