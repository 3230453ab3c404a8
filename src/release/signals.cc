#include "release/signals.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/core.h>

namespace vedette::release {
namespace {

constexpr std::array<std::string_view, 10> kStatusLabels = {
    "status_code",      "code",          "response_code", "http_response_status_code",
    "http_status_code", "http_status",   "status",        "grpc_code",
    "outcome",          "classification"};
constexpr std::array<std::string_view, 6> kGrpcServerErrors = {
    "Unknown", "DeadlineExceeded", "Unimplemented", "Internal", "Unavailable", "DataLoss"};
constexpr std::array<std::string_view, 6> kWords = {"server_error", "error",  "errors",
                                                    "fail",         "failed", "failure"};
constexpr size_t kCommitDigitsMin = 7;

std::vector<std::string> Joined(std::vector<std::string> own,
                                std::initializer_list<const char*> known) {
  for (const char* name : known) {
    if (std::find(own.begin(), own.end(), name) == own.end()) own.emplace_back(name);
  }
  return own;
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool MeansFailure(std::string_view value) {
  if (value.starts_with('0')) return true;
  if (value == "5" || (value.size() == 3 && value[0] == '5')) return true;
  if (std::find(kGrpcServerErrors.begin(), kGrpcServerErrors.end(), value) !=
      kGrpcServerErrors.end()) {
    return true;
  }
  return std::find(kWords.begin(), kWords.end(), Lower(value)) != kWords.end();
}

std::string_view Plain(std::string_view version) {
  if (const size_t colon = version.rfind(':'); colon != std::string_view::npos) {
    version.remove_prefix(colon + 1);
  }
  if (version.size() > 1 && (version[0] == 'v' || version[0] == 'V') && version[1] >= '0' &&
      version[1] <= '9') {
    version.remove_prefix(1);
  }
  return version;
}

bool IsCommit(std::string_view text) {
  return text.size() >= kCommitDigitsMin && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

Names NamesFor(const Options& options) {
  Names names;
  names.requests = Joined(
      options.request_metrics,
      {"http_requests_total", "http_server_requests_total", "http_server_requests_seconds_count",
       "http_server_request_duration_seconds_count", "http_request_duration_seconds_count",
       "http_server_duration_milliseconds_count", "istio_requests_total",
       "grpc_server_handled_total", "response_total", "nginx_ingress_controller_requests",
       "traefik_service_requests_total", "envoy_cluster_upstream_rq", "requests_total"});
  names.errors = Joined(options.error_metrics,
                        {"http_errors_total", "http_request_errors_total",
                         "http_requests_errors_total", "http_requests_failed_total",
                         "request_errors_total", "requests_failed_total", "errors_total"});
  names.latency =
      Joined(options.latency_metrics,
             {"http_request_duration_seconds", "http_server_requests_seconds",
              "http_server_request_duration_seconds", "http_server_duration_milliseconds",
              "istio_request_duration_milliseconds", "grpc_server_handling_seconds",
              "response_latency_ms", "request_duration_seconds", "http_request_latency_seconds"});
  names.cpu = Joined(options.cpu_metrics, {"process_cpu_usage", "container_cpu_usage_seconds_total",
                                           "process_cpu_seconds_total"});
  names.memory =
      Joined(options.memory_metrics, {"container_memory_working_set_bytes",
                                      "process_resident_memory_bytes", "process_memory_usage"});
  names.service_labels = Joined(options.service_labels,
                                {"service", "service_name", "app", "app_kubernetes_io_name",
                                 "destination_service_name", "deployment", "container", "job"});
  names.version_labels =
      Joined(options.version_labels,
             {"version", "service_version", "app_version", "app_kubernetes_io_version",
              "destination_version", "image_tag", "release"});
  return names;
}

std::string_view StatusLabel(model::LabelsView labels) {
  for (const std::string_view name : kStatusLabels) {
    if (!labels.Get(name).empty()) return name;
  }
  return {};
}

std::optional<bool> Failed(model::LabelsView labels) {
  const std::string_view label = StatusLabel(labels);
  if (label.empty()) return std::nullopt;
  return MeansFailure(labels.Get(label));
}

std::string VersionOf(model::LabelsView labels, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const std::string_view value = labels.Get(name);
    if (!value.empty()) return std::string(value);
  }
  return {};
}

bool SameVersion(std::string_view a, std::string_view b) {
  a = Plain(a);
  b = Plain(b);
  if (a == b) return true;
  if (a.size() > b.size()) std::swap(a, b);
  return IsCommit(a) && b.starts_with(a);
}

std::string Matching(std::string_view label, std::string_view value) {
  std::string out = fmt::format("{}=\"", label);
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string MatchingAny(std::string_view label, const std::set<std::string>& values) {
  if (values.size() == 1) return Matching(label, *values.begin());
  std::string pattern;
  for (const std::string& value : values) {
    if (&value != &*values.begin()) pattern += '|';
    for (const char c : value) {
      if (std::string_view(".+*?()|[]{}^$\\").find(c) != std::string_view::npos) pattern += '\\';
      pattern += c;
    }
  }
  std::string out = Matching(label, pattern);
  return out.insert(label.size() + 1, "~");
}

}  // namespace vedette::release
