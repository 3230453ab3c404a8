#include "api/oncall_changes.h"

#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/parameters.h"
#include "base/duration.h"
#include "base/id.h"
#include "base/json.h"
#include "notify/routing/icalendar.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
using notify::routing::Override;
using notify::routing::Schedule;
using notify::routing::TargetKind;
using notify::routing::TestPage;
using notify::routing::View;

constexpr size_t kNameBytesMax = 200;
constexpr size_t kReasonBytesMax = 1'000;

base::Result<base::Json> ReadBody(const Call& call) {
  VEDETTE_TRY(base::Json json, base::ParseJson(call.request.body));
  if (!json.is_object()) return base::InvalidArgument("the body must be a JSON object");
  return json;
}

// Empty when the member is not there.
base::Result<std::string> Text(const base::Json& json, const char* key,
                               size_t bytes_max = kNameBytesMax) {
  const auto it = json.find(key);
  if (it == json.end() || it->is_null()) return std::string();
  if (!it->is_string()) return BadParameter(key, "must be a string");
  auto text = it->get<std::string>();
  if (text.size() > bytes_max) {
    return BadParameter(key, fmt::format("has {} bytes; the limit is {}", text.size(), bytes_max));
  }
  return text;
}

base::Result<base::TimePoint> Moment(const base::Json& json, const char* key) {
  VEDETTE_TRY(const std::string text, Text(json, key));
  if (text.empty()) return BadParameter(key, "is missing: write 2026-11-23T09:00:00Z");
  const base::Result<base::TimePoint> time = base::ParseTime(text);
  if (!time.ok()) return BadParameter(key, time.error().message);
  return *time;
}

// The override of the body; with in_return the second half of the swap too.
base::Result<std::vector<Override>> ReadOverrides(const Call& call, const Schedule& schedule) {
  VEDETTE_TRY(const base::Json json, ReadBody(call));
  Override override;
  override.id = "ov_" + base::NewId(call.now);
  override.schedule = schedule.name;
  override.created_at = call.now;
  VEDETTE_TRY(override.user, Text(json, "user"));
  if (override.user.empty()) return BadParameter("user", "is missing: who takes over?");
  VEDETTE_TRY(override.replaces, Text(json, "replaces"));
  VEDETTE_TRY(override.reason, Text(json, "reason", kReasonBytesMax));
  VEDETTE_TRY(override.created_by, Text(json, "by"));
  if (override.created_by.empty()) override.created_by = call.caller.name;
  VEDETTE_TRY(override.from, Moment(json, "from"));
  VEDETTE_TRY(override.to, Moment(json, "to"));
  std::vector<Override> overrides = {override};
  const auto back = json.find("in_return");
  if (back == json.end() || back->is_null()) return overrides;
  if (!back->is_object()) return BadParameter("in_return", "must be an object of from and to");
  if (override.replaces.empty()) {
    return BadParameter("replaces", "is missing: with whom is the shift swapped?");
  }
  std::swap(override.user, override.replaces);
  override.id = "ov_" + base::NewId(call.now);
  VEDETTE_TRY(override.from, Moment(*back, "from"));
  VEDETTE_TRY(override.to, Moment(*back, "to"));
  overrides.push_back(std::move(override));
  return overrides;
}

void WriteOverrides(JsonWriter& json, const std::vector<Override>& overrides) {
  json.Key("overrides").BeginArray();
  for (const Override& override : overrides) WriteOverride(json, override);
  json.EndArray();
}

base::Result<net::Response> ListOverrides(const OnCallSources& sources, const Call& call) {
  const auto view = sources.view();
  VEDETTE_TRY(const Schedule* schedule, FindScheduleOf(*view->plan, call));
  std::vector<Override> own;
  std::copy_if(view->overrides.begin(), view->overrides.end(), std::back_inserter(own),
               [&](const Override& override) { return override.schedule == schedule->name; });
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  WriteOverrides(json, own);
  json.EndObject();
  return net::JsonResponse(200, body);
}

base::Result<net::Response> PostOverride(const OnCallSources& sources, const Call& call) {
  const auto view = sources.view();
  VEDETTE_TRY(const Schedule* schedule, FindScheduleOf(*view->plan, call));
  VEDETTE_TRY(const std::vector<Override> overrides, ReadOverrides(call, *schedule));
  VEDETTE_TRY_VOID(sources.add(overrides, call.caller.name));
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Field("id", overrides.front().id);
  WriteOverrides(json, overrides);
  json.EndObject();
  return net::JsonResponse(201, body);
}

base::Result<net::Response> DeleteOverride(const OnCallSources& sources, const Call& call) {
  const auto view = sources.view();
  VEDETTE_TRY(const Schedule* schedule, FindScheduleOf(*view->plan, call));
  const std::string_view id = call.PathValue("id");
  const bool own =
      std::any_of(view->overrides.begin(), view->overrides.end(), [&](const Override& override) {
        return override.id == id && override.schedule == schedule->name;
      });
  if (!own) return base::NotFound("the schedule has no such override");
  VEDETTE_TRY_VOID(sources.remove(std::string(id), call.caller.name));
  return net::JsonResponse(200, "{\"status\":\"deleted\"}");
}

// An override for each event that names a person; an event that was imported before is left out.
base::Result<net::Response> ImportCalendar(const OnCallSources& sources, const Call& call) {
  const auto view = sources.view();
  VEDETTE_TRY(const Schedule* schedule, FindScheduleOf(*view->plan, call));
  VEDETTE_TRY(notify::routing::Calendar calendar,
              notify::routing::ParseCalendar(call.request.body, schedule->zone));
  std::vector<Override> overrides;
  for (const notify::routing::CalendarEvent& event : calendar.events) {
    const notify::routing::User* user = PersonOf(event, *view->plan);
    const auto leave_out = [&](std::string_view why) {
      calendar.left_out.push_back(fmt::format("\"{}\" ({}): {}", event.summary, event.uid, why));
    };
    if (user == nullptr) {
      leave_out("it names no user, or several");
      continue;
    }
    Override override;
    override.schedule = schedule->name;
    override.user = user->name;
    override.from = event.from;
    override.to = event.to;
    override.reason = fmt::format("imported: {}", event.uid).substr(0, kReasonBytesMax);
    const auto same = [&](const Override& other) {
      return other.schedule == override.schedule && other.user == override.user &&
             other.from == override.from && other.to == override.to;
    };
    if (std::any_of(view->overrides.begin(), view->overrides.end(), same)) {
      leave_out("it is there already");
      continue;
    }
    override.id = "ov_" + base::NewId(call.now);
    override.created_by = call.caller.name;
    override.created_at = call.now;
    overrides.push_back(std::move(override));
  }
  if (!overrides.empty()) VEDETTE_TRY_VOID(sources.add(overrides, call.caller.name));
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Field("imported", static_cast<int64_t>(overrides.size()));
  WriteOverrides(json, overrides);
  json.Key("left_out").BeginArray();
  for (const std::string& line : calendar.left_out) json.Value(line);
  json.EndArray().EndObject();
  return net::JsonResponse(200, body);
}

base::Result<net::Response> PostTest(const OnCallSources& sources, const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadBody(call));
  VEDETTE_TRY(std::string user, Text(json, "user"));
  VEDETTE_TRY(std::string receiver, Text(json, "receiver"));
  if (user.empty() == receiver.empty()) return BadParameter("user", "name a user or a receiver");
  VEDETTE_TRY(const std::string severity, Text(json, "severity"));
  TestPage test;
  test.id = "test_" + base::NewId(call.now);
  test.tenant = call.caller.tenant;
  test.asked_by = call.caller.name;
  test.severity = model::ParseSeverity(severity).value_or(model::Severity::kCritical);
  if (user.empty()) {
    test.target = {TargetKind::kReceiver, std::move(receiver)};
  } else {
    test.target = {TargetKind::kUser, std::move(user)};
  }
  VEDETTE_TRY(const std::vector<std::string> keys, sources.test(test));
  std::string body;
  JsonWriter json_out(body);
  json_out.BeginObject().Field("id", test.id).Key("dedup_keys").BeginArray();
  for (const std::string& key : keys) json_out.Value(key);
  json_out.EndArray().Field("ledger", "/api/v1/ledger?incident=" + test.id).EndObject();
  return net::JsonResponse(202, body);
}

}  // namespace

void WriteOverride(JsonWriter& json, const Override& override) {
  json.BeginObject()
      .Field("id", override.id)
      .Field("schedule", override.schedule)
      .Field("user", override.user)
      .Field("replaces", override.replaces)
      .Field("from", base::FormatTime(override.from))
      .Field("to", base::FormatTime(override.to))
      .Field("reason", override.reason)
      .Field("by", override.created_by)
      .Field("created_at", base::FormatTime(override.created_at))
      .EndObject();
}

std::vector<Route> OnCallChangeRoutes(std::shared_ptr<const OnCallSources> sources) {
  std::vector<Route> routes;
  const auto add = [&](std::string method, std::string pattern, Permission permission,
                       std::string operation, auto handler) {
    routes.push_back({.method = std::move(method),
                      .pattern = std::move(pattern),
                      .permission = permission,
                      .handler =
                          [sources, handler](const Call& call) {
                            base::Result<net::Response> response = handler(*sources, call);
                            return response.ok() ? *std::move(response)
                                                 : ErrorResponse(response.error());
                          },
                      .operation = std::move(operation)});
  };
  const std::string overrides = "/api/v1/schedules/{name}/overrides";
  add("GET", overrides, Permission::kRead, "listOverrides", ListOverrides);
  add("POST", overrides, Permission::kRespond, "createOverride", PostOverride);
  add("DELETE", overrides + "/{id}", Permission::kRespond, "deleteOverride", DeleteOverride);
  add("POST", "/api/v1/schedules/{name}/import", Permission::kRespond, "importCalendar",
      ImportCalendar);
  add("POST", "/api/v1/notify/test", Permission::kRespond, "sendTestPage", PostTest);
  return routes;
}

}  // namespace vedette::api
