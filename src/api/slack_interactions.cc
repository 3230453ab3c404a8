#include "api/slack_interactions.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "notify/delivery/buttons.h"

namespace vedette::api {
namespace {

constexpr std::string_view kChat = "slack";
constexpr size_t kActionsMax = 10;
constexpr size_t kFieldsMax = 32;

std::string TextOf(const base::Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::string ActorOf(const base::Json& payload, const notify::routing::Plan& plan) {
  const auto user = payload.find("user");
  if (user == payload.end() || !user->is_object()) return ChatActor(plan, kChat, "", "");
  std::string name = TextOf(*user, "username");
  if (name.empty()) name = TextOf(*user, "name");
  return ChatActor(plan, kChat, TextOf(*user, "id"), name);
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

net::Response Press(const SlackSources& sources, const Call& call, const model::TenantName&) {
  const base::Result<base::Json> payload = PayloadOf(call.request);
  if (!payload.ok()) return ErrorResponse(payload.error());
  const auto actions = payload->find("actions");
  if (actions == payload->end() || !actions->is_array()) return net::TextResponse(200, "");
  const std::string actor = ActorOf(*payload, *sources.chat.view()->plan);
  for (size_t i = 0; i < std::min(actions->size(), kActionsMax); ++i) {
    std::optional<incident::Command> command = CommandOf((*actions)[i], actor);
    if (!command) continue;
    const base::Result<model::Incident> done = sources.chat.command(*std::move(command));
    if (done.ok()) continue;
    base::LogInfo("a button in Slack had no effect", {{"error", done.error().message}});
    if (base::IsRetryable(done.error().code)) return ErrorResponse(done.error());
  }
  return net::TextResponse(200, "");
}

net::Response Ask(const SlackSources& sources, const Call& call, const model::TenantName& tenant) {
  const base::Result<net::Parameters> form = net::ParseParameters(call.request.body, kFieldsMax);
  if (!form.ok()) return ErrorResponse(form.error());
  const auto field = [&](std::string_view name) {
    return std::string(net::FindParameter(*form, name).value_or(""));
  };
  const ChatReply reply = AnswerInChat(
      sources.chat,
      {.tenant = tenant,
       .actor = ChatActor(*sources.chat.view()->plan, kChat, field("user_id"), field("user_name")),
       .text = field("text")},
      call.now);
  std::string body;
  base::JsonWriter(body)
      .BeginObject()
      .Field("response_type", reply.for_all ? "in_channel" : "ephemeral")
      .Field("text", reply.text)
      .EndObject();
  return net::JsonResponse(200, body);
}

// "<@U012> ack" without the name of the bot.
std::string WithoutMention(std::string text) {
  const size_t begin = text.find("<@");
  const size_t end = text.find('>', begin == std::string::npos ? 0 : begin);
  if (begin != std::string::npos && end != std::string::npos) text.erase(begin, end + 1 - begin);
  return text;
}

void Hear(const SlackSources& sources, const base::Json& event, const model::TenantName& tenant,
          base::TimePoint now) {
  const bool by_bot = !TextOf(event, "bot_id").empty();
  if (TextOf(event, "type") != "app_mention" || by_bot) return;
  const ChatReply reply = AnswerInChat(
      sources.chat,
      {.tenant = tenant,
       .actor = ChatActor(*sources.chat.view()->plan, kChat, TextOf(event, "user"), ""),
       .text = WithoutMention(TextOf(event, "text"))},
      now);
  std::string thread = TextOf(event, "thread_ts");
  if (thread.empty()) thread = TextOf(event, "ts");
  const base::Result<> said = sources.say(
      {.channel = TextOf(event, "channel"), .thread = std::move(thread), .text = reply.text});
  if (!said.ok()) {
    base::LogWarning("an answer did not get to Slack", {{"error", said.error().message}});
  }
}

net::Response Listen(const SlackSources& sources, const Call& call,
                     const model::TenantName& tenant) {
  const base::Result<base::Json> body = base::ParseJson(call.request.body);
  if (!body.ok()) return ErrorResponse(body.error());
  if (!body->is_object()) return ErrorResponse(base::InvalidArgument("the body must be an object"));
  if (TextOf(*body, "type") == "url_verification") {
    std::string answer;
    base::JsonWriter(answer)
        .BeginObject()
        .Field("challenge", TextOf(*body, "challenge"))
        .EndObject();
    return net::JsonResponse(200, answer);
  }
  const auto event = body->find("event");
  if (event != body->end() && event->is_object()) {
    const std::string id = TextOf(*body, "event_id");
    if (id.empty() || sources.is_new("slack event " + id, call.now))
      Hear(sources, *event, tenant, call.now);
  }
  return net::JsonResponse(200, "{\"status\":\"ok\"}");
}

}  // namespace

std::vector<Route> SlackRoutes(SlackSources given) {
  const auto sources = std::make_shared<const SlackSources>(std::move(given));
  using Handle = net::Response (*)(const SlackSources&, const Call&, const model::TenantName&);
  const auto route = [&](std::string what, std::string operation, Handle handle) {
    return Route{.method = "POST",
                 .pattern = "/api/v1/slack/" + what,
                 .permission = Permission::kPublic,
                 .handler =
                     [sources, handle](const Call& call) {
                       const net::Request& request = call.request;
                       const auto tenant = sources->check(request.headers, request.body, call.now);
                       return tenant.ok() ? handle(*sources, call, *tenant)
                                          : ErrorResponse(tenant.error());
                     },
                 .operation = std::move(operation)};
  };
  return {route("interactions", "slackInteraction", Press), route("commands", "slackCommand", Ask),
          route("events", "slackEvent", Listen)};
}

}  // namespace vedette::api
