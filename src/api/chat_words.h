#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/incidents.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/incident.h"
#include "notify/routing/router.h"

namespace vedette::api {

// What people write to Vedette in a chat: `ack`, `resolve`, `comment`, `update`, `oncall`,
// `status`, `help`. An incident is named by its id, by the last four or more characters of it, by
// `last`, or not at all when only one is open. Thread-safe.

struct ChatSources {
  // Those that are not resolved, worst first.
  std::function<base::Result<std::vector<model::Incident>>(const model::TenantName&)> unresolved;
  CommandSink command;
  std::function<std::shared_ptr<const notify::routing::View>()> view;
  std::string external_url;  // for links; may be empty
  // Tells stakeholders what somebody wrote; how many places have it. May be empty.
  std::function<base::Result<int64_t>(const std::string& incident_id, const std::string& text)>
      update = {};
};

struct ChatRequest {
  model::TenantName tenant;
  std::string actor;  // who writes
  std::string text;   // without the name of the command
};

struct ChatReply {
  std::string text;      // in Slack's markup
  bool for_all = false;  // something was done, or everybody may want to know
};

ChatReply AnswerInChat(const ChatSources& sources, const ChatRequest& request, base::TimePoint now);

// Who somebody of a chat is: the user of the plan that has this id as an address, or whose full
// name it is; else "slack:<name>", of what may stand in a name.
std::string ChatActor(const notify::routing::Plan& plan, std::string_view chat, std::string_view id,
                      std::string_view name);

}  // namespace vedette::api
