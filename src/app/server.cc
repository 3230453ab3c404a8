#include "app/server.h"

#include <algorithm>
#include <atomic>
#include <fmt/core.h>
#include <thread>
#include <utility>

#include "api/access.h"
#include "api/alert_intake.h"
#include "api/compat/chatbot/anomalies.h"
#include "api/compat/chatbot/trend.h"
#include "api/compat/monitoring/routes.h"
#include "api/compat/opsbuddy/routes.h"
#include "api/incidents.h"
#include "api/influx.h"
#include "api/intake.h"
#include "api/json_views.h"
#include "api/log_tail.h"
#include "api/logs.h"
#include "api/loki.h"
#include "api/metadata_book.h"
#include "api/oncall.h"
#include "api/otlp.h"
#include "api/prometheus.h"
#include "api/prometheus_rules.h"
#include "api/prometheus_status.h"
#include "api/records.h"
#include "api/remote_read.h"
#include "api/remote_write.h"
#include "api/router.h"
#include "api/rule_backfill.h"
#include "api/self.h"
#include "api/static_files.h"
#include "api/status.h"
#include "api/stream_hub.h"
#include "api/targets.h"
#include "api/traces.h"
#include "api/tsdb_admin.h"
#include "app/alerting.h"
#include "app/catalog.h"
#include "app/config_sections.h"
#include "app/data_folder.h"
#include "app/engine_loop.h"
#include "app/facts.h"
#include "app/free_space.h"
#include "app/paging.h"
#include "app/part_options.h"
#include "app/periodic.h"
#include "app/record_metrics.h"
#include "app/rule_loop.h"
#include "app/size_retention.h"
#include "app/snapshot.h"
#include "app/storage_watch.h"
#include "app/version.h"
#include "auth/api_keys.h"
#include "base/bounded_queue.h"
#include "base/duration.h"
#include "base/fair_pool.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/worker_pool.h"
#include "detect/adoption.h"
#include "detect/anomaly_store.h"
#include "detect/detector.h"
#include "detect/events/monitor.h"
#include "detect/metrics.h"
#include "detect/noise_budget.h"
#include "detect/state_book.h"
#include "incident/journal/journal.h"
#include "kv/db.h"
#include "kv/keeper.h"
#include "kv/mended.h"
#include "net/client.h"
#include "net/server.h"
#include "query/engine.h"
#include "records/embedded_store.h"
#include "series/engine.h"
#include "sources/scrape/request.h"
#include "sources/scrape/scraper.h"
#include "sql/database.h"
#include "sql/mending.h"

namespace vedette::app {
namespace {

constexpr size_t kFindingsMax = 65'536;          // anomaly reports on their way to the engine
constexpr int64_t kStateReserveBytes = 8 << 20;  // some hundred decisions on a disk that is full

}  // namespace

// Everything, in the order in which it is made; it ends in reverse.
struct Server::Parts {
  Parts(Config c, const base::Clock& k, Extras e) : config(std::move(c)), clock(k), extras(e) {}

  base::Result<> OpenStores();
  base::Result<> OpenDetection();
  base::Result<> OpenPaging();
  void OpenIntake();
  void OpenRules();
  rules::EvaluationIo RuleIo(const model::TenantName& tenant);
  api::FamilyMetadataSink NoteMetadata();
  std::vector<api::Route> Routes();
  base::Result<> Listen();
  void AddChores();
  api::StatusBoard::Sources StatusSources();
  base::Result<> DropOld();
  void PublishStatus();

  Config config;
  const base::Clock& clock;
  const Extras extras;
  std::atomic<bool> ready{false};
  bool stopped = false;
  const base::TimePoint started_at = clock.Now();
  base::TimePoint configured_at = started_at;

  base::MetricsRegistry metrics;
  const FreeSpace free_space{config.data_dir, config.storage.min_free_bytes};
  std::unique_ptr<sql::Database> state;
  bool state_mended = false;  // made anew at this start, from a damaged one
  std::unique_ptr<kv::Db> telemetry;
  std::unique_ptr<kv::Keeper> keeper;
  std::unique_ptr<auth::ApiKeys> keys;

  base::BoundedQueue<model::AnomalyUpdate> findings{kFindingsMax, base::OverflowPolicy::kReject};
  std::unique_ptr<detect::AnomalyStore> anomalies;
  std::unique_ptr<detect::AdoptionBook> adopted;
  std::unique_ptr<detect::events::Monitor> event_monitor;
  std::unique_ptr<detect::DetectMetrics> detect_metrics;
  std::unique_ptr<detect::NoiseBudget> noise;
  std::unique_ptr<detect::StateBook> learnt;
  std::unique_ptr<series::Engine> series;
  std::unique_ptr<records::EmbeddedStore> records;
  std::unique_ptr<SizeRetention> size_retention;
  std::unique_ptr<StorageWatch> storage_watch;
  std::unique_ptr<query::QueryLog> query_log;
  std::unique_ptr<query::Engine> queries;
  std::unique_ptr<api::MetadataBook> metadata;

  std::unique_ptr<net::HttpClient> client;
  std::unique_ptr<api::StreamHub> hub;
  std::unique_ptr<api::LogTail> log_tail;
  std::unique_ptr<incident::journal::Journal> journal;
  std::unique_ptr<PageRouter> page_router;
  Alerting alerting{clock};
  std::unique_ptr<EngineLoop> loop;
  std::unique_ptr<Paging> paging;

  std::unique_ptr<ingest::Ingester> ingester;
  std::unique_ptr<sources::scrape::Scraper> scraper;
  std::vector<model::Anomaly> open_alerts;  // of rules, when the last run ended
  std::atomic<bool> rules_stopping{false};
  std::unique_ptr<RuleLoop> rule_loop;
  std::unique_ptr<api::StatusBoard> board;
  std::unique_ptr<base::WorkerPool> workers;
  std::unique_ptr<base::FairPool> query_workers;
  std::unique_ptr<api::Router> router;
  std::unique_ptr<net::HttpServer> http;
  Periodic chores;
};

base::Result<> Server::Parts::OpenStores() {
  VEDETTE_TRY_VOID(MakeDataFolder(config.data_dir));
  kv::DbOptions options;
  options.path = TelemetryPath(config.data_dir);
  options.families = series::Engine::Families();
  const auto first_record_family = static_cast<kv::Family>(options.families.size());
  for (kv::FamilyOptions& family : records::Families()) options.families.push_back(family);
  const auto detector_family = static_cast<kv::Family>(options.families.size());
  options.families.push_back(detect::StateBook::Family());
  VEDETTE_TRY(telemetry, kv::Db::Open(std::move(options)));
  learnt = std::make_unique<detect::StateBook>(*telemetry, detector_family);
  keeper = std::make_unique<kv::Keeper>(*telemetry, clock, kv::KeeperOptions{});
  VEDETTE_TRY(records, kv::OpenMended(*telemetry, [&] {
                return records::EmbeddedStore::Create(
                    *telemetry,
                    {.first_family = first_record_family, .durability = config.storage.durability});
              }));
  VEDETTE_TRY(sql::OpenedMended opened, sql::OpenMended({.path = StateDatabasePath(config.data_dir),
                                                         .reserve_bytes = kStateReserveBytes},
                                                        QuarantinePath(config.data_dir)));
  state_mended = opened.mended.has_value();
  state = std::move(opened.database);
  VEDETTE_TRY(keys, auth::ApiKeys::Create(*state));
  VEDETTE_TRY(anomalies, detect::AnomalyStore::Open(*state));
  VEDETTE_TRY(metadata, api::MetadataBook::Open(*state));
  return {};
}

base::Result<> Server::Parts::OpenDetection() {
  VEDETTE_TRY(std::vector<model::Anomaly> open, anomalies->OpenAnomalies());
  // The incident engine knows when alerts of other systems end.
  std::erase_if(open, [](const auto& each) { return each.kind == model::AnomalyKind::kAlert; });
  const auto of_rules = std::stable_partition(
      open.begin(), open.end(),
      [](const model::Anomaly& anomaly) { return anomaly.kind != model::AnomalyKind::kRule; });
  open_alerts.assign(std::make_move_iterator(of_rules), std::make_move_iterator(open.end()));
  open.erase(of_rules, open.end());
  storage_watch = std::make_unique<StorageWatch>(
      *telemetry, free_space, QuarantinePath(config.data_dir), findings, metrics);
  storage_watch->Adopt(open_alerts);
  VEDETTE_TRY(event_monitor, detect::events::Monitor::Open(config.event_rules, *state, findings));
  event_monitor->Adopt(open_alerts, clock.Now());
  adopted = std::make_unique<detect::AdoptionBook>(std::move(open));
  detect_metrics = std::make_unique<detect::DetectMetrics>(metrics);
  VEDETTE_TRY(auto rules, detect::rules::RuleSet::Create(config.catalog ? WithCatalog(config.rules)
                                                                        : config.rules));
  noise = std::make_unique<detect::NoiseBudget>(config.detection.noise_budget);
  const auto observe = [this, rules](uint32_t) {
    return std::make_unique<detect::ShardDetector>(
        config.detection,
        detect::ShardDetector::Shared{rules, findings, adopted.get(), detect_metrics.get(),
                                      noise.get(), learnt.get()});
  };
  VEDETTE_TRY(series, kv::OpenMended(*telemetry, [&] {
                return series::Engine::Open(SeriesOptionsFor(config), *telemetry, clock, observe,
                                            metrics);
              }));
  size_retention =
      std::make_unique<SizeRetention>(config.storage.max_bytes, *telemetry, *series, *records);
  if (config.query.helpers == 0) {
    config.query.helpers = std::max(2U, std::thread::hardware_concurrency()) - 1;
  }
  query_log = std::make_unique<query::QueryLog>(config.query_log, metrics);
  queries = std::make_unique<query::Engine>(config.query, *series, clock, query_log.get());
  return {};
}

base::Result<> Server::Parts::OpenPaging() {
  hub = std::make_unique<api::StreamHub>(
      api::StreamHub::Options{.first_id =
                                  static_cast<uint64_t>(base::ToMillis(clock.Now())) * 1000},
      metrics);
  log_tail = std::make_unique<api::LogTail>(api::LogTail::Options{}, clock, metrics);
  records->SetTap([this](const auto& batch) { log_tail->OnBatch(*batch); });
  VEDETTE_TRY(client, net::MakeCurlClient({.user_agent = fmt::format("vedette/{}", kVersion)}));
  VEDETTE_TRY(paging, Paging::Open({*state, clock, metrics, *client,
                                    [this](const auto& report) { return loop->Report(report); },
                                    ExternalUrl(config)}));
  VEDETTE_TRY(journal, incident::journal::Journal::Open(*state, {.mended = state_mended}));
  VEDETTE_TRY(page_router, PageRouter::Open(*state, metrics));
  page_router->SetPlan(config.plan);
  VEDETTE_TRY(incident::Engine engine, journal->Load(config.incidents));
  storage_watch->NoteLoss(journal->loss().Summary());
  EngineLoop::Parts parts{
      .journal = *journal,
      .router = *page_router,
      .anomalies = findings,
      .clock = clock,
      .calendar = extras.demo ? EngineLoop::Calendar::kSteady : EngineLoop::Calendar::kMayStep,
      .metrics = metrics,
      .pages_ordered = [this] { paging->Wake(); },
      .incident_changed =
          [this](const model::Incident& incident) {
            hub->Publish(incident.tenant, "incidents", api::IncidentPatch(incident));
          },
      .anomaly_changed =
          [this](const model::Anomaly& anomaly) {
            hub->Publish(anomaly.tenant, "anomalies", api::AnomalyPatch(anomaly));
          }};
  alerting.Listen(parts);
  alerting.Apply(config);
  loop = std::make_unique<EngineLoop>(std::move(engine), std::move(parts));
  // The first tick may order a page: whom it goes to must be known by then.
  VEDETTE_TRY_VOID(paging->Apply(config.receivers));
  loop->Start();
  return {};
}

void Server::Parts::OpenIntake() {
  ingester = std::make_unique<ingest::Ingester>(
      *series, *records, clock, metrics, std::make_shared<const ingest::Limits>(config.limits),
      [this] { return free_space.Check(); });
  scraper = std::make_unique<sources::scrape::Scraper>(
      sources::scrape::ScraperOptions{},
      [this](const model::TenantName& tenant, const model::WriteBatch& batch) -> base::Result<> {
        VEDETTE_TRY(const ingest::WriteReport report, ingester->Write(tenant, batch));
        if (report.refused() > 0) return base::InvalidArgument(report.first_refusal);
        return {};
      },
      [](const auto& tls) { return net::MakeCurlClient(sources::scrape::ClientOptionsOf(tls)); },
      ParseYamlTargets, clock, metrics,
      [note = NoteMetadata()](const model::TenantName& tenant, const auto& family) {
        note(tenant, {family.family, family.type, family.help, family.unit});
      });
  scraper->ApplyConfig(config.scrape_jobs);
  scraper->Start();
}

rules::EvaluationIo Server::Parts::RuleIo(const model::TenantName& tenant) {
  rules::EvaluationIo io;
  io.query = [this, tenant](const std::string& promql, base::TimePoint time,
                            base::Duration lookback) {
    query::InstantQuery query;
    query.tenant = tenant;
    query.text = promql;
    query.time = time;
    query.lookback = lookback;
    query.cancelled = [this] { return rules_stopping.load(); };
    return queries->Instant(query);
  };
  io.append = [this, tenant](const model::WriteBatch& batch) -> base::Result<> {
    VEDETTE_TRY(const ingest::WriteReport report, ingester->Write(tenant, batch));
    if (report.refused() > 0) return base::InvalidArgument(report.first_refusal);
    return {};
  };
  io.steady = [this] { return clock.Steady(); };
  return io;
}

void Server::Parts::OpenRules() {
  rule_loop = std::make_unique<RuleLoop>(
      RuleLoop::Parts{.io = [this](const model::TenantName& tenant) { return RuleIo(tenant); },
                      .findings = findings,
                      .clock = clock,
                      .calendar_may_step = !extras.demo,
                      .metrics = metrics,
                      .open = std::move(open_alerts)});
  rule_loop->Apply(config.rule_groups, RuleContextFor(config, config));
  rule_loop->Start();
}

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
  sources.anomalies =
      [this](const model::TenantName& tenant) -> base::Result<std::vector<model::Anomaly>> {
    VEDETTE_TRY(
        detect::AnomalyPage page,
        anomalies->List({.tenant = tenant, .state = model::AnomalyState::kOpen, .limit = 1000}));
    return std::move(page.anomalies);
  };
  return sources;
}

api::FamilyMetadataSink Server::Parts::NoteMetadata() {
  return [this](const model::TenantName& tenant, const api::FamilyMetadata& family) {
    metadata->Note(tenant, family);
  };
}

std::vector<api::Route> Server::Parts::Routes() {
  std::vector<api::Route> routes;
  const auto add = [&routes](std::vector<api::Route> more) {
    std::move(more.begin(), more.end(), std::back_inserter(routes));
  };
  api::IntakeOptions intake = IntakeOptionsFor(config);
  intake.also_delete = [this](const model::TenantName& name) -> base::Result<> {
    VEDETTE_TRY_VOID(metadata->DeleteTenant(name));
    VEDETTE_TRY_VOID(event_monitor->DeleteTenant(name));
    VEDETTE_TRY_VOID(learnt->DeleteTenant(name));
    return anomalies->DeleteTenant(name);
  };
  intake.on_metadata = NoteMetadata();
  add(api::IntakeRoutes(*ingester, std::move(intake)));
  api::RemoteWriteOptions remote_write = RemoteWriteOptionsFor(config);
  remote_write.on_metadata = NoteMetadata();
  add(api::RemoteWriteRoutes(*ingester, std::move(remote_write)));
  api::OtlpOptions otlp = OtlpOptionsFor(config);
  otlp.on_metadata = NoteMetadata();
  add(api::OtlpRoutes(*ingester, std::move(otlp)));
  add(api::InfluxRoutes(*ingester));
  add(api::LokiRoutes(*ingester));
  add(api::AlertIntakeRoutes(*ingester));
  add(api::compat::monitoring::Routes(*event_monitor, *ingester));
  add(api::compat::opsbuddy::Routes(*ingester, *records, *queries,
                                    {.version = std::string(kVersion), .started = clock.Now()}));
  add(api::compat::chatbot::TrendRoutes(*queries));
  add(api::compat::chatbot::AnomalyRoutes(*anomalies));
  add(api::RecordRoutes(*records));
  add(api::LogRoutes(*records, clock));
  add(api::LogTailRoutes(*log_tail));
  add(api::TraceRoutes(*records));
  add(api::PrometheusRoutes(*queries, *series));
  add(api::RemoteReadRoutes(*series));
  add(api::TsdbAdminRoutes(
      *series,
      {.snapshot =
           [this] { return MakeSnapshot(config.data_dir, clock.Now(), *telemetry, *state); },
       .reclaim = [this] { return series->Reclaim(); }}));
  add(api::BackfillRoutes(*queries, *ingester, config.rule_context.interval));
  add(api::RuleRoutes(
      [this](const model::TenantName& tenant) { return rule_loop->Statuses(tenant); }));
  add(api::TargetRoutes(*scraper, *series, *metadata));
  add(api::ServerStatusRoutes([this] { return FactsOf(config, started_at, configured_at); },
                              *series, *query_log));
  add(api::IncidentRoutes({*journal, *anomalies, *state, [this](incident::Command command) {
                             return loop->Command(std::move(command));
                           }}));
  add(PagingRoutes(*paging, [this](auto command) { return loop->Command(std::move(command)); }));
  add(api::OnCallRoutes(page_router->Sources()));
  add(alerting.Routes({.loop = *loop,
                       .journal = *journal,
                       .ingester = *ingester,
                       .version = std::string(kVersion),
                       .started_at = started_at}));
  add(api::StatusRoutes(*board));
  add(api::SessionRoutes(LookupIn(*keys)));
  add(api::SelfRoutes(metrics, *hub, [this] { return ready.load(); }));
  add(api::StaticRoutes(api::EmbeddedUi()));
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
      *workers, clock, metrics, query_workers.get());
  config.server.request_deadline =
      std::max(config.server.request_deadline, config.query.timeout + std::chrono::seconds(5));
  VEDETTE_TRY(http, net::HttpServer::Start(config.server, [this](auto request, auto responder) {
                router->Handle(std::move(request), std::move(responder));
              }));
  return {};
}

base::Result<> Server::Parts::DropOld() {
  const StorageConfig& storage = config.storage;
  const base::TimePoint now = clock.Now();
  const std::pair<records::RecordKind, std::optional<base::Duration>> kinds[] = {
      {records::RecordKind::kLogs, storage.retention_logs},
      {records::RecordKind::kEvents, storage.retention_events},
      {records::RecordKind::kChanges, storage.retention_changes},
      {records::RecordKind::kSpans, storage.retention_spans}};
  for (const auto& [kind, own] : kinds) {
    const base::Duration retention = own.value_or(storage.retention);
    if (retention.count() == 0) continue;
    VEDETTE_TRY_VOID(records->DropBefore(kind, now - retention));
  }
  if (storage.retention.count() == 0) return {};
  VEDETTE_TRY_VOID(series->DropBefore(now - storage.retention));
  return anomalies->DropBefore(now - storage.retention);
}

void Server::Parts::PublishStatus() {
  const model::TenantName tenant(model::kDefaultTenant);
  const base::TimePoint now = clock.Now();
  const base::Result<std::string> status = board->Get(tenant, now);
  if (!status.ok()) {
    base::IgnoreError(status, "the next turn publishes a newer one");
    return;
  }
  hub->Publish(tenant, "status",
               fmt::format("{{\"topic\":\"status\",\"id\":\"now\",\"rev\":{},\"patch\":{}}}",
                           base::ToMillis(now), *status));
}

void Server::Parts::AddChores() {
  using std::chrono::minutes;
  using std::chrono::seconds;
  chores.Add("retention", minutes(60), [this] { return DropOld(); });
  chores.Add("retention by size", minutes(1), [this] { return size_retention->Tend(clock.Now()); });
  chores.Add("detector states", minutes(1440), [this] { return learnt->DropOld(clock.Now()); });
  chores.Add("storage watch", seconds(5), [this] { return storage_watch->Tend(clock.Now()); });
  chores.Add("event rules", seconds(5), [this] { return event_monitor->Tend(clock.Now()); });
  chores.Add("maintenance", seconds(30), [this] { return alerting.TendWindows(*loop); });
  chores.Add("seal records", seconds(15), [this] { return records->SealIdle(); });
  chores.Add("key use", minutes(1), [this] { return keys->SaveLastUsed(); });
  chores.Add("metric metadata", minutes(1), [this] { return metadata->Save(); });
  chores.Add("heartbeat", seconds(15), [this]() -> base::Result<> {
    hub->Heartbeat();
    log_tail->Heartbeat();
    return {};
  });
  chores.Add("status", seconds(5), [this]() -> base::Result<> {
    PublishStatus();
    return {};
  });
  AddRecordMetrics(metrics, *records);
  metrics.AddCallback("vedette_errors_ignored_total", "Errors dropped by name.",
                      [] { return static_cast<double>(base::IgnoredErrorCount()); });
  metrics.AddCallback("vedette_queries_waiting", "Queries that wait for a thread.",
                      [this] { return static_cast<double>(query_workers->queued()); });
  metrics.AddCallback("vedette_metadata_left_out_total",
                      "Descriptions of metrics beyond what is kept of a tenant.",
                      [this] { return static_cast<double>(metadata->left_out()); });
  metrics.AddCallback("vedette_findings_queue", "Anomaly reports waiting for the engine.",
                      [this] { return static_cast<double>(findings.size()); });
  metrics.AddCallback("vedette_series_active", "Series that have samples in memory.",
                      [this] { return static_cast<double>(series->Stats().active_series); });
  chores.Start();
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

base::Result<std::unique_ptr<Server>> Server::Start(Config config, const base::Clock& clock,
                                                    Extras extras) {
  base::SetLogLevel(config.log_level);
  const base::SteadyPoint begun = clock.Steady();
  auto made = std::make_unique<Parts>(std::move(config), clock, extras);
  std::unique_ptr<Server> server(new Server(std::move(made)));
  Parts& parts = *server->parts_;
  VEDETTE_TRY_VOID(parts.OpenStores());
  VEDETTE_TRY_VOID(parts.OpenDetection());
  VEDETTE_TRY_VOID(parts.OpenPaging());
  parts.OpenIntake();
  parts.OpenRules();
  VEDETTE_TRY_VOID(parts.Listen());
  parts.AddChores();
  parts.ready = true;
  const std::chrono::duration<double> took = clock.Steady() - begun;
  base::LogInfo("vedette is ready", {{"version", kVersion},
                                     {"listen", parts.config.server.host},
                                     {"port", parts.http->port()},
                                     {"data_dir", parts.config.data_dir},
                                     {"series", parts.series->Stats().active_series},
                                     {"seconds", took.count()}});
  return server;
}

Server::~Server() { Stop(); }

uint16_t Server::port() const { return parts_->http->port(); }

ingest::Ingester& Server::ingester() { return *parts_->ingester; }

const std::vector<api::Route>& Server::routes() const { return parts_->router->routes(); }

base::Result<> Server::Reload(const Config& config) {
  Parts& parts = *parts_;
  base::SetLogLevel(config.log_level);
  parts.ingester->SetLimits(std::make_shared<const ingest::Limits>(config.limits));
  parts.scraper->ApplyConfig(config.scrape_jobs);
  parts.rule_loop->Apply(config.rule_groups, RuleContextFor(config, parts.config));
  parts.loop->SetOptions(config.incidents);
  parts.alerting.Apply(config);
  VEDETTE_TRY_VOID(parts.paging->Apply(config.receivers));
  parts.page_router->SetPlan(config.plan);
  VEDETTE_TRY_VOID(parts.event_monitor->Reconfigure(config.event_rules, parts.clock.Now()));
  if (!config.server.certificate_file.empty()) {
    VEDETTE_TRY_VOID(parts.http->ReloadCertificates());
  }
  const std::string sections = NeedRestart(parts.config, config);
  if (!sections.empty()) {
    base::LogWarning("these changes take effect at a restart", {{"sections", sections}});
  }
  return {};
}

void Server::Stop() {
  Parts& parts = *parts_;
  if (std::exchange(parts.stopped, true)) return;
  parts.ready = false;
  parts.chores.Stop();
  if (parts.hub) parts.hub->Close();
  if (parts.log_tail) parts.log_tail->Close();
  if (parts.http) parts.http->Stop();
  if (parts.scraper) parts.scraper->Stop();
  parts.rules_stopping = true;
  if (parts.rule_loop) parts.rule_loop->Stop();
  if (parts.workers) parts.workers->Stop();
  if (parts.query_workers) parts.query_workers->Stop();
  if (parts.metadata) {
    base::IgnoreError(parts.metadata->Save(), "the next descriptions say the same");
  }
  parts.findings.Close();
  if (parts.loop) parts.loop->Stop();
  if (parts.paging) parts.paging->Stop();
  if (parts.series) {
    base::IgnoreError(parts.series->Checkpoint(), "the log holds it all; the next start is slower");
  }
  if (parts.keys)
    base::IgnoreError(parts.keys->SaveLastUsed(), "only the time of last use is lost");
  base::LogInfo("vedette has ended");
}

}  // namespace vedette::app
