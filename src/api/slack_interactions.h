#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "api/chat_words.h"
#include "api/incidents.h"
#include "api/route.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/tenant.h"
#include "net/http.h"
#include "notify/delivery/receiver.h"

namespace vedette::api {

// In which tenant a request of Slack's acts, if it is genuine and new; else kUnauthenticated with
// the reason. Thread-safe.
using SlackCheck = std::function<base::Result<model::TenantName>(
    const net::Headers& headers, std::string_view body, base::TimePoint now)>;

struct SlackSources {
  SlackCheck check;
  ChatSources chat;
  // Whether an event has not come before: Slack sends again what was not answered in three seconds.
  std::function<bool(std::string_view event_id, base::TimePoint now)> is_new;
  std::function<base::Result<>(const notify::delivery::Saying&)> say;
};

// What people do in Slack. The signature stands for a key; 503 makes Slack tell the person.
//
// POST /api/v1/slack/interactions  somebody pressed a button of a message; the tenant and the
//                                  incident are those of the message, which we wrote
// POST /api/v1/slack/commands      "/vedette ack": the words of chat_words.h, in the tenant of the
//                                  receiver whose secret signed it
// POST /api/v1/slack/events        the same words to the bot by its name; answered in the thread
std::vector<Route> SlackRoutes(SlackSources sources);

}  // namespace vedette::api
