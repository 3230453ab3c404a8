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
#include "base/utf8.h"
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

base::Result<base::TimePoint> Moment(const base::Json& json, const char* key) {
  VEDETTE_TRY(const std::string text, ReadText(json, key, kNameBytesMax));
  if (text.empty()) return BadParameter(key, "is missing: write 2026-11-23T09:00:00Z");
  const base::Result<base::TimePoint> time = base::ParseTime(text);
  if (!time.ok()) return BadParameter(key, time.error().message);
  return *time;
}

// The override of the body; with in_return the second half of the swap too.
base::Result<std::vector<Override>> ReadOverrides(const Call& call, const Schedule& schedule) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  Override override;
  override.id = "ov_" + base::NewId(call.now);
  override.schedule = schedule.name;
  override.created_at = call.now;
  VEDETTE_TRY(override.user, ReadText(json, "user", kNameBytesMax));
  if (override.user.empty()) return BadParameter("user", "is missing: who takes over?");
  VEDETTE_TRY(override.replaces, ReadText(json, "replaces", kNameBytesMax));
  if (override.user == override.replaces) {
    return BadParameter("replaces",
                        fmt::format("{} cannot take over from themselves", override.user));
  }
  VEDETTE_TRY(override.reason, ReadText(json, "reason", kReasonBytesMax));
  VEDETTE_TRY(override.created_by, ReadText(json, "by", kNameBytesMax));
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
              notify::routing::ParseCalendar(call.request.body, schedule->zone, call.now));
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
    override.reason = base::OneLine(fmt::format("imported: {}", event.uid), kReasonBytesMax);
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
  json.Field("left_out", calendar.left_out).EndObject();
  return net::JsonResponse(200, body);
}

base::Result<net::Response> PostTest(const OnCallSources& sources, const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  VEDETTE_TRY(std::string user, ReadText(json, "user", kNameBytesMax));
  VEDETTE_TRY(std::string receiver, ReadText(json, "receiver", kNameBytesMax));
  if (user.empty() == receiver.empty()) return BadParameter("user", "name a user or a receiver");
  VEDETTE_TRY(const std::string severity, ReadText(json, "severity", kNameBytesMax));
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
  json_out.BeginObject()
      .Field("id", test.id)
      .Field("dedup_keys", keys)
      .Field("ledger", "/api/v1/ledger?incident=" + test.id)
      .EndObject();
  return net::JsonResponse(202, body);
}

}  // namespace

void WriteOverride(JsonWriter& json, const Override& override) {
  json.BeginObject()
      .Field("id", override.id)
      .Field("schedule", override.schedule)
      .Field("user", override.user)
      .Field("replaces", override.replaces)
      .Field("from", override.from)
      .Field("to", override.to)
      .Field("reason", override.reason)
      .Field("by", override.created_by)
      .Field("created_at", override.created_at)
      .EndObject();
}

std::vector<Route> OnCallChangeRoutes(std::shared_ptr<const OnCallSources> sources) {
  std::vector<Route> routes;
  const auto add = [&](std::string method, std::string pattern, Permission permission,
                       std::string operation, auto handler) {
    routes.push_back({.method = std::move(method),
                      .pattern = std::move(pattern),
                      .permission = permission,
                      .handler = MakeHandler(sources, handler),
                      .operation = std::move(operation)});
  };
  const std::string overrides = "/api/v1/schedules/{name}/overrides";
  add("GET", overrides, Permission::kRead, "listOverrides", ListOverrides);
  add("POST", overrides, Permission::kRespond, "createOverride", PostOverride);
  add("DELETE", overrides + "/{id}", Permission::kRespond, "deleteOverride", DeleteOverride);
  add("POST", "/api/v1/schedules/{name}/import", Permission::kRespond, "importCalendar",
      ImportCalendar);
  routes.back().body_bytes_max = kLargeBody;
  add("POST", "/api/v1/notify/test", Permission::kRespond, "sendTestPage", PostTest);
  return routes;
}

}  // namespace vedette::api
