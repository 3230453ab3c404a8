#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"

namespace vedette::sim {

// The kinds of trouble that the simulation makes (mechanism.h: what they do), and the record of
// what was done: the truth that detection is scored against. Plain values.

enum class IncidentType {
  // Those of source system S2.
  kCpuSpike,
  kMemoryLeak,
  kNetworkLatency,
  kErrorRateIncrease,
  kCascadingFailure,
  kDeploymentIssue,
  kConfigMismatch,
  // Others, which happen where somebody asks for them.
  kBadRelease,
  kBadFeature,
  kSlowLeak,
  kPartialFailure,
  kConfigDrift,
  kRetryStorm,
  kCacheLoss,
  kQueueBacklog,
  kPoolExhaustion,
  kCertificateExpiry,
  kCloudOutage,
  kTrafficSurge,
};
inline constexpr size_t kIncidentTypes = 7;  // that chance draws from
inline constexpr size_t kAllIncidentTypes = 19;

std::string_view IncidentTypeName(IncidentType type);  // "cpu_spike", ...
std::optional<IncidentType> ParseIncidentType(std::string_view name);
// "critical", "high" or "medium".
std::string_view IncidentSeverity(IncidentType type);

// A service that an incident has visibly hurt: slower, failing, starved of requests, or with pods
// that are full or gone.
struct AffectedService {
  std::string service;
  base::TimePoint first_effect_at;
};

struct Incident {
  std::string id;  // "sim-1", "sim-2", ...
  IncidentType type = IncidentType::kCpuSpike;
  std::string variant;  // for deployments and configuration: what exactly; else empty
  std::string service;  // where it starts
  base::TimePoint started_at;
  base::TimePoint ended_at;               // planned; recovery follows
  bool amplified = false;                 // a cascade that is worse than usual
  double strength = 1;                    // of the trouble, 1 as usual
  std::vector<AffectedService> affected;  // the root first, in order of first effect
};

// A time during which a service was visibly hurt, whatever the reason: an incident, the queues that
// one has left full, or too little room for the traffic.
struct Hurt {
  std::string service;
  base::TimePoint from;
  base::TimePoint until;  // the last step that saw it
};

// Trouble grows within the onset, lasts until the end, and fades in the recovery.
inline constexpr base::Duration kOnset{10'000};
inline constexpr base::Duration kRecovery{30'000};
bool IsActive(const Incident& incident, base::TimePoint now);  // onset to the end of the recovery

// Draws the variant (and whether a cascade is amplified).
void DrawVariant(Incident& incident, base::Random& random);

// {"id","type","variant","service","severity","started_at","ended_at","affected":[{"service",
// "first_effect_at"}]} and a list of them.
std::string ToJson(const Incident& incident);
std::string ToJson(const std::vector<Incident>& incidents);

}  // namespace vedette::sim
