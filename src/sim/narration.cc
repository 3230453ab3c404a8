#include "sim/narration.h"

#include <array>
#include <fmt/format.h>

#include "base/json_writer.h"

namespace vedette::sim {
namespace {

constexpr std::array<std::string_view, 5> kConfigKeys = {"database_connection_pool",
                                                         "timeout_settings", "cache_config",
                                                         "rate_limiting", "security_policies"};
constexpr std::array<std::string_view, 5> kCloudEvents = {
    "instance_termination", "scheduled_maintenance", "network_connectivity", "capacity_change",
    "credential_rotation"};
constexpr std::array<std::string_view, 4> kFlags = {"new_checkout", "fast_search", "dark_theme",
                                                    "bulk_export"};

template <size_t N>
std::string_view Pick(const std::array<std::string_view, N>& from, base::Random& random) {
  return from[random.Below(N)];
}

model::Event MakeEvent(std::string_view service, base::TimePoint time, std::string_view type,
                       model::Severity severity, std::string message, std::string_view key,
                       std::string_view value) {
  model::Event event;
  event.time = time;
  event.service = service;
  event.type = type;
  event.severity = severity;
  event.message = std::move(message);
  event.data_json.clear();
  base::JsonWriter(event.data_json).BeginObject().Field(key, value).EndObject();
  return event;
}

}  // namespace

model::LogRecord RequestLog(std::string_view service, base::TimePoint time, base::Random& random) {
  model::LogRecord log;
  log.time = time;
  log.service = service;
  log.level = random.Uniform() < 0.03 ? model::LogSeverity::kWarning : model::LogSeverity::kInfo;
  log.message = log.level == model::LogSeverity::kWarning ? "slow request, kept waiting for a lock"
                                                          : "request served";
  log.trace_id = fmt::format("{:016x}{:016x}", random.Next(), random.Next());
  log.fields = {{"status", "200"}, {"path", fmt::format("/{}/{}", service, random.Below(1000))}};
  return log;
}

model::LogRecord FailureLog(std::string_view service, base::TimePoint time, double latency_s,
                            base::Random& random) {
  static constexpr std::array<std::string_view, 4> kFailures = {
      "request failed: upstream answered 503", "request failed: deadline exceeded",
      "request failed: connection reset by peer", "request failed: no free connection in the pool"};
  model::LogRecord log;
  log.time = time;
  log.service = service;
  log.level = model::LogSeverity::kError;
  log.message = Pick(kFailures, random);
  log.trace_id = fmt::format("{:016x}{:016x}", random.Next(), random.Next());
  log.fields = {{"status", "500"}, {"duration_ms", fmt::format("{:.0f}", latency_s * 1000)}};
  return log;
}

model::Event ConfigChange(std::string_view service, base::TimePoint time, base::Random& random) {
  const std::string_view key = Pick(kConfigKeys, random);
  return MakeEvent(service, time, "config_change", model::Severity::kInfo,
                   fmt::format("{} of {} changed", key, service), "key", key);
}

model::Event FeatureFlag(std::string_view service, base::TimePoint time, base::Random& random) {
  const std::string_view flag = Pick(kFlags, random);
  return MakeEvent(service, time, "feature_flag", model::Severity::kInfo,
                   fmt::format("flag {} switched for {}", flag, service), "flag", flag);
}

model::Event CloudEvent(std::string_view service, base::TimePoint time, base::Random& random) {
  const std::string_view kind = Pick(kCloudEvents, random);
  return MakeEvent(service, time, "cloud_event", model::Severity::kInfo,
                   fmt::format("cloud provider: {} near {}", kind, service), "kind", kind);
}

model::Event OutOfMemory(std::string_view service, std::string_view pod, base::TimePoint time) {
  return MakeEvent(service, time, "oom_killed", model::Severity::kWarning,
                   fmt::format("pod {} was ended: out of memory", pod), "pod", pod);
}

model::Event StartOfChange(const Incident& incident) {
  if (incident.type == IncidentType::kDeploymentIssue) {
    return MakeEvent(incident.service, incident.started_at, "deployment", model::Severity::kInfo,
                     fmt::format("rollout of {} started", incident.service), "status",
                     "progressing");
  }
  if (incident.type == IncidentType::kConfigMismatch) {
    return MakeEvent(incident.service, incident.started_at, "config_change", model::Severity::kInfo,
                     fmt::format("{} of {} changed", incident.variant, incident.service), "key",
                     incident.variant);
  }
  return {};
}

model::Event EndOfChange(const Incident& incident) {
  if (incident.type == IncidentType::kDeploymentIssue) {
    return MakeEvent(
        incident.service, incident.ended_at, "deployment", model::Severity::kInfo,
        fmt::format("rollout of {} rolled back: {}", incident.service, incident.variant), "status",
        "rolled_back");
  }
  if (incident.type == IncidentType::kConfigMismatch) {
    return MakeEvent(incident.service, incident.ended_at, "config_change", model::Severity::kInfo,
                     fmt::format("{} of {} restored", incident.variant, incident.service), "key",
                     incident.variant);
  }
  return {};
}

}  // namespace vedette::sim
