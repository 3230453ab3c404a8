#include "sim/narration.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
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

namespace {

// The version that a release brings: the same for the same incident.
std::string VersionOf(const Incident& incident) {
  return fmt::format("v{}", base::ToMillis(incident.started_at) / 1000 % 100'000);
}

struct Told {
  IncidentType type;
  std::string_view event;  // its type
  std::string_view key;    // of its data
  std::string_view start;  // {0}: the service, {1}: the value of the key
  std::string_view end;
};

constexpr std::array<Told, 6> kTold = {{
    {IncidentType::kDeploymentIssue, "deployment", "version", "rollout of {1} of {0} started",
     "rollout of {1} of {0} rolled back: {2}"},
    {IncidentType::kBadRelease, "deployment", "version", "rollout of {1} of {0} started",
     "rollout of {1} of {0} rolled back"},
    {IncidentType::kConfigMismatch, "config_change", "key", "{1} of {0} changed",
     "{1} of {0} restored"},
    {IncidentType::kBadFeature, "feature_flag", "flag", "flag {1} opened for {0}",
     "flag {1} closed for {0}"},
    {IncidentType::kRetryStorm, "config_change", "key", "{1} of the callers of {0} changed",
     "{1} of the callers of {0} restored"},
    {IncidentType::kCloudOutage, "cloud_event", "kind", "cloud provider: {1} near {0}",
     "cloud provider: {1} near {0} is over"},
}};

model::Event OfChange(const Incident& incident, bool start) {
  const auto* const told = std::find_if(kTold.begin(), kTold.end(),
                                        [&](const Told& row) { return row.type == incident.type; });
  if (told == kTold.end()) return {};
  std::string value = incident.variant;
  if (told->event == "deployment") value = VersionOf(incident);
  if (incident.type == IncidentType::kBadFeature) value = "new_checkout";
  if (incident.type == IncidentType::kRetryStorm) value = "timeout_settings";
  if (incident.type == IncidentType::kCloudOutage) value = "instance_termination";
  model::Event event = MakeEvent(incident.service, start ? incident.started_at : incident.ended_at,
                                 told->event, model::Severity::kInfo,
                                 fmt::format(fmt::runtime(start ? told->start : told->end),
                                             incident.service, value, incident.variant),
                                 told->key, value);
  if (!start && told->event == "deployment") {
    event.data_json.clear();
    base::JsonWriter(event.data_json)
        .BeginObject()
        .Field(told->key, value)
        .Field("status", "rolled_back")
        .EndObject();
  }
  return event;
}

}  // namespace

std::vector<model::Change> ChangesAmong(const std::vector<model::Event>& events) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kKinds = {
      {{"deployment", "deployment"},
       {"config_change", "config"},
       {"feature_flag", "feature_flag"},
       {"cloud_event", "cloud_event"}}};
  std::vector<model::Change> changes;
  for (const model::Event& event : events) {
    const auto* const kind = std::find_if(
        kKinds.begin(), kKinds.end(), [&](const auto& each) { return each.first == event.type; });
    if (kind == kKinds.end()) continue;
    model::Change change;
    change.time = event.time;
    change.service = event.service;
    change.kind = kind->second;
    change.title = event.message;
    change.author = "simulator";
    change.data_json = event.data_json;
    if (const base::Result<base::Json> data = base::ParseJson(event.data_json); data.ok()) {
      change.version = data->value("version", "");
      change.status = data->value("status", "");
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

model::Event StartOfChange(const Incident& incident) { return OfChange(incident, true); }
model::Event EndOfChange(const Incident& incident) { return OfChange(incident, false); }

model::Event HarmlessChange(std::string_view service, base::TimePoint time, std::string_view kind,
                            std::string_view value) {
  const bool deployment = kind == "deployment";
  const std::string_view key = deployment               ? "version"
                               : kind == "feature_flag" ? "flag"
                               : kind == "cloud_event"  ? "kind"
                                                        : "key";
  return MakeEvent(service, time, kind, model::Severity::kInfo,
                   deployment ? fmt::format("rollout of {} of {} started", value, service)
                              : fmt::format("{} {} of {}", kind, value, service),
                   key, value);
}

}  // namespace vedette::sim
