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

constexpr std::array<TypeRow, kIncidentTypes> kTypes = {{
    {IncidentType::kCpuSpike, "cpu_spike", "high"},
    {IncidentType::kMemoryLeak, "memory_leak", "critical"},
    {IncidentType::kNetworkLatency, "network_latency", "medium"},
    {IncidentType::kErrorRateIncrease, "error_rate_increase", "high"},
    {IncidentType::kCascadingFailure, "cascading_failure", "critical"},
    {IncidentType::kDeploymentIssue, "deployment_issue", "high"},
    {IncidentType::kConfigMismatch, "config_mismatch", "medium"},
}};

// The full effect of an incident, as source system S2 states it where it does.
Effect FullEffect(const Incident& incident) {
  Effect effect;
  switch (incident.type) {
    case IncidentType::kCpuSpike: effect = {.cpu = 3, .cpu_max = 0.95, .latency = 2}; break;
    case IncidentType::kMemoryLeak: effect = {.leaks_memory = true}; break;
    case IncidentType::kNetworkLatency: effect = {.latency = 5}; break;
    case IncidentType::kErrorRateIncrease: effect = {.errors = 10, .errors_max = 0.5}; break;
    case IncidentType::kCascadingFailure:
      effect = {.cpu = 2, .cpu_max = 0.98, .latency = 3, .errors = 5, .errors_max = 0.7};
      if (incident.amplified) {
        effect.errors *= 2;
        effect.latency *= 1.5;
      }
      break;
    case IncidentType::kDeploymentIssue:
      effect = {.errors = 2, .pods_down = 1, .crash_loops = incident.variant == "CrashLoopBackOff"};
      break;
    case IncidentType::kConfigMismatch:
      if (incident.variant == "limits") {
        effect = {.cpu = 1.5, .latency = 1.8};
      } else {
        effect = {.errors = incident.variant == "secrets" ? 4.0 : 3.0};
      }
      break;
  }
  return effect;
}

double Intensity(const Incident& incident, base::TimePoint now) {
  const auto part = [](base::Duration of, base::Duration whole) {
    return static_cast<double>(of.count()) / static_cast<double>(whole.count());
  };
  if (now < incident.started_at) return 0;
  const double grown = std::min(1.0, part(now - incident.started_at, kOnset));
  if (now <= incident.ended_at) return grown;
  return std::max(0.0, grown * (1 - part(now - incident.ended_at, kRecovery)));
}

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

Effect EffectOf(const Incident& incident, base::TimePoint now) {
  Effect effect = FullEffect(incident);
  const double intensity = Intensity(incident, now);
  effect.cpu = 1 + (effect.cpu - 1) * intensity;
  effect.latency = 1 + (effect.latency - 1) * intensity;
  effect.errors = 1 + (effect.errors - 1) * intensity;
  const bool lasts = now >= incident.started_at && now <= incident.ended_at;
  effect.leaks_memory = effect.leaks_memory && lasts;
  effect.pods_down = lasts ? effect.pods_down : 0;
  effect.crash_loops = effect.crash_loops && lasts;
  return effect;
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
