#include "sim/mechanism.h"

#include <algorithm>

#include "sim/plant.h"

namespace vedette::sim {
namespace {

constexpr double kLeakFoldSeconds = 20;
constexpr double kSlowLeakFoldSeconds = 600;
constexpr double kStuckLoad = 1.25;     // of what its workers can hold
constexpr double kRolloutSeconds = 30;  // per pod

double Part(base::Duration of, base::Duration whole) {
  return static_cast<double>(of.count()) / static_cast<double>(std::max<int64_t>(1, whole.count()));
}

// 0 before, 1 at its height, fading after the end.
double Intensity(const Incident& incident, base::TimePoint now) {
  if (now < incident.started_at) return 0;
  const double grown = std::min(1.0, Part(now - incident.started_at, kOnset));
  if (now <= incident.ended_at) return grown;
  return std::max(0.0, grown * (1 - Part(now - incident.ended_at, kRecovery)));
}

// For how long each request must be held so that the workers of all pods do not suffice.
double HoldUntilStuck(const ServiceSpec& spec, const ServiceLoad& healthy) {
  const double workers = static_cast<double>(spec.pods) * spec.workers;
  return std::max(healthy.latency_s,
                  kStuckLoad * workers / std::max(healthy.rps, 0.1) - healthy.latency_s);
}

// What an incident of the kinds of source system S2 does, by what it says of its effects.
void AddOfS2(const Incident& incident, const ServiceSpec& spec, const ServiceLoad& healthy,
             double intensity, bool lasts, Condition& condition) {
  const double usual = healthy.error_ratio;
  switch (incident.type) {
    case IncidentType::kCpuSpike:  // something else takes the processors: three times the usual
      condition.busy += std::min(2 * spec.cpu_ratio, 0.95 - spec.cpu_ratio) * intensity;
      break;
    case IncidentType::kMemoryLeak:
      if (lasts) condition.leak_fold_s = kLeakFoldSeconds / incident.strength;
      break;
    case IncidentType::kNetworkLatency:
      condition.delay_s += 4 * healthy.latency_s * intensity;
      break;
    case IncidentType::kErrorRateIncrease:
      condition.failing += std::min(0.5, 9 * usual) * intensity;
      break;
    case IncidentType::kCascadingFailure:  // a lock is held too long, and threads spin on it
      condition.delay_s += HoldUntilStuck(spec, healthy) * intensity;
      condition.busy += spec.cpu_ratio * intensity;
      condition.failing += 4 * usual * intensity;
      if (incident.amplified) condition.more_retries += lasts ? 2 : 0;
      break;
    case IncidentType::kDeploymentIssue:
      condition.failing += usual * intensity;
      if (lasts) condition.pods_down += 1;
      condition.crash_loops =
          condition.crash_loops || (lasts && incident.variant == "CrashLoopBackOff");
      break;
    case IncidentType::kConfigMismatch:
      if (incident.variant == "limits") {  // half of the processors that it had
        condition.busy += 0.5 * intensity;
        condition.work *= 1 + 0.4 * intensity;
      } else {
        condition.failing += (incident.variant == "secrets" ? 3 : 2) * usual * intensity;
      }
      break;
    default: break;
  }
}

// Each pod in turn is replaced; those that are new fail.
void AddRelease(const Incident& incident, const ServiceSpec& spec, base::TimePoint now,
                Condition& condition) {
  const double passed =
      static_cast<double>((now - incident.started_at).count()) / 1000 / kRolloutSeconds;
  const int replaced = std::min(spec.pods, static_cast<int>(passed));
  if (replaced < spec.pods) condition.restarting_pod = replaced;
  condition.failing += 0.2 * replaced / spec.pods;
  condition.work *= 1 + 0.5 * replaced / spec.pods;
}

// The share of requests behind a flag that is opened in three steps.
double FlagShare(const Incident& incident, base::TimePoint now) {
  const double part = Part(now - incident.started_at, incident.ended_at - incident.started_at);
  if (part < 1.0 / 3) return 0.1;
  return part < 2.0 / 3 ? 0.4 : 1;
}

void AddOthers(const Incident& incident, const ServiceSpec& spec, const ServiceLoad& healthy,
               base::TimePoint now, double intensity, bool lasts, Condition& condition) {
  const double strength = incident.strength;
  switch (incident.type) {
    case IncidentType::kBadRelease:
      if (lasts) AddRelease(incident, spec, now, condition);
      break;
    case IncidentType::kBadFeature:
      if (lasts) {
        const double share = FlagShare(incident, now);
        condition.work *= 1 + 1.5 * share;
        condition.failing += 0.25 * share;
      }
      break;
    case IncidentType::kSlowLeak:
      if (lasts) condition.leak_fold_s = kSlowLeakFoldSeconds / strength;
      break;
    case IncidentType::kPartialFailure:
      condition.odd_pod_failing = std::max(condition.odd_pod_failing, 0.6 * intensity);
      break;
    case IncidentType::kConfigDrift:  // one pod runs with an older file, and something times out
      condition.odd_pod_failing = std::max(condition.odd_pod_failing, 0.25 * intensity);
      condition.delay_s += 0.5 * healthy.latency_s * intensity;
      break;
    case IncidentType::kRetryStorm:  // a stall of half a minute; what callers do keeps it up
      if (!lasts) break;
      condition.more_retries += 4;
      if (now - incident.started_at < base::Duration(30'000)) {
        condition.delay_s += HoldUntilStuck(spec, healthy);
      } else {
        condition.delay_s += 0.25 * HoldUntilStuck(spec, healthy);
      }
      break;
    case IncidentType::kCacheLoss:  // empty at once; fills again when the fault is mended
      condition.cache *= 1 - std::min(1.0, lasts ? 1 : intensity);
      break;
    case IncidentType::kQueueBacklog:
      condition.delay_s += HoldUntilStuck(spec, healthy) * 1.5 * intensity;
      break;
    case IncidentType::kPoolExhaustion:
      condition.connections *= lasts ? 0.006 / strength : 1;
      break;
    case IncidentType::kCertificateExpiry:
      if (lasts) condition.unreachable = std::max(condition.unreachable, 0.98);
      break;
    case IncidentType::kCloudOutage:
      if (lasts) condition.pods_down += std::max(1, (2 * spec.pods + 1) / 3);
      condition.delay_s += 2 * healthy.latency_s * intensity;
      condition.failing += 0.05 * intensity;
      break;
    case IncidentType::kTrafficSurge: condition.traffic *= 1 + 2.5 * strength * intensity; break;
    default: break;
  }
}

}  // namespace

void AddMechanism(const Incident& incident, const ServiceSpec& spec, const ServiceLoad& healthy,
                  base::TimePoint now, Condition& condition) {
  const double intensity = Intensity(incident, now) * incident.strength;
  const bool lasts = now >= incident.started_at && now <= incident.ended_at;
  AddOfS2(incident, spec, healthy, intensity, lasts, condition);
  AddOthers(incident, spec, healthy, now, intensity, lasts, condition);
  condition.busy = std::min(condition.busy, 0.96);
  condition.failing = std::min(condition.failing, 0.95);
  condition.odd_pod_failing = std::min(condition.odd_pod_failing, 0.95);
}

}  // namespace vedette::sim
