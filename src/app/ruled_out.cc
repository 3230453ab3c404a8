#include "app/ruled_out.h"

#include <algorithm>
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/json.h"

namespace vedette::app {

bool BodyRulesOut(std::string_view body, std::string_view change_id) {
  const base::Result<base::Json> diagnosis = base::ParseJson(fmt::format("{{{}}}", body));
  if (!diagnosis.ok() || !diagnosis->contains("hypotheses")) return false;
  const base::Json& hypotheses = (*diagnosis)["hypotheses"];
  return std::any_of(hypotheses.begin(), hypotheses.end(), [&](const base::Json& hypothesis) {
    return hypothesis.value("status", "") == "ruled_out" && hypothesis.contains("region") &&
           hypothesis["region"] == change_id;
  });
}

bool IsRuledOut(const release::Release& release, const incident::journal::Journal& journal,
                const diagnose::live::DiagnosisStore& diagnoses) {
  const base::Result<incident::journal::IncidentPage> page =
      journal.List({.tenant = release.tenant,
                    .states = {model::IncidentState::kOpen, model::IncidentState::kAcknowledged},
                    .entity = release.service,
                    .with_timeline = false,
                    .limit = 10});
  if (!page.ok()) return false;
  return std::any_of(page->incidents.begin(), page->incidents.end(), [&](const auto& incident) {
    const auto found = diagnoses.Find(release.tenant, incident.id);
    return found.ok() && *found && BodyRulesOut((*found)->body, release.change_id);
  });
}

}  // namespace vedette::app
