#include <algorithm>
#include <iterator>
#include <map>
#include <thread>

#include "api/access.h"
#include "api/alert_intake.h"
#include "api/change_webhooks.h"
#include "api/compat/chatbot/anomalies.h"
#include "api/compat/chatbot/trend.h"
#include "api/compat/monitoring/routes.h"
#include "api/compat/opsbuddy/incidents.h"
#include "api/compat/opsbuddy/routes.h"
#include "api/compat/sentinel/analyze.h"
#include "api/compat/sentinel/collect.h"
#include "api/dashboards.h"
#include "api/diagnosis.h"
#include "api/evidence.h"
#include "api/incidents.h"
#include "api/influx.h"
#include "api/intake.h"
#include "api/keys.h"
#include "api/logs.h"
#include "api/loki.h"
#include "api/oncall.h"
#include "api/otlp.h"
#include "api/postmortem.h"
#include "api/prometheus.h"
#include "api/prometheus_rules.h"
#include "api/prometheus_status.h"
#include "api/records.h"
#include "api/remote_read.h"
#include "api/remote_write.h"
#include "api/rule_backfill.h"
#include "api/self.h"
#include "api/static_files.h"
#include "api/targets.h"
#include "api/traces.h"
#include "api/tsdb_admin.h"
#include "app/facts.h"
#include "app/part_options.h"
#include "app/server_parts.h"
#include "app/snapshot.h"
#include "app/version.h"

namespace vedette::app {
namespace {

void Join(std::vector<api::Route>& routes, std::vector<api::Route> more) {
  std::move(more.begin(), more.end(), std::back_inserter(routes));
}

}  // namespace

api::StatusBoard::Sources Server::Parts::StatusSources() {
  const auto list = [this](incident::journal::IncidentQuery query) {
    query.with_timeline = false;
    return journal->List(query);
  };
  api::StatusBoard::Sources sources;
  sources.unresolved =
      [list](const model::TenantName& tenant) -> base::Result<std::vector<model::Incident>> {
    VEDETTE_TRY(incident::journal::IncidentPage page,
                list({.tenant = tenant,
                      .states = {model::IncidentState::kOpen, model::IncidentState::kAcknowledged},
                      .limit = 1000}));
    return std::move(page.incidents);
  };
  sources.last =
      [list](const model::TenantName& tenant) -> base::Result<std::optional<model::Incident>> {
    VEDETTE_TRY(const incident::journal::IncidentPage page, list({.tenant = tenant, .limit = 50}));
    std::optional<model::Incident> last;
    for (const model::Incident& incident : page.incidents) {
      if (!last || incident.started_at > last->started_at) last = incident;
    }
    return last;
  };
  sources.resolved_since = [list](
                               const model::TenantName& tenant,
                               base::TimePoint from) -> base::Result<std::vector<model::Incident>> {
    VEDETTE_TRY(incident::journal::IncidentPage page,
                list({.tenant = tenant,
                      .states = {model::IncidentState::kResolved},
                      .from = from,
                      .limit = 50}));
    return std::move(page.incidents);
  };
  sources.anomalies =
      [this](const model::TenantName& tenant) -> base::Result<std::vector<model::Anomaly>> {
    VEDETTE_TRY(
        detect::AnomalyPage page,
        anomalies->List({.tenant = tenant, .state = model::AnomalyState::kOpen, .limit = 1000}));
    return std::move(page.anomalies);
  };
  sources.owners = [this](const model::TenantName& tenant) {
    std::map<std::string, std::string> owners;
    const topology::Snapshot graph = topology->snapshots().Now(tenant);
    for (const topology::Node& node : graph->nodes()) {
      if (node.kind() == model::EntityKind::kService && !node.entity.owner.empty()) {
        owners.emplace(node.name(), node.entity.owner);
      }
    }
    return owners;
  };
  return sources;
}

std::vector<std::string> Server::Parts::ServicesOf(const model::TenantName& tenant) const {
  std::vector<std::string> services;
  const topology::Snapshot graph = topology->snapshots().Now(tenant);
  for (const topology::Node& node : graph->nodes()) {
    if (node.kind() == model::EntityKind::kService) services.push_back(node.name());
  }
  return services;
}

api::FamilyMetadataSink Server::Parts::NoteMetadata() {
  return [this](const model::TenantName& tenant, const api::FamilyMetadata& family) {
    metadata->Note(tenant, family);
  };
}

PagingDesk Server::Parts::Desk() {
  return {.chat = {.unresolved = StatusSources().unresolved,
                   .command = [this](auto command) { return loop->Command(std::move(command)); },
                   .view = [this] { return page_router->view(); },
                   .external_url = ExternalUrl(config)},
          .find = [this](const auto& tenant, auto id) { return journal->Find(tenant, id); }};
}

std::vector<api::Route> Server::Parts::IntakeRoutes() {
  std::vector<api::Route> routes;
  api::IntakeOptions intake = IntakeOptionsFor(config);
  intake.also_delete = [this](const model::TenantName& name) -> base::Result<> {
    VEDETTE_TRY_VOID(metadata->DeleteTenant(name));
    VEDETTE_TRY_VOID(dashboards->DeleteTenant(name));
    VEDETTE_TRY_VOID(event_monitor->DeleteTenant(name));
    VEDETTE_TRY_VOID(releases->DeleteTenant(name));
    VEDETTE_TRY_VOID(models->DeleteTenant(name));
    VEDETTE_TRY_VOID(learnt->DeleteTenant(name));
    VEDETTE_TRY_VOID(feedback->DeleteTenant(name));
    source_board.DeleteTenant(name);
    VEDETTE_TRY_VOID(topology->DeleteTenant(name));
    VEDETTE_TRY_VOID(diagnosing->store().DeleteTenant(name));
    return anomalies->DeleteTenant(name);
  };
  intake.on_metadata = NoteMetadata();
  Join(routes, api::IntakeRoutes(*ingester, std::move(intake)));
  api::RemoteWriteOptions remote_write = RemoteWriteOptionsFor(config);
  remote_write.on_metadata = NoteMetadata();
  Join(routes, api::RemoteWriteRoutes(*ingester, std::move(remote_write)));
  api::OtlpOptions otlp = OtlpOptionsFor(config);
  otlp.on_metadata = NoteMetadata();
  Join(routes, api::OtlpRoutes(*ingester, std::move(otlp)));
  Join(routes, api::InfluxRoutes(*ingester));
  Join(routes, api::LokiRoutes(*ingester));
  Join(routes, api::AlertIntakeRoutes(*ingester));
  Join(routes, api::compat::monitoring::Routes(*event_monitor, *ingester));
  Join(routes,
       api::compat::opsbuddy::Routes(*ingester, *records, *queries,
                                     {.version = std::string(kVersion), .started = clock.Now()}));
  Join(routes, api::compat::opsbuddy::IncidentRoutes(
                   *records, {.version = std::string(kVersion), .started = clock.Now()}));
  return routes;
}

std::vector<api::Route> Server::Parts::QueryRoutes() {
  std::vector<api::Route> routes;
  Join(routes, api::compat::chatbot::TrendRoutes(*queries));
  Join(routes, api::compat::sentinel::AnalyzeRoutes(
                   *queries, *anomalies, &models->store(),
                   [this](const model::TenantName& tenant) { return models->graph().Of(tenant); }));
  Join(routes, models->Routes());
  Join(routes, api::compat::sentinel::CollectRoutes(*queries));
  Join(routes, api::compat::chatbot::AnomalyRoutes(*anomalies));
  Join(routes, api::RecordRoutes(*records));
  Join(routes, api::LogRoutes(*records, clock));
  Join(routes, api::LogTailRoutes(*log_tail));
  Join(routes, api::TraceRoutes(*records));
  Join(routes, api::PrometheusRoutes(*queries, *series));
  Join(routes, api::RemoteReadRoutes(*series));
  Join(routes,
       api::TsdbAdminRoutes(
           *series,
           {.snapshot =
                [this] { return MakeSnapshot(config.data_dir, clock.Now(), *telemetry, *state); },
            .reclaim = [this] { return series->Reclaim(); }}));
  Join(routes, api::BackfillRoutes(*queries, *ingester, config.rule_context.interval));
  Join(routes, api::RuleRoutes([this](const model::TenantName& tenant) {
         return rule_loop->Statuses(tenant);
       }));
  Join(routes, rule_tools->Routes());
  Join(routes, releases->Routes());
  Join(routes, api::TargetRoutes(*scraper, *series, *metadata));
  Join(routes,
       api::ServerStatusRoutes([this] { return FactsOf(config, started_at, configured_at); },
                               *series, *query_log));
  return routes;
}

std::vector<api::Route> Server::Parts::Routes() {
  std::vector<api::Route> routes = IntakeRoutes();
  Join(routes, QueryRoutes());
  Join(routes, api::IncidentRoutes({*journal, *anomalies, *state,
                                    [this](incident::Command command) {
                                      return loop->Command(std::move(command));
                                    }},
                                   *units));
  Join(routes, api::EvidenceRoutes(*anomalies, diagnosing->asker()));
  Join(routes, api::DiagnosisRoutes(
                   {.store = diagnosing->store(),
                    .journal = *journal,
                    .records = *records,
                    .diagnose = [this](const model::TenantName& tenant, const std::string& id) {
                      return diagnosing->DiagnoseNow(tenant, id);
                    }}));
  Join(routes, api::PostMortemRoutes({.journal = *journal,
                                      .diagnoses = diagnosing->store(),
                                      .records = *records,
                                      .external_url = ExternalUrl(config)}));
  Join(routes, feedback->Routes(*noise, *journal));
  Join(routes, self_reports->Routes());
  Join(routes, PagingRoutes(*paging, Desk()));
  Join(routes, api::OnCallRoutes(page_router->Sources()));
  Join(routes, replays->Routes());
  Join(routes, simulations.Routes(*journal, *anomalies, diagnosing->store()));
  Join(routes, heartbeats->Routes());
  Join(routes,
       alerting.Routes(
           {.loop = *loop, .router = *page_router, .journal = *journal, .ingester = *ingester}));
  Join(routes, notify_paths->Routes());
  Join(routes, topology->Routes());
  Join(routes, api::ChangeWebhookRoutes(*ingester, config.change_webhooks));
  Join(routes, api::DashboardRoutes(*dashboards));
  Join(routes, api::StatusRoutes(*board));
  Join(routes, api::SessionRoutes(LookupIn(*keys)));
  Join(routes, api::KeyRoutes(*keys));
  Join(routes, api::SelfRoutes(metrics, *hub, [this] { return ready.load(); }));
  Join(routes, api::StaticRoutes(api::EmbeddedUi()));
  return routes;
}

base::Result<> Server::Parts::Listen() {
  board = std::make_unique<api::StatusBoard>(
      api::StatusBoard::Options{.demo = extras.demo, .version = std::string(kVersion)},
      StatusSources(), *queries, *series);
  // Handlers wait for shards and disks more than they compute.
  workers = std::make_unique<base::WorkerPool>(base::WorkerPoolOptions{
      .name = "request",
      .threads = std::max<size_t>(4, 2 * std::thread::hardware_concurrency()),
      .queue_jobs_max = 1024});
  query_workers = std::make_unique<base::FairPool>(
      base::FairPoolOptions{.name = "query",
                            .threads = config.queries_running,
                            .threads_per_key = std::max<size_t>(1, config.queries_running - 1)});
  router = std::make_unique<api::Router>(
      Routes(),
      api::MakeAuthorizer({.loopback_open = config.loopback_open}, LookupIn(*keys), clock),
      *workers, clock, metrics, query_workers.get(),
      [] { return api::IndexPage(api::EmbeddedUi()); });
  config.server.request_deadline =
      std::max(config.server.request_deadline, config.query.timeout + std::chrono::seconds(5));
  VEDETTE_TRY(http, net::HttpServer::Start(config.server, [this](auto request, auto responder) {
                router->Handle(std::move(request), std::move(responder));
              }));
  return {};
}

}  // namespace vedette::app
