#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fmt/core.h>
#include <optional>
#include <string_view>
#include <utility>

#include "app/config_sections.h"

namespace vedette::app {
namespace {

using sources::scrape::Access;
using sources::scrape::FileDiscovery;
using sources::scrape::HttpDiscovery;
using sources::scrape::JobConfig;
using sources::scrape::TargetGroup;

// "16777216", "512KB", "16MB": Prometheus' sizes, in powers of 1024.
std::optional<size_t> ParseBytes(std::string_view text) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  constexpr std::array<std::pair<std::string_view, int>, 8> kUnits = {{{"", 0},
                                                                       {"B", 0},
                                                                       {"KB", 10},
                                                                       {"KiB", 10},
                                                                       {"MB", 20},
                                                                       {"MiB", 20},
                                                                       {"GB", 30},
                                                                       {"GiB", 30}}};
  for (const auto& [name, shift] : kUnits) {
    if (name == unit && number <= (SIZE_MAX >> shift)) return number << shift;
  }
  return std::nullopt;
}

std::string Resolve(const std::string& folder, const std::string& path) {
  return path.empty() ? path : (std::filesystem::path(folder) / path).string();
}

TargetGroup ReadGroup(yaml::YamlReader& reader) {
  TargetGroup group;
  reader.Read("targets", group.targets);
  reader.ReadTexts("labels", [&](const std::string& name, const std::string& value) {
    group.labels.emplace_back(name, value);
  });
  return group;
}

FileDiscovery ReadDiscovery(yaml::YamlReader& reader, const std::string& folder) {
  FileDiscovery discovery;
  reader.Read("files", discovery.files);
  for (std::string& file : discovery.files) file = Resolve(folder, file);
  reader.Read("refresh_interval", discovery.refresh_interval);
  return discovery;
}

void ReadAccess(yaml::YamlReader& reader, const std::string& folder, Access& access) {
  const auto read_file = [&](yaml::YamlReader& section, std::string_view key, std::string& path) {
    section.Read(key, path);
    path = Resolve(folder, path);
  };
  reader.ReadSection("basic_auth", [&](yaml::YamlReader& auth) {
    auth.Read("username", access.username);
    auth.Read("password", access.password);
    read_file(auth, "password_file", access.password_file);
  });
  reader.ReadSection("authorization", [&](yaml::YamlReader& auth) {
    auth.Read("type", access.authorization_type);
    auth.Read("credentials", access.credentials);
    read_file(auth, "credentials_file", access.credentials_file);
  });
  reader.Read("bearer_token", access.credentials);
  std::string token_file;
  read_file(reader, "bearer_token_file", token_file);
  if (!token_file.empty()) access.credentials_file = token_file;
  reader.ReadSection("tls_config", [&](yaml::YamlReader& tls) {
    read_file(tls, "ca_file", access.tls.ca_file);
    read_file(tls, "cert_file", access.tls.cert_file);
    read_file(tls, "key_file", access.tls.key_file);
    tls.Read("server_name", access.tls.server_name);
    tls.Read("insecure_skip_verify", access.tls.insecure_skip_verify);
  });
  reader.Read("follow_redirects", access.follow_redirects);
}

HttpDiscovery ReadHttpDiscovery(yaml::YamlReader& reader, const std::string& folder) {
  HttpDiscovery discovery;
  reader.Read("url", discovery.url);
  reader.Read("refresh_interval", discovery.refresh_interval);
  ReadAccess(reader, folder, discovery.access);
  return discovery;
}

uint64_t ReadCount(yaml::YamlReader& reader, std::string_view key) {
  int64_t count = 0;
  reader.Read(key, count, 0, int64_t{1} << 40);
  return static_cast<uint64_t>(count);
}

// One step, or nothing when it is no good, which the reader then knows.
std::optional<relabel::Config> ReadStep(yaml::YamlReader& reader) {
  relabel::Config step;
  reader.Read("source_labels", step.source_labels);
  reader.ReadVerbatim("separator", step.separator);
  reader.ReadVerbatim("target_label", step.target_label);
  reader.ReadVerbatim("regex", step.regex);
  reader.ReadVerbatim("replacement", step.replacement);
  step.modulus = ReadCount(reader, "modulus");
  std::string action;
  if (reader.Read("action", action)) {
    const auto known = relabel::ParseAction(action);
    if (!known) {
      reader.Problem("action", fmt::format("\"{}\" is no action of relabelling", action));
      return std::nullopt;
    }
    step.action = *known;
  }
  const base::Result<relabel::Rules> compiled = relabel::Rules::Compile({step});
  if (compiled.ok()) return step;
  std::string_view message = compiled.error().message;
  if (message.starts_with("step 1: ")) message.remove_prefix(8);
  reader.Problem("", std::string(message));
  return std::nullopt;
}

}  // namespace

relabel::Rules ReadRelabelling(yaml::YamlReader& reader, std::string_view key) {
  std::vector<relabel::Config> steps;
  reader.ReadList(key, [&](yaml::YamlReader& r) {
    if (auto step = ReadStep(r)) steps.push_back(*std::move(step));
  });
  base::Result<relabel::Rules> rules = relabel::Rules::Compile(steps);
  if (rules.ok()) return *std::move(rules);
  reader.Problem(key, rules.error().message);
  return {};
}

namespace {

void ReadProtocols(yaml::YamlReader& reader, JobConfig& job) {
  std::vector<std::string> names;
  reader.Read("scrape_protocols", names);
  for (const std::string& name : names) {
    if (const auto protocol = sources::scrape::ParseProtocol(name)) {
      job.scrape_protocols.push_back(*protocol);
    } else {
      reader.Problem("scrape_protocols", fmt::format("\"{}\" is none that is understood", name),
                     "write PrometheusProto, OpenMetricsText1.0.0, PrometheusText1.0.0 or "
                     "PrometheusText0.0.4");
    }
  }
  reader.Read("scrape_native_histograms", job.scrape_native_histograms);
  reader.Read("always_scrape_classic_histograms", job.always_scrape_classic_histograms);
}

void ReadLimits(yaml::YamlReader& reader, JobConfig& job) {
  job.sample_limit = ReadCount(reader, "sample_limit");
  job.label_limit = ReadCount(reader, "label_limit");
  job.label_name_length_limit = ReadCount(reader, "label_name_length_limit");
  job.label_value_length_limit = ReadCount(reader, "label_value_length_limit");
  job.target_limit = ReadCount(reader, "target_limit");
  std::string size;
  if (reader.Read("body_size_limit", size)) {
    const std::optional<size_t> bytes = ParseBytes(size);
    if (bytes && *bytes > 0) {
      job.body_size_limit = *bytes;
    } else {
      reader.Problem("body_size_limit", fmt::format("\"{}\" is no size", size), "write 16MB");
    }
  }
}

// Whether there is one. To Prometheus 0 says as much as nothing.
bool ReadPositive(yaml::YamlReader& reader, std::string_view key, base::Duration& out) {
  base::Duration read{0};
  if (!reader.Read(key, read) || read.count() == 0) return false;
  out = read;
  return true;
}

}  // namespace

JobConfig ReadScrapeJob(yaml::YamlReader& reader, const std::string& folder) {
  JobConfig job;
  reader.Read("job_name", job.job_name);
  reader.Read("tenant", job.tenant);
  const bool interval = ReadPositive(reader, "scrape_interval", job.scrape_interval);
  const bool timeout = ReadPositive(reader, "scrape_timeout", job.scrape_timeout);
  // As Prometheus does: a short interval shortens the default timeout.
  if (interval && !timeout) job.scrape_timeout = std::min(job.scrape_timeout, job.scrape_interval);
  if (reader.Read("metrics_path", job.metrics_path) && job.metrics_path.empty()) {
    job.metrics_path = JobConfig().metrics_path;
  }
  reader.Read("scheme", job.scheme);
  reader.Read("honor_labels", job.honor_labels);
  reader.Read("honor_timestamps", job.honor_timestamps);
  ReadProtocols(reader, job);
  ReadLimits(reader, job);
  reader.ReadSection("params", [&](yaml::YamlReader& params) {
    for (const std::string& name : params.Keys()) {
      std::vector<std::string> values;
      params.Read(name, values);
      for (std::string& value : values) job.params.emplace_back(name, std::move(value));
    }
  });
  reader.ReadList("static_configs",
                  [&](yaml::YamlReader& r) { job.static_configs.push_back(ReadGroup(r)); });
  reader.ReadList("file_sd_configs", [&](yaml::YamlReader& r) {
    job.file_sd_configs.push_back(ReadDiscovery(r, folder));
  });
  reader.ReadList("http_sd_configs", [&](yaml::YamlReader& r) {
    job.http_sd_configs.push_back(ReadHttpDiscovery(r, folder));
  });
  job.relabel = ReadRelabelling(reader, "relabel_configs");
  job.metric_relabel = ReadRelabelling(reader, "metric_relabel_configs");
  ReadAccess(reader, folder, job.access);
  const base::Result<> valid = job.Validate();
  if (!valid.ok()) reader.Problem(valid.error().field, valid.error().message);
  return job;
}

base::Result<std::vector<TargetGroup>> ParseYamlTargets(std::string_view text) {
  const yaml::EnvironmentLookup no_environment = [](std::string_view) { return std::nullopt; };
  std::vector<yaml::Diagnostic> problems;
  std::vector<TargetGroup> groups;
  yaml::ReadYamlList(text, no_environment, problems,
                     [&](yaml::YamlReader& reader) { groups.push_back(ReadGroup(reader)); });
  if (!problems.empty()) return base::InvalidArgument(problems.front().ToString("line"));
  return groups;
}

}  // namespace vedette::app
