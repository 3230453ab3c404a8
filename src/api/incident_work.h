#pragma once

#include <vector>

#include "api/incidents.h"
#include "api/route.h"

namespace vedette::api {

// What people do with an incident beside taking and ending it; all answer with the incident as it
// is then. JSON of what is named, and "by" of who, as in IncidentRoutes:
//   POST /api/v1/incidents/{id}/reopen           "comment"
//   POST /api/v1/incidents/{id}/merge            "incident": the one to take over
//   POST /api/v1/incidents/{id}/split            "anomaly_ids": what leaves
//   POST /api/v1/incidents/{id}/phase            "phase"
//   POST /api/v1/incidents/{id}/roles            "role", "person" (empty: nobody)
//   POST /api/v1/incidents/{id}/tasks            "title", "assignee"
//   POST /api/v1/incidents/{id}/tasks/{task}/done
//   POST /api/v1/incidents/{id}/links            "url", "title"
//   POST /api/v1/incidents/{id}/timeline/{seq}/star    "starred": whether it is one of the rows
//   that
//                                                      the post-mortem begins with
//   POST /api/v1/incidents                       declares one: "title", "severity" (critical
//   without
//                                                it), "entities", "text"
// And of all of them:
//   GET  /api/v1/incidents/report                MTTA and MTTR of those that started from..to
// Thread-safe.
std::vector<Route> IncidentWorkRoutes(const incident::journal::Journal& journal,
                                      CommandSink command);

}  // namespace vedette::api
