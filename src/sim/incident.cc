#include "sim/incident.h"

#include <algorithm>

#include "base/duration.h"
#include "base/json_writer.h"

namespace vedette::sim {
namespace {

struct TypeRow {
  IncidentType type;
  std::string_view name;
  std::string_view severity;
};

constexpr std::array<TypeRow, kAllIncidentTypes> kTypes = {{
    {IncidentType::kCpuSpike, "cpu_spike", "high"},
    {IncidentType::kMemoryLeak, "memory_leak", "critical"},
    {IncidentType::kNetworkLatency, "network_latency", "medium"},
    {IncidentType::kErrorRateIncrease, "error_rate_increase", "high"},
    {IncidentType::kCascadingFailure, "cascading_failure", "critical"},
    {IncidentType::kDeploymentIssue, "deployment_issue", "high"},
    {IncidentType::kConfigMismatch, "config_mismatch", "medium"},
    {IncidentType::kBadRelease, "bad_release", "high"},
    {IncidentType::kBadFeature, "bad_feature", "high"},
    {IncidentType::kSlowLeak, "slow_leak", "medium"},
    {IncidentType::kPartialFailure, "partial_failure", "high"},
    {IncidentType::kConfigDrift, "config_drift", "medium"},
    {IncidentType::kRetryStorm, "retry_storm", "critical"},
    {IncidentType::kCacheLoss, "cache_loss", "high"},
    {IncidentType::kQueueBacklog, "queue_backlog", "medium"},
    {IncidentType::kPoolExhaustion, "pool_exhaustion", "high"},
    {IncidentType::kCertificateExpiry, "certificate_expiry", "critical"},
    {IncidentType::kCloudOutage, "cloud_outage", "critical"},
    {IncidentType::kTrafficSurge, "traffic_surge", "medium"},
}};

}  // namespace

std::string_view IncidentTypeName(IncidentType type) {
  return kTypes[static_cast<size_t>(type)].name;
}

std::string_view IncidentSeverity(IncidentType type) {
  return kTypes[static_cast<size_t>(type)].severity;
}

std::optional<IncidentType> ParseIncidentType(std::string_view name) {
  for (const TypeRow& row : kTypes) {
    if (row.name == name) return row.type;
  }
  return std::nullopt;
}

bool IsActive(const Incident& incident, base::TimePoint now) {
  return now >= incident.started_at && now <= incident.ended_at + kRecovery;
}

void DrawVariant(Incident& incident, base::Random& random) {
  static constexpr std::array<std::string_view, 3> kDeployment = {
      "ImagePullBackOff", "CrashLoopBackOff", "ImageNotFound"};
  static constexpr std::array<std::string_view, 3> kConfig = {"env", "secrets", "limits"};
  const uint64_t pick = random.Below(3);
  const bool amplified = random.Uniform() < 0.3;
  if (incident.type == IncidentType::kDeploymentIssue) incident.variant = kDeployment[pick];
  if (incident.type == IncidentType::kConfigMismatch) incident.variant = kConfig[pick];
  incident.amplified = incident.type == IncidentType::kCascadingFailure && amplified;
}

namespace {

void Write(base::JsonWriter& json, const Incident& incident) {
  json.BeginObject()
      .Field("id", incident.id)
      .Field("type", IncidentTypeName(incident.type))
      .Field("variant", incident.variant)
      .Field("service", incident.service)
      .Field("severity", IncidentSeverity(incident.type))
      .Field("started_at", base::FormatTime(incident.started_at))
      .Field("ended_at", base::FormatTime(incident.ended_at))
      .Key("affected")
      .BeginArray();
  for (const AffectedService& affected : incident.affected) {
    json.BeginObject()
        .Field("service", affected.service)
        .Field("first_effect_at", base::FormatTime(affected.first_effect_at))
        .EndObject();
  }
  json.EndArray().EndObject();
}

}  // namespace

std::string ToJson(const Incident& incident) {
  std::string out;
  base::JsonWriter json(out);
  Write(json, incident);
  return out;
}

std::string ToJson(const std::vector<Incident>& incidents) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginArray();
  for (const Incident& incident : incidents) Write(json, incident);
  json.EndArray();
  return out;
}

}  // namespace vedette::sim
