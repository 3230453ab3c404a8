#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/incidents.h"
#include "api/route.h"
#include "base/result.h"
#include "model/incident.h"
#include "notify/delivery/ack_links.h"

namespace vedette::api {

// Thread-safe; all outlive the routes.
struct AckPageSources {
  notify::delivery::AckLinks& links;
  std::function<base::Result<model::Incident>(const model::TenantName&, std::string_view id)> find;
  CommandSink command;
  // Who it is that this receiver reaches at this address: a user of the configuration; empty when
  // that is nobody in particular.
  std::function<std::string(std::string_view receiver, std::string_view to)> person;
};

// The pages behind the link in a message. The token stands for a key.
//
// GET  /ack/{token}  says what it is about and has a button; changes nothing, since programs that
//                    look for harm in mails open every link in them
// POST /ack/{token}  acknowledges, once
//
// HTML for a phone, without scripts. 403 for a link that is not ours, 410 for one that is over.
std::vector<Route> AckPageRoutes(AckPageSources sources);

}  // namespace vedette::api
