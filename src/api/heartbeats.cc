#include "api/heartbeats.h"

#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/parameters.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/utf8.h"

namespace vedette::api {
namespace {

using base::JsonWriter;

constexpr size_t kBodyBytesMax = 100'000;

void WriteStatus(JsonWriter& json, const heartbeat::Status& status) {
  json.BeginObject()
      .Field("name", status.expected.name)
      .Field("state", heartbeat::StateName(status.state))
      .Field("interval", base::FormatDuration(status.expected.interval))
      .Field("grace", base::FormatDuration(status.expected.grace))
      .Field("severity", model::SeverityName(status.expected.severity))
      .Field("description", status.expected.description);
  json.Field("last_at", status.last_at);
  json.Field("due_at", status.due_at)
      .Field("beats", status.beats)
      .Field("message", status.message)
      .Field("source", status.source)
      .EndObject();
}

void WriteSelf(JsonWriter& json, const SelfReport& report) {
  json.Key("sent").BeginArray();
  for (const SentHeartbeat& sent : report.sent) {
    json.BeginObject()
        .Field("name", sent.name)
        .Field("host", sent.host)
        .Field("interval", base::FormatDuration(sent.interval));
    json.Field("last_at", sent.last_at);
    json.Field("detail", sent.detail).EndObject();
  }
  json.EndArray().Key("self").BeginObject().Field("healthy", report.healthy);
  json.Key("parts").BeginArray();
  for (const SelfPart& part : report.parts) {
    json.BeginObject().Field("name", part.name).Field("ok", part.ok);
    json.Field("since", part.since);
    json.Field("text", part.text).EndObject();
  }
  json.EndArray().EndObject();
}

net::Response List(const HeartbeatSources& sources, const Call& call) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("heartbeats").BeginArray();
  for (const heartbeat::Status& status : sources.list(call.caller.tenant)) {
    WriteStatus(json, status);
  }
  json.EndArray();
  WriteSelf(json, sources.self());
  json.EndObject();
  return net::JsonResponse(200, body);
}

std::string TextOf(const base::Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}

// Whatever a job or another system sends is a sign of life; what it says is for people.
base::Result<heartbeat::Beat> ReadBeat(const Call& call) {
  const std::string& body = call.request.body;
  if (body.size() > kBodyBytesMax) {
    return base::InvalidArgument("the body has more than 100,000 bytes", "body");
  }
  heartbeat::Beat beat{
      .failed = false, .message = call.Parameter("message").value_or(""), .source = {}};
  std::string status = call.Parameter("status").value_or("");
  const bool form =
      call.request.headers.Get("Content-Type").starts_with("application/x-www-form-urlencoded");
  if (const auto json = base::ParseJson(body); json.ok() && json->is_object()) {
    if (status.empty()) status = TextOf(*json, "status");
    if (beat.message.empty()) beat.message = TextOf(*json, "message");
  } else if (beat.message.empty() && !form && base::IsValidUtf8(body)) {
    beat.message = body;
  }
  beat.failed = status == "failed";
  beat.source = call.caller.name;
  return beat;
}

net::Response Record(const HeartbeatSources& sources, const Call& call) {
  const base::Result<heartbeat::Beat> beat = ReadBeat(call);
  if (!beat.ok()) return ErrorResponse(beat.error());
  const base::Result<heartbeat::Status> status =
      sources.record(call.caller.tenant, call.PathValue("name"), *beat);
  if (!status.ok()) return ErrorResponse(status.error());
  std::string body;
  JsonWriter json(body);
  WriteStatus(json, *status);
  return net::JsonResponse(200, body);
}

}  // namespace

std::vector<Route> HeartbeatRoutes(HeartbeatSources given) {
  const auto sources = std::make_shared<const HeartbeatSources>(std::move(given));
  using Handle = net::Response (*)(const HeartbeatSources&, const Call&);
  const auto route = [&](std::string method, std::string pattern, Permission permission,
                         std::string operation, Handle handle) {
    return Route{.method = std::move(method),
                 .pattern = std::move(pattern),
                 .permission = permission,
                 .handler = MakeHandler(sources, handle),
                 .operation = std::move(operation)};
  };
  return {route("GET", "/api/v1/heartbeats", Permission::kRead, "listHeartbeats", List),
          route("POST", "/api/v1/heartbeats/{name}", Permission::kIngest, "beat", Record),
          route("GET", "/api/v1/heartbeats/{name}", Permission::kIngest, "beatByGet", Record)};
}

}  // namespace vedette::api
