#include <algorithm>
#include <fmt/core.h>
#include <functional>
#include <thread>

#include "api/diagnosis.h"
#include "api/json_views.h"
#include "app/catalog.h"
#include "app/config_sections.h"
#include "app/data_folder.h"
#include "app/facts.h"
#include "app/known_calls.h"
#include "app/part_options.h"
#include "app/ruled_out.h"
#include "app/server_parts.h"
#include "app/version.h"
#include "detect/detector.h"
#include "kv/mended.h"
#include "rules/ingest/shard_watch.h"
#include "rules/observer.h"
#include "rules/record_source.h"
#include "sources/scrape/request.h"
#include "sql/mending.h"

namespace vedette::app {

namespace {

constexpr int64_t kStateReserveBytes = 8 << 20;  // some hundred decisions on a disk that is full

}  // namespace

base::Result<> Server::Parts::OpenStores() {
  VEDETTE_TRY_VOID(MakeDataFolder(config.data_dir));
  VEDETTE_TRY_VOID(MakePrivateFolders(config.data_dir));
  TelemetryLayout layout = TelemetryLayoutOf(config.data_dir);
  VEDETTE_TRY(telemetry, kv::Db::Open(std::move(layout.options)));
  learnt = std::make_unique<detect::StateBook>(*telemetry, layout.detector);
  keeper = std::make_unique<kv::Keeper>(*telemetry, clock, kv::KeeperOptions{});
  VEDETTE_TRY(records, kv::OpenMended(*telemetry, [&] {
                return records::EmbeddedStore::Create(*telemetry,
                                                      {.first_family = layout.first_records,
                                                       .durability = config.storage.durability});
              }));
  VEDETTE_TRY(sql::OpenedMended opened, sql::OpenMended({.path = StateDatabasePath(config.data_dir),
                                                         .reserve_bytes = kStateReserveBytes},
                                                        QuarantinePath(config.data_dir)));
  state_mended = opened.mended.has_value();
  state = std::move(opened.database);
  VEDETTE_TRY(keys, auth::ApiKeys::Create(*state));
  VEDETTE_TRY(anomalies, detect::AnomalyStore::Open(*state));
  VEDETTE_TRY(metadata, api::MetadataBook::Open(*state));
  VEDETTE_TRY(dashboards, api::DashboardBook::Open(*state));
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
  adopted = std::make_unique<detect::AdoptionBook>(
      std::move(open), [this](std::string_view tenant, std::string_view id) {
        const base::Result<model::Anomaly> known = anomalies->Get(tenant, id);
        return known.ok() && known->state == model::AnomalyState::kClosed;
      });
  detect_metrics = std::make_unique<detect::DetectMetrics>(metrics);
  VEDETTE_TRY(auto rules, RuleSetOf(config.rules, config.catalog));
  rule_board = std::make_unique<detect::rules::RuleBoard>(rules);
  units = std::make_unique<api::Units>(*metadata, *rule_board, CatalogUnits());
  noise = std::make_unique<detect::NoiseBudget>(config.detection.noise_budget);
  VEDETTE_TRY(const auto remembered, learnt->LoadBudget());
  if (remembered) noise->Resume(*remembered);
  VEDETTE_TRY(feedback, Feedback::Open(*state, *anomalies));
  feedback->Apply(config.incidents);
  const auto observe = [this, rules](uint32_t) {
    auto detector = std::make_unique<detect::ShardDetector>(
        config.detection, detect::ShardDetector::Shared{
                              rules, findings, adopted.get(), detect_metrics.get(), noise.get(),
                              learnt.get(), &feedback->board(), &source_board, rule_board.get()});
    return std::make_unique<rules::ingest::ShardWatch>(bells, std::move(detector));
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
  VEDETTE_TRY_VOID(OpenDiagnosing());
  replays = std::make_unique<Replays>(*state, clock, metrics);
  replays->Apply(config);
  VEDETTE_TRY_VOID(replays->Begin(*journal, engine, *page_router));
  EngineLoop::Parts parts{
      .journal = *journal,
      .router = *page_router,
      .anomalies = findings,
      .clock = clock,
      .calendar = extras.demo ? EngineLoop::Calendar::kSteady : EngineLoop::Calendar::kMayStep,
      .metrics = metrics,
      .since = extras.demo ? clock.Now() : base::TimePoint(),
      .pages_ordered = [this] { paging->Wake(); },
      .incident_changed =
          [this](const model::Incident& incident) {
            hub->Publish(incident.tenant, "incidents", api::IncidentPatch(incident));
            diagnosing->Notice(incident);
          },
      .anomaly_changed =
          [this](const model::Anomaly& anomaly) {
            hub->Publish(anomaly.tenant, "anomalies",
                         api::AnomalyPatch(anomaly, units->Of(anomaly)));
          }};
  alerting.Listen(parts);
  alerting.Apply(config);
  loop = std::make_unique<EngineLoop>(std::move(engine), std::move(parts));
  // The first tick may order a page: whom it goes to must be known by then.
  VEDETTE_TRY_VOID(paging->Apply(config.receivers));
  loop->SetOptions(config.incidents);
  loop->Start();
  replays->Start();
  return {};
}

base::Result<> Server::Parts::OpenHeartbeats() {
  VEDETTE_TRY(heartbeats, Heartbeats::Open({.state = *state,
                                            .clock = clock,
                                            .calendar_may_step = !extras.demo,
                                            .metrics = metrics,
                                            .client = *client,
                                            .findings = findings,
                                            .loop = *loop,
                                            .paging = *paging},
                                           config));
  heartbeats->Watch("intake", [this]() -> std::optional<std::string> {
    if (const base::Result<> room = free_space.Check(); !room.ok()) return room.error().message;
    if (telemetry->GetStats().writes_stopped) return "telemetry cannot be written";
    return std::nullopt;
  });
  heartbeats->Watch("detection", [this]() -> std::optional<std::string> {
    if (findings.size() < kFindingsMax) return std::nullopt;
    return "what detectors find is not taken by the incident engine";
  });
  heartbeats->Watch("rules", [this]() -> std::optional<std::string> {
    if (clock.Steady() - rule_loop->last_progress() < std::chrono::seconds(40)) return std::nullopt;
    return "rules are not evaluated";
  });
  heartbeats->Adopt(open_alerts);
  return {};
}

base::Result<> Server::Parts::OpenReleases() {
  VEDETTE_TRY(
      releases,
      Releases::Open({.state = *state,
                      .records = *records,
                      .series = *series,
                      .queries = *queries,
                      .findings = findings,
                      .metrics = metrics,
                      .clock = clock,
                      .hub = *hub,
                      .answer =
                          [this](const model::TenantName& tenant, const model::Evidence& question) {
                            return diagnosing->asker().Ask(tenant, question);
                          },
                      .tell = [this](auto alerts) -> base::Result<> {
                        VEDETTE_TRY_VOID(loop->Post(std::move(alerts)));
                        return {};
                      },
                      .ruled_out =
                          [this](const release::Release& release) {
                            return RuledOutBy(release, *journal, diagnosing->store(), *records);
                          }},
                     config));
  releases->Adopt(open_alerts);
  return {};
}

base::Result<> Server::Parts::OpenModels() {
  VEDETTE_TRY(models, Models::Open({.queries = *queries,
                                    .series = *series,
                                    .findings = findings,
                                    .clock = clock,
                                    .metrics = metrics,
                                    .calls =
                                        [this](const model::TenantName& tenant) {
                                          return CallsOf(*topology->snapshots().Now(tenant));
                                        }},
                                   ModelsPath(config.data_dir), config.models));
  models->Adopt(open_alerts);
  return {};
}

base::Result<> Server::Parts::OpenDiagnosing() {
  Diagnosing::Parts parts{
      .series = *series,
      .queries = *queries,
      .records = *records,
      .calls =
          [this](const model::TenantName& tenant, base::TimePoint from, base::TimePoint to) {
            topology::Snapshots* const graph = topology ? &topology->snapshots() : nullptr;
            return KnownCalls(*records, graph, tenant, from, to);
          },
      .judged = std::bind_front(&detect::events::Monitor::EventJson, event_monitor.get()),
      .anomalies = *anomalies,
      .journal = *journal,
      .database = *state,
      .clock = clock,
      .metrics = metrics,
      .made =
          [this](const model::TenantName& tenant, const std::string& incident, int64_t revision) {
            hub->Publish(tenant, "diagnoses", api::DiagnosisPatch(incident, revision));
          },
      .unit_of = {}};
  parts.unit_of = [this](const auto& tenant, std::string_view metric, bool as_rate) {
    return units->Of(tenant, metric, as_rate);
  };
  VEDETTE_TRY(diagnosing, Diagnosing::Open(std::move(parts), Diagnosing::Options()));
  diagnosing->SetImpactOptions(config.impact);
  return {};
}

base::Result<> Server::Parts::OpenTopology() {
  VEDETTE_TRY(topology, Topology::Open({.state = *state,
                                        .records = *records,
                                        .series = *series,
                                        .queries = *queries,
                                        .anomalies = *anomalies,
                                        .incidents = StatusSources().unresolved,
                                        .clock = clock,
                                        .metrics = metrics},
                                       config.topology));
  return {};
}

void Server::Parts::OpenIntake() {
  ingester = std::make_unique<ingest::Ingester>(
      *series, *records, clock, metrics, std::make_shared<const ingest::Limits>(config.limits),
      [this] { return free_space.Check(); });
  topology->Listen(*ingester);
  topology->Start();
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
    source_board.NoteOwn(tenant, batch);
    VEDETTE_TRY(const ingest::WriteReport report, ingester->Write(tenant, batch));
    if (report.refused() > 0) return base::InvalidArgument(report.first_refusal);
    return {};
  };
  io.steady = [this] { return clock.Steady(); };
  io.observe = [this, tenant](const rules::RecordRule& rule, base::TimePoint time) {
    rules::StoredRecords source(*records, tenant, [this] { return !rules_stopping.load(); });
    return rules::Observer(source).At(rule, time);
  };
  return io;
}

void Server::Parts::OpenRules() {
  self_reports = std::make_unique<SelfReports>(
      SelfReports::Parts{
          .sources = source_board,
          .series = *series,
          .rules = [this](const model::TenantName& tenant) { return rule_loop->Statuses(tenant); },
          .clock = clock,
          .findings = findings,
          .metrics = metrics,
          .state = state.get()},
      config.heartbeats.reports, config.rules);
  self_reports->Adopt(open_alerts);
  SelfReports::Listen(source_board, *ingester);
  rule_loop = std::make_unique<RuleLoop>(RuleLoop::Parts{
      .io = [this](const model::TenantName& tenant) { return RuleIo(tenant); },
      .bells = bells,
      .findings = findings,
      .clock = clock,
      .calendar_may_step = !extras.demo,
      .metrics = metrics,
      .open = std::move(open_alerts),
      .examples =
          [this](const auto& tenant, const auto& rule, const auto& labels, base::TimePoint time) {
            rules::StoredRecords source(*records, tenant);
            auto examples = rules::ExamplesOf(rule, source, labels, time);
            return examples.ok() ? *std::move(examples) : std::vector<rules::Example>();
          }});
  rule_tools = std::make_unique<RuleTools>(
      RuleTools::Parts{.series = *series,
                       .records = *records,
                       .queries = *queries,
                       .loop = *rule_loop,
                       .clock = clock,
                       .limits_in_force = [this] { return self_reports->limits(); }},
      config);
  notify_paths = std::make_unique<NotifyPaths>(
      NotifyPaths::Parts{
          .router = *page_router,
          .incidents = {*journal, *anomalies, *state,
                        [this](incident::Command command) {
                          return loop->Command(std::move(command));
                        }},
          .live = {.anomalies = *anomalies,
                   .series = *series,
                   .rules = [this](const auto& tenant) { return rule_loop->Statuses(tenant); },
                   .services = [this](const auto& tenant) { return ServicesOf(tenant); }},
          .version = std::string(kVersion),
          .started_at = started_at},
      config);
  rule_loop->Apply(config.rule_groups, RuleContextFor(config, config));
  rule_loop->Start();
}

}  // namespace vedette::app
