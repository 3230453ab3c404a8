#include "api/slack_interactions.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/log.h"
#include "notify/delivery/buttons.h"

namespace vedette::api {
namespace {

constexpr size_t kNameBytesMax = 64;
constexpr size_t kActionsMax = 10;

std::string TextOf(const base::Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}

// "slack:alice", of what may stand in a name.
std::string ActorOf(const base::Json& payload) {
  std::string name;
  if (const auto user = payload.find("user"); user != payload.end() && user->is_object()) {
    for (const char* key : {"username", "name", "id"}) {
      if (name.empty()) name = TextOf(*user, key);
    }
  }
  std::erase_if(name, [](char c) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
    return !plain;
  });
  name.resize(std::min(name.size(), kNameBytesMax));
  return "slack:" + (name.empty() ? "unknown" : name);
}

std::optional<incident::Command> CommandOf(const base::Json& action, const std::string& actor) {
  if (!action.is_object()) return std::nullopt;
  const std::string what = TextOf(action, "action_id");
  const std::string value = TextOf(action, "value");
  const size_t blank = value.find(' ');
  if (blank == std::string::npos) return std::nullopt;
  incident::Command command;
  command.tenant = value.substr(0, blank);
  command.incident_id = value.substr(blank + 1);
  command.actor = actor;
  if (what == notify::delivery::kAcknowledgeAction) {
    command.kind = incident::CommandKind::kAcknowledge;
  } else if (what == notify::delivery::kResolveAction) {
    command.kind = incident::CommandKind::kResolve;
  } else {
    return std::nullopt;  // a button that only leads somewhere is reported too
  }
  return command;
}

base::Result<base::Json> PayloadOf(const net::Request& request) {
  VEDETTE_TRY(const net::Parameters form, net::ParseParameters(request.body, 16));
  const std::optional<std::string_view> text = net::FindParameter(form, "payload");
  if (!text) return base::InvalidArgument("is missing", "payload");
  VEDETTE_TRY(base::Json payload, base::ParseJson(*text));
  if (!payload.is_object()) return base::InvalidArgument("must be an object", "payload");
  return payload;
}

net::Response Answer(const SlackCheck& check, const CommandSink& sink, const Call& call) {
  const base::Result<> genuine = check(call.request.headers, call.request.body, call.now);
  if (!genuine.ok()) return ErrorResponse(genuine.error());
  const base::Result<base::Json> payload = PayloadOf(call.request);
  if (!payload.ok()) return ErrorResponse(payload.error());
  const auto actions = payload->find("actions");
  if (actions == payload->end() || !actions->is_array()) return net::TextResponse(200, "");
  const std::string actor = ActorOf(*payload);
  for (size_t i = 0; i < std::min(actions->size(), kActionsMax); ++i) {
    std::optional<incident::Command> command = CommandOf((*actions)[i], actor);
    if (!command) continue;
    const base::Result<model::Incident> done = sink(*std::move(command));
    if (done.ok()) continue;
    base::LogInfo("a button in Slack had no effect", {{"error", done.error().message}});
    if (base::IsRetryable(done.error().code)) return ErrorResponse(done.error());
  }
  return net::TextResponse(200, "");
}

}  // namespace

std::vector<Route> SlackRoutes(SlackCheck check, CommandSink command) {
  return {{"POST", "/api/v1/slack/interactions", Permission::kPublic,
           [check = std::move(check), command = std::move(command)](const Call& call) {
             return Answer(check, command, call);
           },
           "slackInteraction"}};
}

}  // namespace vedette::api
