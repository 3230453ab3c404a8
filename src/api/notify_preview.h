#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/route.h"
#include "base/result.h"
#include "model/page.h"

namespace vedette::api {

struct PreviewRequest {
  model::TenantName tenant;
  std::string receiver = {};  // of the configuration, by name; or:
  std::string kind = {};
  bool has_template = false;  // instead of the receiver's own
  std::string title = {};
  std::string text = {};
  model::PageKind page = model::PageKind::kOpened;
  model::Severity severity = model::Severity::kCritical;
};

struct PreviewAnswer {
  std::string kind;
  std::string title;
  std::string text;
  std::string payload;  // as it would go over the wire, without secrets
};

// Thread-safe; errors are kInvalidArgument with the field of the request.
using PreviewFunction = std::function<base::Result<PreviewAnswer>(const PreviewRequest&)>;

// POST /api/v1/notify/preview  {"receiver" or "kind", "template": {"title", "text"}, "page",
//                               "severity"}: what would be sent about a sample incident
std::vector<Route> NotifyPreviewRoutes(PreviewFunction preview);

}  // namespace vedette::api
