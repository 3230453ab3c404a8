#include "app/config.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <thread>
#include <utility>

#include "app/config_alerting.h"
#include "app/config_oncall.h"
#include "app/config_sections.h"
#include "app/senders.h"
#include "base/duration.h"
#include "base/files.h"
#include "rules/file_pattern.h"
#include "yaml/limits.h"

namespace vedette::app {
namespace {

constexpr int64_t kCountMax = int64_t{1} << 40;

void ReadServer(yaml::YamlReader& root, Config& config) {
  std::string listen;
  if (root.Read("listen", listen)) {
    const base::Result<> parsed = ParseListen(listen, config.server);
    if (!parsed.ok()) root.Problem("listen", parsed.error().message);
  }
  root.Read("data_dir", config.data_dir);
  root.Read("external_url", config.external_url);
  root.ReadSection("tls", [&](yaml::YamlReader& tls) {
    tls.Read("certificate_file", config.server.certificate_file);
    tls.Read("key_file", config.server.key_file);
    if (config.server.certificate_file.empty() != config.server.key_file.empty()) {
      tls.Problem("", "certificate_file and key_file go together");
    }
  });
  root.ReadSection("auth", [&](yaml::YamlReader& auth) {
    size_t mode = 0;
    if (auth.ReadChoice("mode", {"loopback-open", "required"}, mode)) {
      config.loopback_open = mode == 0;
    }
  });
  root.ReadSection("log", [&](yaml::YamlReader& log) {
    size_t level = 1;
    if (log.ReadChoice("level", {"debug", "info", "warning", "error"}, level)) {
      config.log_level = static_cast<base::LogLevel>(level);
    }
  });
}

void ReadStorage(yaml::YamlReader& storage, StorageConfig& out) {
  storage.Read("retention", out.retention);
  const auto read_own = [&](const char* key, std::optional<base::Duration>& own) {
    base::Duration retention{0};
    if (storage.Read(key, retention)) own = retention;
  };
  read_own("retention_logs", out.retention_logs);
  read_own("retention_events", out.retention_events);
  read_own("retention_changes", out.retention_changes);
  read_own("retention_spans", out.retention_spans);
  if (storage.Read("idle_after", out.idle_after) && out.idle_after.count() != 0 &&
      (out.idle_after < std::chrono::minutes(10) || out.idle_after > std::chrono::days(30))) {
    storage.Problem("idle_after", "must be between 10m and 30d, or 0s for never");
  }
  storage.ReadSection("rollups", [&](yaml::YamlReader& rollups) {
    rollups.Read("enabled", out.rollups);
    rollups.Read("retention_1m", out.rollup_retention[0]);
    rollups.Read("retention_5m", out.rollup_retention[1]);
    rollups.Read("retention_1h", out.rollup_retention[2]);
  });
  size_t durability = 0;
  if (storage.ReadChoice("durability", {"default", "sync"}, durability)) {
    out.durability = durability == 0 ? kv::Durability::kProcess : kv::Durability::kMachine;
  }
  auto max_bytes = static_cast<int64_t>(out.max_bytes);
  storage.Read("max_bytes", max_bytes, 0, INT64_MAX);
  out.max_bytes = static_cast<uint64_t>(max_bytes);
  auto min_free_bytes = static_cast<int64_t>(out.min_free_bytes);
  storage.Read("min_free_bytes", min_free_bytes, 0, INT64_MAX);
  out.min_free_bytes = static_cast<uint64_t>(min_free_bytes);
  auto exemplars_max = static_cast<int64_t>(out.exemplars_max);
  storage.Read("exemplars_max", exemplars_max, 0, 100'000'000);
  out.exemplars_max = static_cast<uint64_t>(exemplars_max);
  int64_t shards = out.shards;
  storage.Read("shards", shards, 1, 256);
  out.shards = static_cast<uint32_t>(shards);
}

void ReadPagingRetention(yaml::YamlReader& storage, PagingRetention& out) {
  const std::pair<const char*, base::Duration*> keys[] = {{"retention_inputs", &out.inputs},
                                                          {"retention_trail", &out.trail},
                                                          {"retention_outbox", &out.outbox},
                                                          {"retention_ledger", &out.ledger}};
  for (const auto& [key, retention] : keys) {
    if (storage.Read(key, *retention) && retention->count() != 0 &&
        *retention < std::chrono::hours(24)) {
      storage.Problem(key, "must be at least 1d, or 0s for ever");
    }
  }
  storage.Read("inputs_max_bytes", out.inputs_bytes_max, 1 << 20, INT64_MAX);
}

void ReadIngest(yaml::YamlReader& ingest, ingest::TenantLimits& out) {
  std::string window;
  if (ingest.Read("out_of_order_window", window)) {
    const base::Result<base::Duration> duration = base::ParseDuration(window);
    out.unlimited_out_of_order = window == "unlimited";
    if (duration.ok()) {
      out.out_of_order_window = *duration;
    } else if (!out.unlimited_out_of_order) {
      ingest.Problem("out_of_order_window", duration.error().message, "or write unlimited");
    }
  }
  ingest.Read("max_future", out.max_future);
}

// Reads a count into whatever integer the module uses.
template <typename Integer>
void ReadCount(yaml::YamlReader& reader, std::string_view key, Integer& out, int64_t low = 1,
               int64_t high = kCountMax) {
  int64_t number = 0;
  if (reader.Read(key, number, low, high)) out = static_cast<Integer>(number);
}

void ReadTenantLimits(yaml::YamlReader& limits, ingest::TenantLimits& out) {
  limits.Read("samples_per_second", out.samples_per_second, 0, 1e12);
  limits.Read("logs_per_second", out.logs_per_second, 0, 1e12);
  limits.Read("events_per_second", out.events_per_second, 0, 1e12);
  limits.Read("changes_per_second", out.changes_per_second, 0, 1e12);
  limits.Read("spans_per_second", out.spans_per_second, 0, 1e12);
  limits.Read("burst_seconds", out.burst_seconds, 1, 3600);
  ReadCount(limits, "series_max", out.max_series);
  // The readers of the formats have the same limits, and go no further.
  const ingest::TenantLimits standard;
  const std::pair<std::string_view, size_t ingest::TenantLimits::*> of_labels[] = {
      {"labels_max", &ingest::TenantLimits::labels_max},
      {"label_name_bytes_max", &ingest::TenantLimits::label_name_bytes_max},
      {"label_value_bytes_max", &ingest::TenantLimits::label_value_bytes_max}};
  for (const auto& [key, limit] : of_labels) {
    ReadCount(limits, key, out.*limit, 1, static_cast<int64_t>(standard.*limit));
  }
  ReadCount(limits, "record_bytes_max", out.record_bytes_max);
}

void ReadLimits(yaml::YamlReader& limits, Config& config) {
  ReadTenantLimits(limits, config.limits.standard);
  ReadCount(limits, "tenants_max", config.limits.tenants_max);
  ReadCount(limits, "body_bytes_max", config.server.body_bytes_max, 1024);
  int64_t connections = config.server.max_connections;
  limits.Read("connections_max", connections, 1, 1'000'000);
  config.server.max_connections = static_cast<int>(connections);
  limits.Read("query_timeout", config.query.timeout);
  ReadCount(limits, "query_samples_max", config.query.samples_max);
  ReadCount(limits, "query_bytes_max", config.query.bytes_max);
  ReadCount(limits, "query_series_max", config.query.series_max);
  limits.Read("query_slow", config.query_log.slow);
  ReadCount(limits, "queries_running", config.queries_running);
}

void ReadIncidents(yaml::YamlReader& incidents, incident::EngineOptions& out) {
  incidents.Read("group_window", out.group_window);
  incidents.Read("group_across_services", out.group_across_services);
  incidents.Read("across_window", out.across_window);
  incidents.Read("across_span_max", out.across_span_max);
  incidents.Read("resolve_after", out.resolve_after);
  incidents.Read("reopen_window", out.reopen_window);
  incidents.Read("reopened_page_after", out.reopened_page_after);
  incidents.Read("repeat_interval", out.repeat_interval);
  incidents.Read("page_acknowledged", out.page_acknowledged);
  incidents.Read("flap_pages_max", out.flap_pages_max, 0, 1'000'000);
  incidents.Read("flap_window", out.flap_window);
  incidents.Read("resolve_timeout", out.resolve_timeout);
  incidents.Read("silence_warning", out.silence_warning);
  incidents.Read("hold_downstream", out.hold_downstream);
  const std::vector<std::string> severities = {"info", "warning", "critical"};
  size_t severity = 0;
  if (incidents.ReadChoice("open_severity", severities, severity)) {
    out.open_severity = static_cast<model::Severity>(severity);
  }
  if (incidents.ReadChoice("page_severity", severities, severity)) {
    out.page_severity = static_cast<model::Severity>(severity);
  }
  if (incidents.ReadChoice("alert_page_severity", severities, severity)) {
    out.alert_page_severity = static_cast<model::Severity>(severity);
  }
}

void ReadPatterns(yaml::YamlReader& reader, const std::string& key, const std::string& folder,
                  const model::TenantName& tenant, Config& config) {
  std::vector<std::string> patterns;
  if (!reader.Read(key, patterns)) return;
  for (size_t i = 0; i < patterns.size(); ++i) {
    std::string& pattern = patterns[i];
    pattern = (std::filesystem::path(folder) / pattern).string();
    if (folder == kNoFolder) continue;
    const auto found = rules::FilesOf(pattern);
    if (!found.ok()) reader.Problem(fmt::format("{}[{}]", key, i), found.error().message);
  }
  config.rule_files[tenant] = std::move(patterns);
}

// What Prometheus has in `global` for rules, rule_files, and those of other tenants.
void ReadRuleFiles(yaml::YamlReader& root, const std::string& folder, Config& config) {
  ReadPatterns(root, "rule_files", folder, model::TenantName(model::kDefaultTenant), config);
  root.ReadSection("tenant_rule_files", [&](yaml::YamlReader& tenants) {
    for (const std::string& tenant : tenants.Keys()) {
      ReadPatterns(tenants, tenant, folder, tenant, config);
      if (!model::IsValidTenantName(tenant)) tenants.Problem(tenant, "is no name of a tenant");
      if (tenant == model::kDefaultTenant) {
        tenants.Problem(tenant, "the rule files of this tenant are rule_files");
      }
    }
  });
  rules::RuleContext& context = config.rule_context;
  root.Read("evaluation_interval", context.interval);
  if (context.interval < std::chrono::seconds(1)) {
    root.Problem("evaluation_interval", "must be at least 1s");
  }
  root.Read("rule_query_offset", context.query_offset);
  root.Read("rules_on_ingest", context.on_ingest);
  std::vector<std::pair<std::string, std::string>> labels;
  root.ReadTexts("external_labels", [&](const std::string& name, const std::string& value) {
    labels.emplace_back(name, value);
  });
  if (!labels.empty()) context.external_labels = model::Labels(std::move(labels));
}

// A module's own check of options that were each in range.
void Check(yaml::YamlReader& root, std::string_view section, const base::Result<>& valid) {
  if (!valid.ok()) root.Problem(section, valid.error().message);
}

std::optional<std::string> Environment(std::string_view name) {
  const char* value = getenv(std::string(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

base::Result<> ParseListen(std::string_view text, net::ServerOptions& out) {
  const size_t colon = text.rfind(':');
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text =
      colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  uint16_t port = 0;
  const auto [end, error] =
      std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (error != std::errc() || end != port_text.data() + port_text.size()) {
    return base::InvalidArgument(
        fmt::format("\"{}\" is no address: write host:port, for instance 127.0.0.1:8000", text));
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  out.host = host.empty() ? "0.0.0.0" : std::string(host);
  out.port = port;
  return {};
}

namespace {

void AddScrapeJob(yaml::YamlReader& reader, const std::string& folder, Config& config) {
  sources::scrape::JobConfig job = ReadScrapeJob(reader, folder);
  const bool twice = std::ranges::any_of(config.scrape_jobs, [&](const auto& other) {
    return other.job_name == job.job_name && other.tenant == job.tenant;
  });
  if (twice && !job.job_name.empty()) {
    reader.Problem("job_name", fmt::format("there are two jobs \"{}\"", job.job_name));
  }
  config.scrape_jobs.push_back(std::move(job));
}

}  // namespace

Config ReadConfig(std::string_view text, const std::string& folder,
                  const yaml::EnvironmentLookup& environment,
                  std::vector<yaml::Diagnostic>& problems, Config config) {
  yaml::ReadYaml(text, environment, problems, [&](yaml::YamlReader& root) {
    ReadServer(root, config);
    ReadRuleFiles(root, folder, config);
    root.ReadSection("storage", [&](yaml::YamlReader& r) {
      ReadStorage(r, config.storage);
      ReadPagingRetention(r, config.paging_retention);
    });
    root.ReadSection("ingest", [&](yaml::YamlReader& r) {
      ReadIngest(r, config.limits.standard);
      config.limits.relabel = ReadRelabelling(r, "relabel_configs");
    });
    root.ReadSection("otlp", [&](yaml::YamlReader& r) { ReadOtlp(r, config.otlp); });
    root.ReadSection("limits", [&](yaml::YamlReader& r) { ReadLimits(r, config); });
    root.ReadSection("detection", [&](yaml::YamlReader& r) { ReadDetection(r, config.detection); });
    root.ReadSection("impact", [&](yaml::YamlReader& r) { ReadImpact(r, config.impact); });
    root.ReadSection("event_rules",
                     [&](yaml::YamlReader& r) { ReadEventRules(r, config.event_rules); });
    root.ReadSection("models", [&](yaml::YamlReader& r) { ReadModels(r, config.models); });
    root.ReadSection("releases", [&](yaml::YamlReader& r) { ReadReleases(r, config.releases); });
    std::vector<ComparisonConfig> comparisons;
    if (root.ReadList("comparisons",
                      [&](yaml::YamlReader& r) { comparisons.push_back(ReadComparison(r)); })) {
      config.comparisons = std::move(comparisons);
    }
    const size_t known = problems.size();
    root.ReadSection("rules",
                     [&](yaml::YamlReader& r) { ReadRules(r, config.rules, config.catalog); });
    if (problems.size() == known) {  // a rule that could not be read lacks what is in the text
      const auto rules = detect::rules::RuleSet::Create(config.rules);
      if (!rules.ok()) root.Problem("rules", rules.error().message);
    }
    root.ReadSection("incidents", [&](yaml::YamlReader& r) { ReadIncidents(r, config.incidents); });
    root.ReadSection("notify", [&](yaml::YamlReader& r) {
      ReadReceivers(r, folder, config.receivers);
      ReadAlerting(r, config.incidents, config.maintenance);
      ReadOnCall(r, config.receivers, config.plan);
    });
    root.ReadSection("intake", [&](yaml::YamlReader& r) { ReadIntake(r, folder, config.senders); });
    root.ReadSection("heartbeats",
                     [&](yaml::YamlReader& r) { ReadHeartbeats(r, folder, config.heartbeats); });
    root.ReadSection("topology", [&](yaml::YamlReader& r) { ReadTopology(r, config.topology); });
    ReadTopologyFile(root, folder, config.topology);
    root.ReadSection("changes",
                     [&](yaml::YamlReader& r) { ReadChanges(r, folder, config.change_webhooks); });
    root.ReadList("scrape_configs", [&](yaml::YamlReader& r) { AddScrapeJob(r, folder, config); });
    Check(root, "limits", config.limits.Validate());
    Check(root, "limits", config.query.Validate());
    Check(root, "detection", detect::Validate(config.detection));
  });
  return config;
}

base::Result<Config> LoadConfig(const std::string& path, Config defaults) {
  if (path.empty()) return defaults;
  VEDETTE_TRY(const std::string text, base::ReadFile(path, yaml::kDocumentBytesMax));
  std::vector<yaml::Diagnostic> problems;
  const std::string folder = std::filesystem::path(path).parent_path().string();
  Config config =
      ReadConfig(text, folder.empty() ? "." : folder, Environment, problems, std::move(defaults));
  if (problems.empty()) {
    // What the machine decides, so that the same file read again is the same configuration.
    if (config.query.helpers == 0) {
      config.query.helpers = std::max(2U, std::thread::hardware_concurrency()) - 1;
    }
    config.rule_groups.clear();
    for (const auto& [tenant, patterns] : config.rule_files) {
      VEDETTE_TRY(rules::LoadedRules loaded, rules::LoadRuleFiles(patterns));
      for (const std::string& warning : loaded.warnings) base::LogWarning(warning);
      for (rules::RuleGroup& group : loaded.groups) {
        group.tenant = tenant;
        config.rule_groups.push_back(std::move(group));
      }
    }
    return config;
  }
  std::string message;
  for (const yaml::Diagnostic& problem : problems) {
    message += (message.empty() ? "" : "\n") + problem.ToString(path);
  }
  return base::InvalidArgument(std::move(message));
}

}  // namespace vedette::app
