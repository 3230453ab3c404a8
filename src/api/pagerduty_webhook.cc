#include "api/pagerduty_webhook.h"

#include <array>
#include <fmt/core.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/chat_words.h"
#include "base/json.h"
#include "base/log.h"

namespace vedette::api {
namespace {

using incident::CommandKind;

struct Meaning {
  std::string_view event_type;
  CommandKind kind;
};
constexpr std::array kMeanings = {
    Meaning{"incident.acknowledged", CommandKind::kAcknowledge},
    Meaning{"incident.resolved", CommandKind::kResolve},
    Meaning{"incident.reopened", CommandKind::kReopen},
    Meaning{"incident.annotated", CommandKind::kComment},
};

std::string TextOf(const base::Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}

// An empty object when there is none.
base::Json ObjectOf(const base::Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_object() ? *it : base::Json::object();
}

// What a person did to one of our incidents; nothing for all else.
std::optional<incident::Command> CommandOf(const base::Json& event,
                                           const notify::routing::Plan& plan) {
  const std::string type = TextOf(event, "event_type");
  const base::Json agent = ObjectOf(event, "agent");
  const std::string agent_type = TextOf(agent, "type");
  if (!agent_type.empty() && agent_type != "user_reference") return std::nullopt;
  base::Json data = ObjectOf(event, "data");
  incident::Command command;
  if (type == "incident.annotated") {
    command.text = TextOf(data, "content");
    if (command.text.empty()) return std::nullopt;
    data = ObjectOf(data, "incident");
  }
  command.incident_id = TextOf(data, "incident_key");
  if (!command.incident_id.starts_with("in_")) return std::nullopt;
  command.actor = ChatActor(plan, "pagerduty", TextOf(agent, "id"), TextOf(agent, "summary"));
  for (const Meaning& meaning : kMeanings) {
    if (type != meaning.event_type) continue;
    command.kind = meaning.kind;
    return command;
  }
  return std::nullopt;
}

net::Response Taken(std::string_view what) {
  return net::JsonResponse(200, fmt::format("{{\"status\":\"{}\"}}", what));
}

net::Response Hear(const PagerDutySources& sources, const Call& call) {
  const base::Result<std::string> receiver =
      sources.check(call.request.headers, call.request.body, call.now);
  if (!receiver.ok()) return ErrorResponse(receiver.error());
  const base::Result<base::Json> body = base::ParseJson(call.request.body);
  if (!body.ok()) return ErrorResponse(body.error());
  if (!body->is_object()) return ErrorResponse(base::InvalidArgument("the body must be an object"));
  std::optional<incident::Command> command =
      CommandOf(ObjectOf(*body, "event"), *sources.view()->plan);
  if (!command) return Taken("ignored");
  const auto tenant = sources.tenant_of(*receiver, command->incident_id);
  if (!tenant.ok()) return ErrorResponse(tenant.error());
  if (!*tenant) return Taken("ignored");
  command->tenant = **tenant;
  const base::Result<model::Incident> done = sources.command(*std::move(command));
  if (done.ok()) return Taken("ok");
  base::LogInfo("a webhook of PagerDuty had no effect", {{"error", done.error().message}});
  return base::IsRetryable(done.error().code) ? ErrorResponse(done.error()) : Taken("ignored");
}

}  // namespace

std::vector<Route> PagerDutyRoutes(PagerDutySources given) {
  const auto sources = std::make_shared<const PagerDutySources>(std::move(given));
  return {{"POST", "/api/v1/pagerduty/webhook", Permission::kPublic,
           [sources](const Call& call) { return Hear(*sources, call); }, "pagerDutyWebhook"}};
}

}  // namespace vedette::api
