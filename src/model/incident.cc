#include "model/incident.h"

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

}  // namespace vedette::model
