#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/tenant.h"
#include "relabel/rules.h"

namespace vedette::sources::scrape {

using LabelPairs = std::vector<std::pair<std::string, std::string>>;

// Targets with the labels they share.
struct TargetGroup {
  std::vector<std::string> targets;  // "host:port"
  LabelPairs labels;
  friend bool operator==(const TargetGroup&, const TargetGroup&) = default;
};

// Files that list target groups, read again at every interval and when they change.
struct FileDiscovery {
  std::vector<std::string> files;  // of .json, .yml or .yaml; the last part may hold * and ?
  base::Duration refresh_interval = std::chrono::minutes(5);
};

// tls_config.
struct TlsConfig {
  std::string ca_file;    // empty: the system's authorities
  std::string cert_file;  // what the server is shown; both or none
  std::string key_file;
  std::string server_name;  // which the certificate must have; empty: the target's host
  bool insecure_skip_verify = false;
  friend auto operator<=>(const TlsConfig&, const TlsConfig&) = default;
};

// How a server is told who asks, and how its certificate is checked.
struct Access {
  // basic_auth; the file, instead of the text, is read at each request.
  std::string username;
  std::string password;
  std::string password_file;
  // authorization: the scheme before the credentials; here too, a text or a file.
  std::string authorization_type = "Bearer";
  std::string credentials;
  std::string credentials_file;
  TlsConfig tls;
  bool follow_redirects = true;

  // kInvalidArgument with the field.
  base::Result<> Validate() const;
};

// A server that lists target groups as JSON, asked again at every interval.
struct HttpDiscovery {
  std::string url;
  base::Duration refresh_interval = std::chrono::minutes(1);
  Access access = {};
};

// What a target is asked for.
enum class Protocol { kProtobuf, kOpenMetrics, kText1, kText0 };
// "PrometheusProto", "OpenMetricsText1.0.0", "PrometheusText1.0.0" or "PrometheusText0.0.4".
std::optional<Protocol> ParseProtocol(std::string_view name);

// One entry of scrape_configs, with Prometheus' names and defaults.
struct JobConfig {
  std::string job_name;
  base::Duration scrape_interval = std::chrono::minutes(1);
  base::Duration scrape_timeout = std::chrono::seconds(10);
  std::string metrics_path = "/metrics";
  std::string scheme = "http";  // or "https"
  LabelPairs params;            // of the URL, in order; a name may occur again
  bool honor_labels = false;
  bool honor_timestamps = true;
  // In the order of preference; empty: all texts, before them protobuf with
  // scrape_native_histograms.
  std::vector<Protocol> scrape_protocols;
  bool scrape_native_histograms = false;
  bool always_scrape_classic_histograms = false;  // of a native histogram, its buckets too
  std::vector<TargetGroup> static_configs;
  std::vector<FileDiscovery> file_sd_configs;
  std::vector<HttpDiscovery> http_sd_configs;
  relabel::Rules relabel;         // of targets, before they are scraped
  relabel::Rules metric_relabel;  // of samples, before they are stored
  // What is beyond one of these fails the scrape, after metric_relabel; 0: none.
  uint64_t sample_limit = 0;
  uint64_t label_limit = 0;  // of one sample, the metric name among them
  uint64_t label_name_length_limit = 0;
  uint64_t label_value_length_limit = 0;
  uint64_t target_limit = 0;          // more targets after relabelling: none of them is scraped
  size_t body_size_limit = 16 << 20;  // bytes, decompressed
  Access access;

  model::TenantName tenant = model::TenantName(model::kDefaultTenant);

  // kInvalidArgument with the field, for what no scrape could work with.
  base::Result<> Validate() const;
};

// Reads the target groups of a file_sd file in JSON: [{"targets": [...], "labels": {...}}, ...].
base::Result<std::vector<TargetGroup>> ParseTargetGroups(std::string_view json);

}  // namespace vedette::sources::scrape
