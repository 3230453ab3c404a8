#include "model/incident.h"

#include <algorithm>

namespace vedette::model {

std::string_view IncidentStatus(const Incident& incident) {
  if (incident.state == IncidentState::kResolved) return "resolved";
  if (!incident.phases.empty()) {
    if (incident.phases.back().phase == IncidentPhase::kMitigation) return "mitigating";
    const bool by_person = incident.phases.back().by != "vedette";
    if (incident.phases.back().phase == IncidentPhase::kTriage && by_person) return "investigating";
  }
  if (incident.state == IncidentState::kAcknowledged) return "acknowledged";
  return incident.suppressed ? "suppressed" : "firing";
}

base::TimePoint AwaitedSince(const Incident& incident) {
  base::TimePoint since = incident.started_at;
  for (size_t i = 1; i < incident.phases.size(); ++i) {
    const PhaseStart& phase = incident.phases[i];
    if (phase.phase != IncidentPhase::kDetection) continue;
    if (!incident.acknowledged_at || phase.started_at <= *incident.acknowledged_at) {
      since = std::max(since, phase.started_at);
    }
  }
  return since;
}

std::string_view SystemStateName(SystemState state) {
  switch (state) {
    case SystemState::kNormal: return "NORMAL";
    case SystemState::kDegraded: return "DEGRADED";
    case SystemState::kRecovering: break;
  }
  return "RECOVERING";
}

SystemState SystemStateOf(const std::vector<Incident>& unresolved,
                          const std::vector<Incident>& resolved_lately) {
  const auto counts = [](const Incident& incident) {
    return incident.severity != Severity::kInfo && !incident.suppressed &&
           incident.merged_into.empty();
  };
  bool recovering = std::ranges::any_of(resolved_lately, counts);
  for (const Incident& incident : unresolved) {
    if (!counts(incident)) continue;
    const bool mended =
        incident.open_anomaly_ids.empty() ||
        (!incident.phases.empty() && incident.phases.back().phase >= IncidentPhase::kMitigation);
    if (!mended) return SystemState::kDegraded;
    recovering = true;
  }
  return recovering ? SystemState::kRecovering : SystemState::kNormal;
}

}  // namespace vedette::model
