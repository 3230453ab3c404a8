#include "app/train_command.h"

#include <algorithm>
#include <cstdio>
#include <fmt/core.h>
#include <memory>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/config.h"
#include "app/config_topology.h"
#include "app/data_folder.h"
#include "app/graph_questions.h"
#include "app/known_calls.h"
#include "app/model_trainer.h"
#include "app/offline_data.h"
#include "app/training_order.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/mutex.h"
#include "sql/database.h"
#include "topology/atlas.h"

namespace vedette::app {
namespace {

using base::Json;

constexpr base::Duration kAskEvery = std::chrono::seconds(1);
constexpr std::string_view kAllServices = "(all together)";  // what the model of the graph is of

// One line that is written over.
void ShowProgress(const std::string& service, const std::string& detector, size_t done, size_t all,
                  size_t epoch, size_t epochs, double loss) {
  fmt::print(stderr, "\r[{}/{}] {} {}: epoch {}/{}, validation loss {:.4f}      ", done, all,
             service.empty() ? kAllServices : service, detector, epoch, epochs, loss);
  std::fflush(stderr);
}

// --- of a server

base::Result<Json> Fetch(net::HttpClient& client, const AskOptions& options, std::string method,
                         std::string body) {
  net::ClientRequest request;
  request.method = std::move(method);
  request.url = options.url + "/api/v1/models/training";
  request.body = std::move(body);
  request.headers.Set("Content-Type", "application/json");
  if (!options.key.empty()) request.headers.Set("Authorization", "Bearer " + options.key);
  if (!options.tenant.empty()) request.headers.Set("X-Scope-OrgID", options.tenant);
  request.addresses = net::AddressPolicy::kAny;
  request.timeout = std::chrono::minutes(1);
  const base::Result<net::Response> response = client.Fetch(request);
  if (!response.ok()) return response.error().With("asking " + options.url);
  if (response->status < 300) return base::ParseJson(response->body);
  return base::FailedPrecondition(
      fmt::format("the server answers {}: {}", response->status, response->body.substr(0, 500)));
}

std::string TextOf(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}
double NumberOf(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number() ? found->get<double>() : 0;
}
size_t CountOf(const Json& json, const char* key) {
  return static_cast<size_t>(std::max(0.0, NumberOf(json, key)));
}

std::string Share(const Json& trial, const char* found) {
  return fmt::format("{}/{}", CountOf(trial, found), CountOf(trial, "faults"));
}

// Of a model of the graph also how often it named the root.
std::string RootsOf(const Json& trial) {
  const auto roots = trial.find("roots");
  if (roots == trial.end() || !roots->is_object()) return {};
  return fmt::format(
      "Where a fault began, the model of all services names first for {}, the rule \"deviates, and "
      "nobody that it calls does\" for {}.\n",
      Share(*roots, "named_by_model"), Share(*roots, "named_by_rule"));
}

// A table of the services: what was found by whom.
std::string ReportOf(const Json& report) {
  constexpr const char* kRow = "{:<24} {:<17} {:>7} {:>6} {:>11} {:>7} {:>8}  {}\n";
  std::string out = fmt::format(fmt::runtime(kRow), "SERVICE", "DETECTOR", "VERSION", "EPOCHS",
                                "STATISTICAL", "MODEL", "TOGETHER", "VERDICT");
  std::string roots;
  for (const Json& each : report) {
    if (!each.is_object()) continue;
    std::string service = TextOf(each, "service");
    if (service.empty()) service = kAllServices;
    const auto trial = each.find("trial");
    if (trial == each.end() || !trial->is_object()) {
      out += fmt::format("{:<24} not trained: {}\n", service, TextOf(each, "error"));
      continue;
    }
    const auto kept = each.find("kept");
    out += fmt::format(
        fmt::runtime(kRow), service, TextOf(each, "detector"), CountOf(each, "version"),
        CountOf(each, "epochs"), Share(*trial, "found_by_statistics"),
        Share(*trial, "found_by_model"), Share(*trial, "found_by_either"),
        kept != each.end() && *kept == true ? "used: it adds recall" : "not used: it adds nothing");
    roots += RootsOf(*trial);
  }
  return out + roots +
         "Faults put into held-out history that were found, at no more alarms without faults "
         "than the statistical detectors raise alone.\n";
}

base::Result<std::string> AskServer(const TrainCommand& command, const AskOptions& options) {
  VEDETTE_TRY(const std::unique_ptr<net::HttpClient> client, net::MakeCurlClient());
  Json order = {{"seed", command.seed}};
  if (!command.services.empty()) order["services"] = command.services;
  if (!command.detectors.empty()) order["detectors"] = command.detectors;
  if (!command.from.empty()) order["from"] = command.from;
  if (!command.to.empty()) order["to"] = command.to;
  if (!command.step.empty()) order["step"] = command.step;
  VEDETTE_TRY(Json told, Fetch(*client, options, "POST", base::DumpJson(order)));
  const base::SystemClock clock;
  base::Mutex mutex;
  base::CondVar never;
  while (TextOf(told, "state") == "running") {
    {
      base::MutexLock lock(mutex);
      const base::SteadyPoint until = clock.Steady() + kAskEvery;
      while (clock.Steady() < until) never.WaitUntil(mutex, until);
    }
    VEDETTE_TRY(told, Fetch(*client, options, "GET", ""));
    ShowProgress(TextOf(told, "service"), TextOf(told, "detector"), CountOf(told, "services_done"),
                 CountOf(told, "services"), CountOf(told, "epoch"), CountOf(told, "epochs_max"),
                 NumberOf(told, "best_validation_loss"));
  }
  fmt::print(stderr, "\n");
  if (TextOf(told, "state") != "done") {
    return base::FailedPrecondition("the training failed: " + TextOf(told, "error"));
  }
  const auto report = told.find("report");
  if (report == told.end()) return base::DataLoss("the server's answer has no report");
  return options.json ? base::DumpJson(*report) + "\n" : ReportOf(*report);
}

// --- of a data folder

// When the newest sample of the tenant is from: a server that was stopped has none of now.
base::Result<base::TimePoint> EndOf(series::Store& series, const std::string& tenant,
                                    base::TimePoint now) {
  series::CardinalityRequest request;
  request.tenant = tenant.empty() ? model::TenantName(model::kDefaultTenant) : tenant;
  VEDETTE_TRY(const series::Cardinality counted, series.CountSeries(request));
  return std::min(now, counted.max_ms < 0 ? now : base::FromMillis(counted.max_ms));
}

// Up to `end` where the command does not say when.
base::Result<TrainingRequest> RequestOf(const TrainCommand& command, const AskOptions& options,
                                        const Config& config, base::TimePoint end) {
  TrainingRequest request;
  if (!options.tenant.empty()) request.tenant = options.tenant;
  request.services = command.services;
  request.kinds = config.models.kinds;
  request.bidirectional = config.models.bidirectional;
  request.step = config.models.step;
  request.time_max = config.models.time_max;
  request.seed = command.seed;
  request.to = end;
  if (!command.detectors.empty()) request.kinds.clear();
  for (const std::string& name : command.detectors) {
    const auto kind = learn::ParseNetworkKind(name);
    if (!kind) return base::InvalidArgument("'" + name + "' is no detector", "--detector");
    request.kinds.push_back(*kind);
  }
  if (!command.step.empty()) {
    VEDETTE_TRY(request.step, base::ParseDuration(command.step));
  }
  if (!command.to.empty()) {
    VEDETTE_TRY(request.to, base::ParseTime(command.to));
  }
  request.from = request.to - config.models.history;
  if (!command.from.empty()) {
    VEDETTE_TRY(request.from, base::ParseTime(command.from));
  }
  return request;
}

// The training that a process before this one did not get to the end of, where it is the one that
// is asked for: up to when it reads is then as it was. Otherwise the request.
TrainingRequest GoneOnWith(const TrainCommand& command, TrainingRequest request,
                           const TrainingOrderFile& unfinished, base::TimePoint now) {
  std::optional<TrainingRequest> left = unfinished.Read(now);
  const bool same = left && left->tenant == request.tenant && left->services == request.services &&
                    left->kinds == request.kinds && left->step == request.step &&
                    left->seed == request.seed && left->bidirectional == request.bidirectional &&
                    (command.to.empty() || left->to == request.to) &&
                    (command.from.empty() || left->from == request.from);
  if (!same) {
    request.begun_at = now;
    return request;
  }
  fmt::print(stderr, "going on with the training of {}\n", base::FormatTime(*left->begun_at));
  left->time_max = request.time_max;
  return *std::move(left);
}

// The service graph that a server kept, and what the configuration declares.
struct StoredGraph {
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<topology::Atlas> atlas;  // uses the database
};

base::Result<GraphQuestions::CallsOf> StoredCalls(const Config& config, const base::Clock& clock) {
  if (!RequireDataFolder(config.data_dir).ok()) return GraphQuestions::CallsOf();
  const auto graph = std::make_shared<StoredGraph>();
  VEDETTE_TRY(graph->database, sql::Database::Open({.path = StateDatabasePath(config.data_dir)}));
  VEDETTE_TRY(graph->atlas, topology::Atlas::Open(*graph->database, config.topology.atlas));
  const base::TimePoint now = clock.Now();
  graph->atlas->Declare(DeclaredAt(config.topology, now), now);
  return GraphQuestions::CallsOf(
      [graph](const model::TenantName& tenant) { return CallsOf(*graph->atlas->Now(tenant)); });
}

base::Result<std::string> TrainOffline(const TrainCommand& command, const AskOptions& options) {
  const base::SystemClock clock;
  VEDETTE_TRY(Config config, LoadConfig(command.config_file));
  config.data_dir = command.data_dir;
  VEDETTE_TRY(const std::unique_ptr<OfflineData> stored, OfflineData::Open(config, clock));
  VEDETTE_TRY(const base::TimePoint end, EndOf(stored->series(), options.tenant, clock.Now()));
  VEDETTE_TRY(TrainingRequest request, RequestOf(command, options, config, end));
  VEDETTE_TRY(const auto models, detect::learned::ModelStore::Open(ModelsPath(config.data_dir)));
  const TrainingOrderFile unfinished(models->folder());
  request = GoneOnWith(command, std::move(request), unfinished, clock.Now());
  ++request.beginnings;
  unfinished.Write(request);
  query::Engine queries(config.query, stored->series(), clock);
  VEDETTE_TRY(const GraphQuestions::CallsOf calls, StoredCalls(config, clock));
  const ModelTrainer trainer({queries, stored->series(), *models, clock, calls});
  const auto outcomes = trainer.Train(request, [](const TrainingStatus& status) {
    ShowProgress(status.service, std::string(learn::NetworkKindName(status.kind)),
                 status.services_done, status.services, status.progress.epoch,
                 status.progress.epochs_max, status.progress.best);
    return true;
  });
  unfinished.Remove();
  fmt::print(stderr, "\n");
  if (!outcomes.ok()) return outcomes.error();
  std::string report = "[";
  for (const TrainingOutcome& each : *outcomes) {
    report += (report.size() > 1 ? "," : "") + OutcomeJson(each);
  }
  report += "]";
  if (options.json) return report + "\n";
  VEDETTE_TRY(const Json json, base::ParseJson(report));
  return ReportOf(json);
}

}  // namespace

base::Result<std::string> TrainModels(const TrainCommand& command, const AskOptions& options) {
  return command.data_dir.empty() ? AskServer(command, options) : TrainOffline(command, options);
}

}  // namespace vedette::app
