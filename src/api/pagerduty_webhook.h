#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/incidents.h"
#include "api/route.h"
#include "base/clock.h"
#include "base/result.h"
#include "net/http.h"
#include "notify/routing/router.h"

namespace vedette::api {

// Thread-safe.
struct PagerDutySources {
  // Whether a request is PagerDuty's, and new: the receiver whose secret signed it.
  // kUnauthenticated with the reason.
  std::function<base::Result<std::string>(const net::Headers& headers, std::string_view body,
                                          base::TimePoint now)>
      check;
  // The tenant of an incident of which this receiver was told; nothing when it was told of none.
  std::function<base::Result<std::optional<model::TenantName>>(std::string_view receiver,
                                                               std::string_view incident_id)>
      tenant_of;
  CommandSink command;
  std::function<std::shared_ptr<const notify::routing::View>()> view;
};

// POST /api/v1/pagerduty/webhook (webhooks of version 3): what people do in PagerDuty to an
// incident that Vedette opened there, is done to it here: acknowledged, resolved, reopened,
// annotated. The signature stands for a key. What is of other incidents, and what an integration
// did (it was us), is answered 200 and ignored; 503 makes PagerDuty send it again.
std::vector<Route> PagerDutyRoutes(PagerDutySources sources);

}  // namespace vedette::api
