#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/incidents.h"
#include "api/route.h"
#include "incident/journal/attachments.h"
#include "model/incident.h"

namespace vedette::api {

struct AttachmentSources {
  incident::journal::Attachments& files;
  std::function<base::Result<model::Incident>(const model::TenantName&, std::string_view id)> find;
  CommandSink command;
  // Shows a file where people were told of the incident; how many places have it.
  std::function<base::Result<int64_t>(const incident::journal::Attachments::File& file)> share;
  // Tells stakeholders what somebody wrote; how many places have it.
  std::function<base::Result<int64_t>(const std::string& incident_id, const std::string& text)>
      update;
};

// The files of an incident:
//   GET    /api/v1/incidents/{id}/attachments
//   POST   /api/v1/incidents/{id}/attachments?name=graph.png  the body is the file; share=true
//                                                             shows it in Slack's thread too
//   GET    /api/v1/incidents/{id}/attachments/{attachment}    always as a download
//   DELETE /api/v1/incidents/{id}/attachments/{attachment}
// And what those are told who do not work on it:
//   POST   /api/v1/incidents/{id}/updates                     {"text"}
// All of it is in the timeline. Thread-safe.
std::vector<Route> AttachmentRoutes(AttachmentSources sources);

}  // namespace vedette::api
