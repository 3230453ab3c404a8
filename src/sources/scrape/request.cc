#include "sources/scrape/request.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/core.h>
#include <string_view>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/files.h"

namespace vedette::sources::scrape {
namespace {

constexpr size_t kSecretBytesMax = 64 << 10;
constexpr int kRedirectsMax = 5;
constexpr base::Duration kDiscoveryTimeout{30'000};
constexpr size_t kDiscoveryBytesMax = 16 << 20;

std::string_view MediaTypeOf(Protocol protocol) {
  switch (protocol) {
    case Protocol::kProtobuf:
      return "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
             "encoding=delimited;escaping=allow-utf-8";
    case Protocol::kOpenMetrics:
      return "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8";
    case Protocol::kText1: return "text/plain;version=1.0.0;escaping=allow-utf-8";
    case Protocol::kText0: return "text/plain;version=0.0.4";
  }
  return "*/*";
}

// What is wanted most has the greatest weight.
std::string AcceptOf(const JobConfig& job) {
  std::vector<Protocol> protocols = job.scrape_protocols;
  if (protocols.empty()) {
    if (job.scrape_native_histograms) protocols.push_back(Protocol::kProtobuf);
    protocols.insert(protocols.end(), {Protocol::kOpenMetrics, Protocol::kText1, Protocol::kText0});
  }
  std::string accept;
  size_t weight = protocols.size() + 1;
  for (const Protocol protocol : protocols) {
    accept += fmt::format("{};q=0.{},", MediaTypeOf(protocol), weight--);
  }
  return accept + "*/*;q=0.1";
}

// A secret, without the line end that editors add.
base::Result<std::string> ReadSecret(const std::string& path) {
  VEDETTE_TRY(std::string secret, base::ReadFile(path, kSecretBytesMax));
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.find_first_of("\r\n") != std::string::npos) {
    return base::InvalidArgument(fmt::format("{} holds more than one line", path));
  }
  return secret;
}

base::Result<std::string> AuthorizationOf(const Access& access) {
  if (!access.credentials_file.empty()) {
    VEDETTE_TRY(const std::string credentials, ReadSecret(access.credentials_file));
    return access.authorization_type + " " + credentials;
  }
  if (!access.credentials.empty()) return access.authorization_type + " " + access.credentials;
  if (access.username.empty()) return std::string();
  std::string password = access.password;
  if (!access.password_file.empty()) {
    VEDETTE_TRY(password, ReadSecret(access.password_file));
  }
  return "Basic " + base::Base64(access.username + ":" + password);
}

base::Result<net::ClientRequest> Prepare(const Access& access, const std::string& url) {
  net::ClientRequest request;
  request.url = url;
  request.redirects_max = access.follow_redirects ? kRedirectsMax : 0;
  request.addresses = net::AddressPolicy::kAny;  // named by the configuration
  VEDETTE_TRY(std::string authorization, AuthorizationOf(access));
  if (!authorization.empty()) request.headers.Add("Authorization", std::move(authorization));
  return request;
}

std::string Seconds(base::Duration duration) {
  return fmt::format("{}", static_cast<double>(duration.count()) / 1000);
}

}  // namespace

base::Result<net::ClientRequest> MakeRequest(const JobConfig& job, const std::string& url,
                                             base::Duration timeout) {
  VEDETTE_TRY(net::ClientRequest request, Prepare(job.access, url));
  request.timeout = timeout;
  request.response_bytes_max = job.body_size_limit;
  request.headers.Add("Accept", AcceptOf(job));
  request.headers.Add("X-Prometheus-Scrape-Timeout-Seconds", Seconds(timeout));
  return request;
}

base::Result<net::ClientRequest> MakeRequest(const HttpDiscovery& discovery) {
  VEDETTE_TRY(net::ClientRequest request, Prepare(discovery.access, discovery.url));
  request.timeout = std::min(discovery.refresh_interval, kDiscoveryTimeout);
  request.response_bytes_max = kDiscoveryBytesMax;
  request.headers.Add("Accept", "application/json");
  request.headers.Add("X-Prometheus-Refresh-Interval-Seconds", Seconds(discovery.refresh_interval));
  return request;
}

net::ClientOptions ClientOptionsOf(const TlsConfig& tls) {
  return {.ca_file = tls.ca_file,
          .certificate_file = tls.cert_file,
          .key_file = tls.key_file,
          .server_name = tls.server_name,
          .verify = !tls.insecure_skip_verify};
}

}  // namespace vedette::sources::scrape
