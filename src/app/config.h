#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config_changes.h"
#include "app/config_comparisons.h"
#include "app/config_heartbeats.h"
#include "app/config_models.h"
#include "app/config_topology.h"
#include "app/maintenance.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "detect/events/monitor.h"
#include "detect/options.h"
#include "detect/rules/rule.h"
#include "diagnose/live/impact.h"
#include "incident/state.h"
#include "ingest/limits.h"
#include "kv/db.h"
#include "model/tenant.h"
#include "net/server.h"
#include "notify/delivery/receiver.h"
#include "notify/routing/plan.h"
#include "query/engine.h"
#include "query/query_log.h"
#include "release/options.h"
#include "rules/group.h"
#include "rules/rule.h"
#include "sources/otlp/metrics.h"
#include "sources/scrape/config.h"
#include "sources/senders/mapping.h"
#include "yaml/reader.h"

namespace vedette::app {

struct StorageConfig {
  base::Duration retention = std::chrono::hours(24 * 90);  // 0: for ever
  // Of records, where it differs from `retention`.
  std::optional<base::Duration> retention_logs;
  std::optional<base::Duration> retention_events;
  std::optional<base::Duration> retention_changes;
  std::optional<base::Duration> retention_spans;
  // Series without samples for so long leave memory; 0: never.
  base::Duration idle_after = std::chrono::hours(2);
  // Of roll-ups of 1 min, 5 min and 1 h; 0: none are made.
  bool rollups = true;
  std::array<base::Duration, 3> rollup_retention = {base::Duration(0), std::chrono::hours(24 * 400),
                                                    std::chrono::hours(24 * 400)};
  // What the store is to do: all 0 without `rollups`.
  std::array<base::Duration, 3> RollupRetention() const {
    return rollups ? rollup_retention : std::array<base::Duration, 3>{};
  }
  kv::Durability durability = kv::Durability::kProcess;
  uint64_t max_bytes = 0;  // of the telemetry on disk; 0: no limit
  // What must be free on the disk for telemetry to be taken; 0: no limit.
  uint64_t min_free_bytes = 64 << 20;
  uint64_t exemplars_max = 100'000;  // in memory, all tenants together
  uint32_t shards = 0;  // 0: one per hardware thread; fixed once the data folder exists
  friend bool operator==(const StorageConfig&, const StorageConfig&) = default;
};

// How long what the paging core took in and told is kept; 0: for ever.
struct PagingRetention {
  base::Duration inputs = std::chrono::hours(24 * 35);   // of the incident engine, for replays
  int64_t inputs_bytes_max = int64_t{1} << 30;           // beyond, the oldest go earlier
  base::Duration trail = std::chrono::hours(24 * 400);   // why somebody was told, or nobody
  base::Duration outbox = std::chrono::hours(24 * 90);   // messages that have arrived or failed
  base::Duration ledger = std::chrono::hours(24 * 400);  // the proof
};

// Everything a person can set, with its default. The types belong to the modules that use them;
// docs/guide/configuration.md explains each key.
struct Config {
  net::ServerOptions server{.host = "127.0.0.1", .port = 8000};
  std::string data_dir = "data";
  std::string external_url;  // for links in pages; empty: made from `listen`
  base::LogLevel log_level = base::LogLevel::kInfo;
  bool loopback_open = true;  // auth.mode
  StorageConfig storage;
  ingest::Limits limits;
  sources::otlp::MetricsOptions otlp;
  query::EngineOptions query;
  query::QueryLogOptions query_log;
  size_t queries_running = 4;  // at a time; one thread each
  std::vector<sources::scrape::JobConfig> scrape_jobs;
  detect::DetectorOptions detection;
  diagnose::live::ImpactOptions impact;
  detect::events::MonitorOptions event_rules;
  release::Options releases;
  std::vector<ComparisonConfig> comparisons = DefaultComparisons();
  ModelsConfig models;
  std::vector<detect::rules::Rule> rules = detect::rules::DefaultRules();
  bool catalog = true;  // and the limits of well-known metrics: catalog.h
  // Patterns of Prometheus' rule files, of each tenant that has any.
  std::map<model::TenantName, std::vector<std::string>> rule_files;
  std::vector<rules::RuleGroup> rule_groups;  // what they hold: LoadConfig reads them
  rules::RuleContext rule_context;            // but its URL, which is external_url
  TopologyConfig topology;
  api::ChangeWebhookOptions change_webhooks;
  incident::EngineOptions incidents;
  std::vector<MaintenanceWindow> maintenance;
  std::vector<notify::delivery::Receiver> receivers;
  notify::routing::Plan plan;  // who of them is told of what
  PagingRetention paging_retention;
  HeartbeatConfig heartbeats;
  std::vector<sources::senders::Mapping> senders;  // people's own, beside those that ship
};

// In place of a folder: no file is read, and a secret that stands in one counts as given.
inline constexpr std::string_view kNoFolder = "";
inline constexpr std::string_view kUnreadSecret = "https://secret.invalid";

// Reads a configuration. What is wrong goes to `problems` with its place; the result is of use only
// when there are none. Keys that the text leaves out stay as in `config`. Paths in the text are
// relative to `folder`. Reads the secret files that the text names.
Config ReadConfig(std::string_view text, const std::string& folder,
                  const yaml::EnvironmentLookup& environment,
                  std::vector<yaml::Diagnostic>& problems, Config config = {});

// Reads a file; an empty path gives the defaults. The error's message has one line per problem:
// "file:line:column: message (hint)".
base::Result<Config> LoadConfig(const std::string& path, Config defaults = {});

// "host:port", "[::1]:port" or ":port" into the server's options.
base::Result<> ParseListen(std::string_view text, net::ServerOptions& out);

}  // namespace vedette::app
