#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "api/incidents.h"
#include "api/route.h"
#include "base/clock.h"
#include "base/result.h"
#include "net/http.h"

namespace vedette::api {

// Whether a request is Slack's, and new; kUnauthenticated with the reason. Thread-safe.
using SlackCheck = std::function<base::Result<>(const net::Headers& headers, std::string_view body,
                                                base::TimePoint now)>;

// POST /api/v1/slack/interactions: somebody pressed a button of a message. The signature stands for
// a key; the tenant and the incident are those of the message, which we wrote. Answers 200 once the
// command is durable, or when it is of no use any more; 503 makes Slack tell the person.
std::vector<Route> SlackRoutes(SlackCheck check, CommandSink command);

}  // namespace vedette::api
