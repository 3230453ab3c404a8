#include "app/facts.h"

#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/duration.h"

namespace vedette::app {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

Settings SettingsOf(const Config& config) {
  const ingest::TenantLimits& limits = config.limits.standard;
  return {
      {"auth.mode", config.loopback_open ? "loopback-open" : "required"},
      {"data_dir", config.data_dir},
      {"limits.body_bytes_max", fmt::to_string(config.server.body_bytes_max)},
      {"limits.connections_max", fmt::to_string(config.server.max_connections)},
      {"limits.labels_max", fmt::to_string(limits.labels_max)},
      {"limits.queries_running", fmt::to_string(config.queries_running)},
      {"limits.query_bytes_max", fmt::to_string(config.query.bytes_max)},
      {"limits.query_samples_max", fmt::to_string(config.query.samples_max)},
      {"limits.query_series_max", fmt::to_string(config.query.series_max)},
      {"limits.query_slow", base::FormatDuration(config.query_log.slow)},
      {"limits.query_timeout", base::FormatDuration(config.query.timeout)},
      {"limits.record_bytes_max", fmt::to_string(limits.record_bytes_max)},
      {"limits.tenants_max", fmt::to_string(config.limits.tenants_max)},
      {"listen", fmt::format("{}:{}", config.server.host, config.server.port)},
      {"storage.retention", base::FormatDuration(config.storage.retention)},
      {"storage.shards", fmt::to_string(config.storage.shards)},
  };
}

// The flat keys as nested YAML; keys are sorted, so sections stay together.
std::string YamlOf(const Settings& settings) {
  std::string yaml;
  std::string section;
  for (const auto& [key, value] : settings) {
    const size_t dot = key.find('.');
    if (dot == std::string::npos) {
      yaml += fmt::format("{}: {}\n", key, value);
      continue;
    }
    if (key.substr(0, dot) != section) {
      section = key.substr(0, dot);
      yaml += section + ":\n";
    }
    yaml += fmt::format("  {}: {}\n", key.substr(dot + 1), value);
  }
  return yaml;
}

// Names and times of the scrape jobs; where they go may be nobody's business.
std::string JobsOf(const Config& config) {
  if (config.scrape_jobs.empty()) return "";
  std::string yaml = "scrape_configs:\n";
  for (const auto& job : config.scrape_jobs) {
    yaml += fmt::format("  - job_name: {}\n    scrape_interval: {}\n    scrape_timeout: {}\n",
                        job.job_name, base::FormatDuration(job.scrape_interval),
                        base::FormatDuration(job.scrape_timeout));
  }
  return yaml;
}

}  // namespace

api::ServerFacts FactsOf(const Config& config, base::TimePoint started_at,
                         base::TimePoint configured_at) {
  api::ServerFacts facts;
  facts.started_at = started_at;
  facts.configured_at = configured_at;
  facts.data_dir = config.data_dir;
  if (config.storage.retention.count() > 0) {
    facts.retention = base::FormatDuration(config.storage.retention);
  }
  facts.settings = SettingsOf(config);
  facts.config = YamlOf(facts.settings) + JobsOf(config);
  return facts;
}

std::string NeedRestart(const Config& a, const Config& b) {
  std::string sections;
  const auto compare = [&](std::string_view section, bool same) {
    if (!same) sections += (sections.empty() ? "" : ", ") + std::string(section);
  };
  compare("listen", a.server.host == b.server.host && a.server.port == b.server.port);
  compare("data_dir", a.data_dir == b.data_dir);
  compare("external_url", a.external_url == b.external_url);
  compare("auth", a.loopback_open == b.loopback_open);
  compare("storage", a.storage == b.storage);
  compare("limits of bodies, connections and queries",
          a.server.body_bytes_max == b.server.body_bytes_max &&
              a.server.max_connections == b.server.max_connections && a.query == b.query);
  compare("detection", a.detection == b.detection);
  compare("topology", a.topology.atlas == b.topology.atlas);
  compare("changes", a.change_webhooks == b.change_webhooks);
  return sections;
}

std::string ExternalUrl(const Config& config) {
  if (!config.external_url.empty()) return config.external_url;
  const char* scheme = config.server.certificate_file.empty() ? "http" : "https";
  std::string host = config.server.host;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  if (host == "0.0.0.0" || host == "[::]") host = "localhost";
  return fmt::format("{}://{}:{}", scheme, host, config.server.port);
}

}  // namespace vedette::app
