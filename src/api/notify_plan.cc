#include "api/notify_plan.h"

#include <fmt/core.h>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/parameters.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "model/labels.h"
#include "notify/routing/schedule.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
using notify::routing::Contact;
using notify::routing::Hours;
using notify::routing::Plan;
using notify::routing::Policy;
using notify::routing::Schedule;
using notify::routing::Step;
using notify::routing::Taken;
using notify::routing::Target;
using notify::routing::TargetKind;
using notify::routing::Team;
using notify::routing::User;
using notify::routing::View;
using PlanRoute = notify::routing::Route;

constexpr size_t kLabelsMax = 64;
constexpr size_t kLabelBytesMax = 1'000;

void WriteHours(JsonWriter& json, const Hours& hours) {
  json.Key("hours").BeginArray();
  for (const auto& window : hours) json.Value(Describe(window));
  json.EndArray();
}

void WriteTargets(JsonWriter& json, std::string_view key, const std::vector<Target>& targets) {
  json.Key(key).BeginArray();
  for (const Target& target : targets) {
    json.BeginObject()
        .Field("kind", TargetKindName(target.kind))
        .Field("name", target.name)
        .EndObject();
  }
  json.EndArray();
}

void WriteContact(JsonWriter& json, const Contact& contact) {
  json.BeginObject()
      .Field("receiver", contact.receiver)
      .Field("to", contact.to)
      .Field("after", base::FormatDuration(contact.after))
      .Key("severities")
      .BeginArray();
  for (const model::Severity severity : contact.severities) {
    json.Value(model::SeverityName(severity));
  }
  json.EndArray().EndObject();
}

void WriteUser(JsonWriter& json, const User& user) {
  json.BeginObject()
      .Field("name", user.name)
      .Field("full_name", user.full_name)
      .Field("time_zone", user.zone.name())
      .Key("contacts")
      .BeginArray();
  for (const Contact& contact : user.contacts) WriteContact(json, contact);
  json.EndArray().Key("quiet_hours");
  if (user.quiet) {
    json.BeginObject();
    WriteHours(json, user.quiet->hours);
    json.Field("below", model::SeverityName(user.quiet->below)).EndObject();
  } else {
    json.Null();
  }
  json.EndObject();
}

void WritePolicy(JsonWriter& json, const Policy& policy) {
  json.BeginObject()
      .Field("name", policy.name)
      .Field("repeat", policy.repeats)
      .Key("steps")
      .BeginArray();
  for (const Step& step : policy.steps) {
    json.BeginObject();
    WriteTargets(json, "notify", step.targets);
    json.Field("mode", step.round_robin ? "round_robin" : "all")
        .Field("wait", base::FormatDuration(step.patience))
        .EndObject();
  }
  json.EndArray().EndObject();
}

// Routes lie at most eight deep: the configuration's limit.
void WriteRoute(JsonWriter& json, const PlanRoute& route) {
  json.BeginObject().Field("name", route.name).Key("match").BeginArray();
  for (const model::Matcher& matcher : route.matchers) json.Value(matcher.ToString());
  json.EndArray().Field("policy", route.policy);
  WriteTargets(json, "notify", route.targets);
  json.Field("nobody", route.nobody).Field("continue", route.go_on);
  WriteHours(json, route.hours);
  json.Field("time_zone", route.zone.name())
      .Field("defer_below", model::SeverityName(route.defer_below))
      .Field("defer_all", route.defer_all)
      .Key("routes")
      .BeginArray();
  for (const PlanRoute& child : route.children) WriteRoute(json, child);
  json.EndArray().EndObject();
}

void WriteTeam(JsonWriter& json, const Team& team) {
  json.BeginObject().Field("name", team.name).Field("schedule", team.schedule);
  json.Field("members", team.members);
  json.EndObject();
}

base::Result<std::string> GetPlan(const View& view, const Call&) {
  const Plan& plan = *view.plan;
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("receivers").BeginArray();
  for (const auto& receiver : plan.receivers) {
    json.BeginObject().Field("name", receiver.name).Field("channel", receiver.channel).EndObject();
  }
  json.EndArray().Key("users").BeginArray();
  for (const User& user : plan.users) WriteUser(json, user);
  json.EndArray().Key("teams").BeginArray();
  for (const Team& team : plan.teams) WriteTeam(json, team);
  json.EndArray().Key("policies").BeginArray();
  for (const Policy& policy : plan.policies) WritePolicy(json, policy);
  json.EndArray().Key("routes").BeginArray();
  for (const PlanRoute& route : plan.routes) WriteRoute(json, route);
  json.EndArray();
  WriteTargets(json, "catch_all", plan.CatchAll());
  json.EndObject();
  return body;
}

// --- what would happen to a page

std::vector<std::string> OnCallIn(const Schedule* schedule, const View& view, base::TimePoint at) {
  if (schedule == nullptr) return {};
  std::string user = OnCall(*schedule, view.overrides, at).user;
  if (user.empty()) return {};
  return {std::move(user)};
}

// Who a target is at that time; nobody for a receiver, which is not a person.
std::vector<std::string> PeopleOf(const Target& target, const View& view, base::TimePoint at) {
  switch (target.kind) {
    case TargetKind::kUser: return {target.name};
    case TargetKind::kSchedule: return OnCallIn(view.plan->FindSchedule(target.name), view, at);
    case TargetKind::kTeam: {
      const Team* team = view.plan->FindTeam(target.name);
      if (team == nullptr) return {};
      if (team->schedule.empty()) return team->members;
      return OnCallIn(view.plan->FindSchedule(team->schedule), view, at);
    }
    case TargetKind::kReceiver: return {};
  }
  return {};
}

void WriteTakenStep(JsonWriter& json, const Step& step, const View& view, base::TimePoint now,
                    base::Duration after) {
  json.BeginObject()
      .Field("after_seconds", std::chrono::duration_cast<std::chrono::seconds>(after).count())
      .Field("mode", step.round_robin ? "round_robin" : "all")
      .Key("targets")
      .BeginArray();
  for (const Target& target : step.targets) {
    json.BeginObject().Field("kind", TargetKindName(target.kind)).Field("name", target.name);
    json.Field("people", PeopleOf(target, view, now + after));
    json.EndObject();
  }
  json.EndArray().EndObject();
}

void WriteTaken(JsonWriter& json, const Taken& taken, const View& view, base::TimePoint now) {
  json.BeginObject().Field("route", taken.name).Field("policy", taken.policy);
  WriteHours(json, taken.hours);
  json.Field("time_zone", taken.zone.name())
      .Field("defer_below", model::SeverityName(taken.defer_below))
      .Field("defer_all", taken.defer_all)
      .Field("nobody", taken.nobody)
      .Key("steps")
      .BeginArray();
  if (const Policy* policy = view.plan->FindPolicy(taken.policy)) {
    base::Duration after{0};
    for (const Step& step : policy->steps) {
      WriteTakenStep(json, step, view, now, after);
      after += step.patience;
    }
  } else {
    WriteTakenStep(json, Step{.targets = taken.targets}, view, now, base::Duration(0));
  }
  json.EndArray().EndObject();
}

base::Result<model::Labels> ReadLabels(const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  const auto labels = json.find("labels");
  if (labels == json.end() || !labels->is_object()) {
    return BadParameter("labels", "must be an object such as {\"service\": \"payment\"}");
  }
  if (labels->size() > kLabelsMax) {
    return BadParameter("labels", fmt::format("has more than {}", kLabelsMax));
  }
  std::vector<std::pair<std::string, std::string>> read;
  for (const auto& [name, value] : labels->items()) {
    if (!value.is_string()) return BadParameter("labels", "each value must be a string");
    if (name.size() + value.get_ref<const std::string&>().size() > kLabelBytesMax) {
      return BadParameter("labels", fmt::format("one is longer than {} bytes", kLabelBytesMax));
    }
    read.emplace_back(name, value.get<std::string>());
  }
  return model::Labels(std::move(read));
}

base::Result<std::string> TryRoute(const View& view, const Call& call) {
  VEDETTE_TRY(const model::Labels labels, ReadLabels(call));
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("taken").BeginArray();
  for (const Taken& taken : Match(*view.plan, labels)) WriteTaken(json, taken, view, call.now);
  json.EndArray().EndObject();
  return body;
}

base::Result<std::string> CheckPlan(const NotifyCheckSources& sources, const Call& call) {
  const auto view = sources.view();
  const notify::routing::Live live = sources.live(*view->plan, call.caller.tenant, call.now);
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("findings").BeginArray();
  for (const auto& finding : Check(*view->plan, view->overrides, call.now, live)) {
    json.BeginObject()
        .Field("kind", finding.kind)
        .Field("subject", finding.subject)
        .Field("message", finding.message)
        .Field("line", static_cast<int64_t>(finding.line))
        .Field("labels", finding.labels)
        .EndObject();
  }
  json.EndArray().EndObject();
  return body;
}

}  // namespace

Route NotifyCheckRoute(NotifyCheckSources sources) {
  const auto shared = std::make_shared<const NotifyCheckSources>(std::move(sources));
  return {.method = "GET",
          .pattern = "/api/v1/notify/check",
          .permission = Permission::kRead,
          .handler = MakeHandler(shared, CheckPlan),
          .operation = "checkNotify",
          .heavy = true};
}

std::vector<Route> NotifyPlanRoutes(std::shared_ptr<const OnCallSources> sources) {
  const auto answered = [&](auto handler) {
    return [sources, handler](const Call& call) { return Answer(handler(*sources->view(), call)); };
  };
  return {{.method = "GET",
           .pattern = "/api/v1/notify/plan",
           .permission = Permission::kRead,
           .handler = answered(GetPlan),
           .operation = "getNotifyPlan"},
          {.method = "POST",
           .pattern = "/api/v1/notify/route",
           .permission = Permission::kRead,
           .handler = answered(TryRoute),
           .operation = "tryNotifyRoute"}};
}

}  // namespace vedette::api
