#include "api/oncall.h"

#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <utility>

#include "api/notify_plan.h"
#include "api/oncall_changes.h"
#include "api/parameters.h"
#include "base/duration.h"
#include "base/json_writer.h"
#include "notify/routing/check.h"
#include "notify/routing/icalendar.h"
#include "notify/routing/schedule.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
using notify::routing::Duty;
using notify::routing::Layer;
using notify::routing::Override;
using notify::routing::Plan;
using notify::routing::Schedule;
using notify::routing::Team;
using notify::routing::User;
using notify::routing::View;

constexpr std::chrono::days kShiftsAhead{30};
constexpr std::chrono::days kShiftsMax{366};
constexpr std::chrono::days kCalendarAhead{90};
constexpr size_t kShiftsListed = 2'000;
constexpr std::string_view kCalendarEnding = ".ics";

double InHours(base::Duration duration) {
  return std::chrono::duration<double, std::ratio<3600>>(duration).count();
}

void WriteDuty(JsonWriter& json, const Duty& duty, const Plan& plan) {
  const User* user = plan.FindUser(duty.user);
  json.BeginObject()
      .Field("user", duty.user)
      .Field("full_name", user == nullptr ? std::string() : user->full_name)
      .Field("from", duty.from)
      .Field("until", duty.to)
      .Field("cause", duty.cause)
      .EndObject();
}

// Who is on call now, and who comes after; null for nobody.
void WriteNowAndNext(JsonWriter& json, const Schedule& schedule, const View& view,
                     base::TimePoint now) {
  const Duty duty = OnCall(schedule, view.overrides, now);
  json.Key("on_call");
  if (duty.user.empty()) {
    json.Null();
  } else {
    WriteDuty(json, duty, *view.plan);
  }
  json.Field("until", duty.to).Key("next");
  const Duty next = OnCall(schedule, view.overrides, duty.to);
  if (next.user.empty()) {
    json.Null();
  } else {
    WriteDuty(json, next, *view.plan);
  }
}

void WriteLayer(JsonWriter& json, const Layer& layer) {
  json.BeginObject()
      .Field("name", layer.name)
      .Field("start", notify::routing::FormatLocal(layer.start))
      .Field("rotation", layer.monthly ? "monthly" : base::FormatDuration(layer.length))
      .Key("users")
      .BeginArray();
  for (const std::string& user : layer.users) json.Value(user);
  json.EndArray().Key("hours").BeginArray();
  for (const auto& window : layer.hours) json.Value(Describe(window));
  json.EndArray().Key("days_of_month").BeginArray();
  for (const int64_t day : layer.days_of_month) json.Value(day);
  json.EndArray().EndObject();
}

void WriteSchedule(JsonWriter& json, const Schedule& schedule, const View& view,
                   base::TimePoint now) {
  json.BeginObject().Field("name", schedule.name).Field("time_zone", schedule.zone.name());
  WriteNowAndNext(json, schedule, view, now);
  json.Key("layers").BeginArray();
  for (const Layer& layer : schedule.layers) WriteLayer(json, layer);
  json.EndArray().Key("overrides").BeginArray();
  for (const Override& override : view.overrides) {
    if (override.schedule == schedule.name && override.to > now) WriteOverride(json, override);
  }
  json.EndArray().EndObject();
}

base::Result<std::string> ListSchedules(const OnCallSources& sources, const Call& call) {
  const auto view = sources.view();
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("schedules").BeginArray();
  for (const Schedule& schedule : view->plan->schedules) {
    WriteSchedule(json, schedule, *view, call.now);
  }
  json.EndArray().EndObject();
  return body;
}

net::Response CalendarOf(const Schedule& schedule, const View& view, base::TimePoint now) {
  const std::vector<Duty> duties = Duties(schedule, view.overrides, now - std::chrono::days(7),
                                          now + kCalendarAhead, kShiftsListed);
  net::Response response = net::TextResponse(200, WriteCalendar(schedule, duties, *view.plan, now));
  response.headers.Set("Content-Type", "text/calendar; charset=utf-8");
  return response;
}

net::Response GetSchedule(const OnCallSources& sources, const Call& call) {
  const auto view = sources.view();
  std::string_view name = call.PathValue("name");
  if (const Schedule* schedule = view->plan->FindSchedule(name)) {
    std::string body;
    JsonWriter json(body);
    WriteSchedule(json, *schedule, *view, call.now);
    return net::JsonResponse(200, body);
  }
  if (name.ends_with(kCalendarEnding)) {
    name.remove_suffix(kCalendarEnding.size());
    const Schedule* schedule = view->plan->FindSchedule(name);
    if (schedule != nullptr) return CalendarOf(*schedule, *view, call.now);
  }
  return ErrorResponse(base::NotFound(fmt::format("there is no schedule '{}'", name)));
}

void WriteLoads(JsonWriter& json, const std::vector<Duty>& duties, const Plan& plan) {
  json.Key("load").BeginArray();
  for (const auto& [user, load] : LoadOf(duties, plan)) {
    if (user.empty()) continue;
    json.BeginObject()
        .Field("user", user)
        .Field("shifts", load.shifts)
        .Field("hours", InHours(load.total))
        .Field("night_hours", InHours(load.nights))
        .Field("weekend_hours", InHours(load.weekends))
        .EndObject();
  }
  json.EndArray();
}

base::Result<std::string> ListShifts(const OnCallSources& sources, const Call& call) {
  const auto view = sources.view();
  VEDETTE_TRY(const Schedule* schedule, FindScheduleOf(*view->plan, call));
  VEDETTE_TRY(const auto asked_from, ReadTime(call, "from"));
  VEDETTE_TRY(const auto asked_to, ReadTime(call, "to"));
  const base::TimePoint from = asked_from.value_or(call.now);
  const base::TimePoint to = asked_to.value_or(from + kShiftsAhead);
  if (to <= from) return BadParameter("to", "must be after from");
  if (to - from > kShiftsMax) return BadParameter("to", "at most 366 days after from");
  const std::vector<Duty> duties = Duties(*schedule, view->overrides, from, to, kShiftsListed + 1);
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Field("schedule", schedule->name).Key("shifts").BeginArray();
  const size_t count = std::min(duties.size(), kShiftsListed);
  for (size_t i = 0; i < count; ++i) {
    if (!duties[i].user.empty()) WriteDuty(json, duties[i], *view->plan);
  }
  json.EndArray().Key("gaps").BeginArray();
  for (size_t i = 0; i < count; ++i) {
    if (!duties[i].user.empty()) continue;
    json.BeginObject().Field("from", duties[i].from).Field("until", duties[i].to).EndObject();
  }
  json.EndArray();
  WriteLoads(json, duties, *view->plan);
  json.Field("complete", duties.size() <= kShiftsListed).EndObject();
  return body;
}

void WriteTeam(JsonWriter& json, const Team& team, const View& view, base::TimePoint now) {
  json.BeginObject().Field("team", team.name).Field("members", team.members).Key("schedule");
  const Schedule* schedule = view.plan->FindSchedule(team.schedule);
  if (schedule == nullptr) {
    json.Null().Key("on_call").Null().EndObject();
    return;
  }
  json.Value(schedule->name);
  WriteNowAndNext(json, *schedule, view, now);
  json.EndObject();
}

base::Result<std::string> WhoIsOnCall(const OnCallSources& sources, const Call& call) {
  const auto view = sources.view();
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("teams").BeginArray();
  for (const Team& team : view->plan->teams) WriteTeam(json, team, *view, call.now);
  json.EndArray().Key("schedules").BeginArray();
  for (const Schedule& schedule : view->plan->schedules) {
    json.BeginObject().Field("schedule", schedule.name);
    WriteNowAndNext(json, schedule, *view, call.now);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return body;
}

}  // namespace

base::Result<const Schedule*> FindScheduleOf(const Plan& plan, const Call& call) {
  const std::string_view name = call.PathValue("name");
  const Schedule* schedule = plan.FindSchedule(name);
  if (schedule == nullptr) {
    return base::NotFound(fmt::format("there is no schedule '{}'", name));
  }
  return schedule;
}

std::vector<Route> OnCallRoutes(OnCallSources sources) {
  const auto shared = std::make_shared<const OnCallSources>(std::move(sources));
  std::vector<Route> routes = OnCallChangeRoutes(shared);
  for (Route& route : NotifyPlanRoutes(shared)) routes.push_back(std::move(route));
  const auto get = [&](std::string pattern, std::string operation, auto handler) {
    routes.push_back({.method = "GET",
                      .pattern = std::move(pattern),
                      .permission = Permission::kRead,
                      .handler = MakeHandler(shared, handler),
                      .operation = std::move(operation)});
  };
  get("/api/v1/oncall", "whoIsOnCall", WhoIsOnCall);
  get("/api/v1/schedules", "listSchedules", ListSchedules);
  get("/api/v1/schedules/{name}/shifts", "listShifts", ListShifts);
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/schedules/{name}",
                    .permission = Permission::kRead,
                    .handler = [shared](const Call& call) { return GetSchedule(*shared, call); },
                    .operation = "getSchedule"});
  return routes;
}

}  // namespace vedette::api
