#include "api/alert_senders.h"

#include <algorithm>
#include <fmt/core.h>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/parameters.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/log.h"

namespace vedette::api {
namespace {

using base::Json;
using base::JsonWriter;
using sources::senders::Doing;
using sources::senders::Mapped;
using sources::senders::Mapping;
using sources::senders::Translation;

void WriteMapped(JsonWriter& json, const Mapped& mapped) {
  json.BeginObject().Field("state", DoingName(mapped.doing)).Field("key", mapped.key);
  json.Field("labels", mapped.alert.labels);
  json.Field("annotations", mapped.alert.annotations);
  json.Field("link", mapped.alert.generator_url)
      .Field("starts_at", mapped.alert.starts_at)
      .Field("ends_at", mapped.alert.ends_at)
      .EndObject();
}

void WriteTranslation(JsonWriter& json, const Translation& translation) {
  json.Key("alerts").BeginArray();
  for (const Mapped& mapped : translation.alerts) WriteMapped(json, mapped);
  json.EndArray();
  json.Field("ignored", translation.ignored);
}

base::Result<const Mapping*> FindMapping(const std::vector<Mapping>& mappings,
                                         std::string_view name) {
  const auto found = std::ranges::find(mappings, name, &Mapping::name);
  if (found != mappings.end()) return &*found;
  return base::NotFound(
      fmt::format("no sender is called '{}'; GET /api/v1/intake lists those that are", name));
}

// Some senders put everything into the query.
base::Result<Json> MessageOf(const Call& call) {
  const net::Request& request = call.request;
  if (!request.body.empty()) {
    return sources::senders::ReadMessage(request.body, request.headers.Get("Content-Type"));
  }
  Json json = Json::object();
  for (const auto& [name, value] : request.query) {
    if (name != "api_key") json[name] = value;
  }
  if (json.empty()) return base::InvalidArgument("the message is empty", "body");
  return json;
}

// The alerts to post: one that ends has the labels with which it began, whatever the sender says
// of it now; one that fires with others takes the place of the one before.
std::vector<model::Alert> AlertsOf(const SenderSources& sources, const Call& call,
                                   const Mapping& mapping, const Translation& translation) {
  std::vector<model::Alert> alerts;
  for (const Mapped& mapped : translation.alerts) {
    model::Alert alert = mapped.alert;
    alert.tenant = call.caller.tenant;
    const AlertBoard::Alert known =
        mapped.key.empty() ? nullptr
                           : sources.board.FindKeyed(call.caller.tenant, mapping.name, mapped.key);
    if (mapped.doing == Doing::kResolved) {
      if (known != nullptr) alert.labels = known->alert.labels;
      alert.starts_at = {};
      alerts.push_back(std::move(alert));
      continue;
    }
    const bool changed = known != nullptr && known->alert.labels != alert.labels;
    alerts.push_back(std::move(alert));
    if (!changed) continue;
    model::Alert before = known->alert;
    before.ends_at = call.now;
    alerts.push_back(std::move(before));
  }
  return alerts;
}

base::Result<std::string> Take(const SenderSources& sources, const Call& call) {
  const auto mappings = sources.mappings();
  VEDETTE_TRY(const Mapping* mapping, FindMapping(*mappings, call.PathValue("sender")));
  VEDETTE_TRY(const Json message, MessageOf(call));
  VEDETTE_TRY(const Translation translation, Translate(*mapping, message, call.now));
  for (const std::string& why : translation.ignored) {
    base::LogInfo("a message is no alert", {{"sender", mapping->name}, {"why", why}});
  }
  std::vector<std::string> rejected;
  std::vector<model::Alert> alerts = AlertsOf(sources, call, *mapping, translation);
  if (!alerts.empty()) {
    VEDETTE_TRY(const auto taken, sources.post(std::move(alerts)));
    for (const base::Result<>& each : taken) {
      if (each.ok()) continue;
      if (base::IsRetryable(each.error().code)) return each.error();
      rejected.push_back(each.error().message);
    }
  }
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Field("accepted", static_cast<int64_t>(translation.alerts.size()));
  WriteTranslation(json, translation);
  json.Field("rejected", rejected);
  json.EndObject();
  return body;
}

base::Result<std::string> Preview(const SenderSources& sources, const Call& call) {
  const auto mappings = sources.mappings();
  VEDETTE_TRY(const Mapping* mapping, FindMapping(*mappings, call.PathValue("sender")));
  VEDETTE_TRY(const Json message, MessageOf(call));
  VEDETTE_TRY(const Translation translation, Translate(*mapping, message, call.now));
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  WriteTranslation(json, translation);
  json.EndObject();
  return body;
}

// A mapping that is being written: what is wrong is the answer, not an error.
base::Result<std::string> Try(const SenderSources&, const Call& call) {
  VEDETTE_TRY(const Json request, ReadJsonBody(call));
  const auto text = request.find("mapping");
  if (text == request.end() || !text->is_string()) {
    return BadParameter("mapping", "must be the text of a mapping");
  }
  std::vector<yaml::Diagnostic> problems;
  const Mapping mapping =
      sources::senders::ReadMapping(text->get_ref<const std::string&>(), problems);
  Translation translation;
  std::vector<std::string> faults;
  for (const yaml::Diagnostic& problem : problems) faults.push_back(problem.ToString("mapping"));
  const auto payload = request.find("payload");
  if (problems.empty() && payload != request.end()) {
    const auto type = request.find("content_type");
    const bool typed = type != request.end() && type->is_string();
    base::Result<Json> message = *payload;
    if (payload->is_string()) {
      message = sources::senders::ReadMessage(payload->get_ref<const std::string&>(),
                                              typed ? type->get<std::string>() : std::string());
    }
    const auto done = message.ok() ? Translate(mapping, *message, call.now)
                                   : base::Result<Translation>(message.error());
    if (done.ok()) {
      translation = *done;
    } else {
      faults.push_back("payload: " + done.error().message);
    }
  }
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  WriteTranslation(json, translation);
  json.Field("problems", faults);
  json.Field("failed_examples",
             problems.empty() ? RunExamples(mapping) : std::vector<std::string>());
  json.EndObject();
  return body;
}

base::Result<std::string> List(const SenderSources& sources, const Call&) {
  const auto mappings = sources.mappings();
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("senders").BeginArray();
  for (const Mapping& mapping : *mappings) {
    json.BeginObject()
        .Field("name", mapping.name)
        .Field("title", mapping.title)
        .Field("path", "/api/v1/intake/" + mapping.name)
        .Field("setup", mapping.setup)
        .Field("example", mapping.examples.empty() ? "" : mapping.examples.front().payload)
        .EndObject();
  }
  json.EndArray().EndObject();
  return body;
}

}  // namespace

std::vector<Route> AlertSenderRoutes(SenderSources given) {
  const auto sources = std::make_shared<const SenderSources>(std::move(given));
  using Handle = base::Result<std::string> (*)(const SenderSources&, const Call&);
  const auto route = [&](std::string method, std::string path, Permission permission,
                         std::string operation, Handle handle) {
    return Route{.method = std::move(method),
                 .pattern = "/api/v1/intake" + path,
                 .permission = permission,
                 .handler = MakeHandler(sources, handle),
                 .operation = std::move(operation)};
  };
  return {route("GET", "", Permission::kRead, "listSenders", List),
          route("POST", "/preview", Permission::kRespond, "tryMapping", Try),
          WithLargeBody(route("POST", "/{sender}", Permission::kIngest, "postFromSender", Take)),
          WithLargeBody(route("POST", "/{sender}/preview", Permission::kRespond,
                              "previewFromSender", Preview))};
}

}  // namespace vedette::api
