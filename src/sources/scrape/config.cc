#include "sources/scrape/config.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"

namespace vedette::sources::scrape {
namespace {

constexpr base::Duration kShortestInterval{100};

base::Error Bad(std::string_view field, std::string_view message) {
  return base::InvalidArgument(std::string(message), std::string(field));
}

base::Result<> CheckGroup(const TargetGroup& group) {
  for (const std::string& target : group.targets) {
    const bool plain = !target.empty() && target.find_first_of("/ \t\r\n?#@") == std::string::npos;
    if (!plain) {
      return Bad("targets", fmt::format("\"{}\" is not of the form host:port", target));
    }
  }
  for (const auto& [name, value] : group.labels) {
    if (name.empty()) return Bad("labels", "a label has an empty name");
    if (name == "__name__") return Bad("labels", "a target cannot have the label __name__");
  }
  return {};
}

base::Result<TargetGroup> ReadGroup(const base::Json& json) {
  if (!json.is_object()) return Bad("", "must be an object with \"targets\"");
  TargetGroup group;
  for (const auto& [key, value] : json.items()) {
    if (key == "targets" && value.is_array()) {
      for (const base::Json& target : value) {
        if (!target.is_string()) return Bad("targets", "a target must be a text");
        group.targets.push_back(target.get<std::string>());
      }
    } else if (key == "labels" && value.is_object()) {
      for (const auto& [name, label] : value.items()) {
        if (!label.is_string()) {
          return Bad("labels", fmt::format("the value of label \"{}\" must be a text", name));
        }
        group.labels.emplace_back(name, label.get<std::string>());
      }
    } else {
      return Bad(key, fmt::format("\"{}\" is unknown, or of the wrong type", key));
    }
  }
  VEDETTE_TRY_VOID(CheckGroup(group));
  return group;
}

// As Prometheus: a list of JSON or YAML, by one name or all that a star fits.
base::Result<> CheckFile(const std::string& path) {
  constexpr std::array<std::string_view, 6> kEnds = {".json", ".yml", ".yaml",
                                                     ".JSON", ".YML", ".YAML"};
  const bool known = std::ranges::any_of(kEnds, [&](auto end) { return path.ends_with(end); });
  const size_t slash = path.rfind('/');
  const size_t star = path.find('*');
  if (known && (star == std::string::npos || slash == std::string::npos || star > slash)) return {};
  return Bad("files", fmt::format("\"{}\" must end with .json, .yml or .yaml, and have * in its "
                                  "last part only",
                                  path));
}

base::Result<> CheckUrl(std::string_view url) {
  const bool http = url.starts_with("http://") || url.starts_with("https://");
  if (!http) return Bad("url", "must begin with http:// or https://");
  const std::string_view host = url.substr(url.find("://") + 3);
  if (host.empty() || std::string_view("/?#:").find(host[0]) != std::string_view::npos) {
    return Bad("url", "has no host");
  }
  return {};
}

bool IsBasic(std::string_view type) {
  return std::ranges::equal(type, std::string_view("basic"),
                            [](char a, char b) { return (a | 0x20) == b; });
}

}  // namespace

base::Result<> Access::Validate() const {
  if (!password.empty() && !password_file.empty()) {
    return Bad("basic_auth", "password and password_file exclude each other");
  }
  if (!credentials.empty() && !credentials_file.empty()) {
    return Bad("authorization",
               "credentials and credentials_file (or bearer_token and bearer_token_file) exclude "
               "each other");
  }
  if (IsBasic(authorization_type)) {
    return Bad("authorization", "the type cannot be Basic: use basic_auth");
  }
  const bool basic = !username.empty() || !password.empty() || !password_file.empty();
  if (basic && (!credentials.empty() || !credentials_file.empty())) {
    return Bad("authorization", "basic_auth and authorization exclude each other");
  }
  if (tls.cert_file.empty() != tls.key_file.empty()) {
    return Bad("tls_config", "cert_file and key_file belong together");
  }
  if (tls.server_name.find_first_of("/ \t\r\n?#@:") != std::string::npos) {
    return Bad("tls_config", "server_name is no host name");
  }
  for (const std::string* text : {&username, &password, &authorization_type, &credentials}) {
    if (text->find_first_of("\r\n") != std::string::npos) {
      return Bad("authorization", "a name or secret must not hold a line break");
    }
  }
  return {};
}

std::optional<Protocol> ParseProtocol(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Protocol>, 4> kNames = {
      {{"PrometheusProto", Protocol::kProtobuf},
       {"OpenMetricsText1.0.0", Protocol::kOpenMetrics},
       {"PrometheusText1.0.0", Protocol::kText1},
       {"PrometheusText0.0.4", Protocol::kText0}}};
  const auto* const known = std::ranges::find(kNames, name, [](const auto& n) { return n.first; });
  return known == kNames.end() ? std::nullopt : std::optional(known->second);
}

base::Result<> JobConfig::Validate() const {
  if (job_name.empty()) return Bad("job_name", "is required");
  if (scrape_interval < kShortestInterval) {
    return Bad("scrape_interval", "must be at least " + base::FormatDuration(kShortestInterval));
  }
  if (scrape_timeout.count() <= 0 || scrape_timeout > scrape_interval) {
    return Bad("scrape_timeout", fmt::format("must be more than 0 and at most the interval of {}",
                                             base::FormatDuration(scrape_interval)));
  }
  if (!metrics_path.starts_with('/')) return Bad("metrics_path", "must begin with /");
  if (scheme != "http" && scheme != "https") return Bad("scheme", "must be http or https");
  if (body_size_limit == 0) return Bad("body_size_limit", "must be more than 0");
  VEDETTE_TRY_VOID(access.Validate());
  if (!model::IsValidTenantName(tenant)) return Bad("tenant", "is no tenant name");
  for (const TargetGroup& group : static_configs) VEDETTE_TRY_VOID(CheckGroup(group));
  for (const HttpDiscovery& discovery : http_sd_configs) {
    VEDETTE_TRY_VOID(CheckUrl(discovery.url));
    if (discovery.refresh_interval < std::chrono::seconds(1)) {
      return Bad("refresh_interval", "must be at least 1s");
    }
    VEDETTE_TRY_VOID(discovery.access.Validate());
  }
  for (const FileDiscovery& discovery : file_sd_configs) {
    if (discovery.files.empty()) return Bad("files", "at least one is required");
    for (const std::string& file : discovery.files) VEDETTE_TRY_VOID(CheckFile(file));
    if (discovery.refresh_interval < std::chrono::seconds(1)) {
      return Bad("refresh_interval", "must be at least 1s");
    }
  }
  return {};
}

base::Result<std::vector<TargetGroup>> ParseTargetGroups(std::string_view json) {
  VEDETTE_TRY(const base::Json list, base::ParseJson(json));
  if (!list.is_array()) return Bad("", "must be a list of target groups");
  std::vector<TargetGroup> groups;
  for (const base::Json& item : list) {
    base::Result<TargetGroup> group = ReadGroup(item);
    if (!group.ok()) return group.error().With(fmt::format("group {}", groups.size()));
    groups.push_back(*std::move(group));
  }
  return groups;
}

}  // namespace vedette::sources::scrape
