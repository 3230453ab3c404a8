#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"
#include "base/result.h"
#include "diagnose/live/store.h"
#include "incident/journal/journal.h"
#include "model/tenant.h"
#include "records/store.h"

namespace vedette::api {

// What the handlers read from; all of it outlives the routes.
struct DiagnosisSources {
  diagnose::live::DiagnosisStore& store;
  const incident::journal::Journal& journal;
  records::Store& records;
  // Diagnoses an incident now and keeps the result.
  std::function<base::Result<>(const model::TenantName&, const std::string& incident_id)> diagnose;
};

// Why, who is hurt, and what people think of that:
//   GET  /api/v1/incidents/{id}/diagnosis           the latest; "pending" when there is none yet
//   POST /api/v1/incidents/{id}/diagnosis           anew, now
//   POST /api/v1/incidents/{id}/diagnosis/verdicts  "verdict" (agree, wrong), "why", "cause", "by"
//   GET  /api/v1/incidents/{id}/impact
//   GET  /api/v1/incidents/{id}/similar             earlier incidents, with what resolved them
//   GET  /api/v1/incidents/{id}/changes             what was changed before and during it
//   GET  /api/v1/diagnosis/score                    by people's verdicts
// Thread-safe.
std::vector<Route> DiagnosisRoutes(DiagnosisSources sources);

// What the stream says when a diagnosis was made (openapi.json: StreamPatch).
std::string DiagnosisPatch(std::string_view incident_id, int64_t revision);

}  // namespace vedette::api
