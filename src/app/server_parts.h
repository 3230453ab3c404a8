#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/dashboard_book.h"
#include "api/log_tail.h"
#include "api/metadata_book.h"
#include "api/router.h"
#include "api/status.h"
#include "api/stream_hub.h"
#include "api/units.h"
#include "app/alerting.h"
#include "app/diagnosing.h"
#include "app/engine_loop.h"
#include "app/feedback.h"
#include "app/free_space.h"
#include "app/heartbeats.h"
#include "app/models.h"
#include "app/notify_paths.h"
#include "app/paging.h"
#include "app/periodic.h"
#include "app/releases.h"
#include "app/replays.h"
#include "app/rule_loop.h"
#include "app/rule_tools.h"
#include "app/self_reports.h"
#include "app/server.h"
#include "app/simulations.h"
#include "app/size_retention.h"
#include "app/storage_watch.h"
#include "app/topology.h"
#include "auth/api_keys.h"
#include "base/bounded_queue.h"
#include "base/fair_pool.h"
#include "base/metrics.h"
#include "base/worker_pool.h"
#include "detect/adoption.h"
#include "detect/anomaly_store.h"
#include "detect/events/monitor.h"
#include "detect/metrics.h"
#include "detect/noise_budget.h"
#include "detect/rules/board.h"
#include "detect/source_board.h"
#include "detect/state_book.h"
#include "incident/journal/journal.h"
#include "kv/db.h"
#include "kv/keeper.h"
#include "net/client.h"
#include "net/server.h"
#include "query/engine.h"
#include "records/embedded_store.h"
#include "rules/bells.h"
#include "series/engine.h"
#include "sources/scrape/scraper.h"
#include "sql/database.h"

namespace vedette::app {

// What a server is made of, for its own files only: server.cc (start, reload, stop), server_open.cc
// (the parts, from the stores up), server_routes.cc (the route table) and server_chores.cc (what
// happens by the clock). The members stand in the order in which they are made, and end in reverse.
struct Server::Parts {
  static constexpr size_t kFindingsMax = 65'536;  // anomaly reports on their way to the engine

  Parts(Config c, const base::Clock& k, Extras e) : config(std::move(c)), clock(k), extras(e) {}

  // server_open.cc, in this order.
  base::Result<> OpenStores();
  base::Result<> OpenDetection();
  base::Result<> OpenDiagnosing();
  base::Result<> OpenPaging();
  base::Result<> OpenHeartbeats();
  base::Result<> OpenReleases();
  base::Result<> OpenModels();
  base::Result<> OpenTopology();
  void OpenIntake();
  void OpenRules();
  rules::EvaluationIo RuleIo(const model::TenantName& tenant);

  // server_routes.cc
  base::Result<> Listen();
  PagingDesk Desk();
  std::vector<api::Route> IntakeRoutes();
  std::vector<api::Route> QueryRoutes();
  std::vector<api::Route> Routes();  // those and the others
  std::vector<std::string> ServicesOf(const model::TenantName& tenant) const;
  api::FamilyMetadataSink NoteMetadata();
  api::StatusBoard::Sources StatusSources();

  // server_chores.cc
  void HoldBack();  // what is to be muted or to wait, before anything can be paged
  void AddChores();
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
  std::unique_ptr<detect::rules::RuleBoard> rule_board;
  std::unique_ptr<Feedback> feedback;
  detect::SourceBoard source_board;
  std::unique_ptr<detect::StateBook> learnt;
  rules::Bells bells;
  std::unique_ptr<series::Engine> series;
  std::unique_ptr<records::EmbeddedStore> records;
  std::unique_ptr<SizeRetention> size_retention;
  std::unique_ptr<StorageWatch> storage_watch;
  std::unique_ptr<query::QueryLog> query_log;
  std::unique_ptr<query::Engine> queries;
  std::unique_ptr<api::MetadataBook> metadata;
  std::unique_ptr<api::Units> units;
  std::unique_ptr<api::DashboardBook> dashboards;

  std::unique_ptr<net::HttpClient> client;
  std::unique_ptr<api::StreamHub> hub;
  std::unique_ptr<api::LogTail> log_tail;
  std::unique_ptr<incident::journal::Journal> journal;
  std::unique_ptr<Diagnosing> diagnosing;
  std::unique_ptr<PageRouter> page_router;
  std::unique_ptr<Replays> replays;
  Simulations simulations;
  Alerting alerting{clock};
  std::unique_ptr<EngineLoop> loop;
  std::unique_ptr<Paging> paging;
  std::unique_ptr<Heartbeats> heartbeats;
  std::unique_ptr<Releases> releases;
  std::unique_ptr<Models> models;

  std::unique_ptr<Topology> topology;
  std::unique_ptr<ingest::Ingester> ingester;
  std::unique_ptr<sources::scrape::Scraper> scraper;
  std::vector<model::Anomaly> open_alerts;  // of rules, when the last run ended
  std::atomic<bool> rules_stopping{false};
  std::unique_ptr<RuleLoop> rule_loop;
  std::unique_ptr<RuleTools> rule_tools;
  std::unique_ptr<NotifyPaths> notify_paths;
  std::unique_ptr<SelfReports> self_reports;
  std::unique_ptr<api::StatusBoard> board;
  std::unique_ptr<base::WorkerPool> workers;
  std::unique_ptr<base::FairPool> query_workers;
  std::unique_ptr<api::Router> router;
  std::unique_ptr<net::HttpServer> http;
  Periodic chores;
};

}  // namespace vedette::app
