#include <optional>
#include <string>

#include "base/json_fields.h"
#include "model/json_fields.h"
#include "notify/routing/plan.h"

namespace vedette::notify::routing {

static base::Json ToJsonValue(const TimeZone& zone) { return zone.name(); }
static bool FromJsonValue(const base::Json& json, TimeZone& zone) {
  if (!json.is_string()) return false;
  const base::Result<TimeZone> found = TimeZone::Find(json.get_ref<const std::string&>());
  if (found.ok()) zone = *found;
  return found.ok();
}

// Local times as texts; an empty one is no end. References, since Fields must change nothing of
// what it writes out: others read the plan meanwhile.
struct StartText {
  LocalTime& time;
};
struct EndText {
  std::optional<LocalTime>& time;
};
static base::Json ToJsonValue(const StartText& start) { return FormatLocal(start.time); }
static base::Json ToJsonValue(const EndText& end) {
  return end.time ? FormatLocal(*end.time) : std::string();
}
static bool FromJsonValue(const base::Json& json, const StartText& start) {
  if (!json.is_string()) return false;
  const base::Result<LocalTime> time = ParseLocal(json.get_ref<const std::string&>());
  if (time.ok()) start.time = *time;
  return time.ok();
}
static bool FromJsonValue(const base::Json& json, const EndText& end) {
  if (json != "") return FromJsonValue(json, StartText{end.time.emplace()});
  end.time.reset();
  return true;
}

static std::string_view EnumName(TargetKind kind) { return TargetKindName(kind); }

template <typename Archive>
void Fields(Archive& archive, Window& window) {
  archive("days", window.days);
  archive("from", window.from);
  archive("to", window.to);
}

template <typename Archive>
void Fields(Archive& archive, Receiver& receiver) {
  archive("name", receiver.name);
  archive("channel", receiver.channel);
  archive.Since("follows", receiver.follows);
}

template <typename Archive>
void Fields(Archive& archive, Contact& contact) {
  archive("receiver", contact.receiver);
  archive("to", contact.to);
  archive("severities", contact.severities);
  archive("after", contact.after);
}

template <typename Archive>
void Fields(Archive& archive, QuietHours& quiet) {
  archive("hours", quiet.hours);
  archive("below", quiet.below);
}

template <typename Archive>
void Fields(Archive& archive, User& user) {
  archive("name", user.name);
  archive("full_name", user.full_name);
  archive("email", user.email);
  archive("time_zone", user.zone);
  archive("contacts", user.contacts);
  archive("quiet_hours", user.quiet);
}

template <typename Archive>
void Fields(Archive& archive, Team& team) {
  archive("name", team.name);
  archive("members", team.members);
  archive("schedule", team.schedule);
}

template <typename Archive>
void Fields(Archive& archive, Layer& layer) {
  StartText start{layer.start};
  EndText end{layer.end};
  archive("name", layer.name);
  archive("start", start);
  archive("length", layer.length);
  archive("users", layer.users);
  archive("hours", layer.hours);
  archive("end", end);
  archive.Since("monthly", layer.monthly);
  archive.Since("days_of_month", layer.days_of_month);
}

template <typename Archive>
void Fields(Archive& archive, Schedule& schedule) {
  archive("name", schedule.name);
  archive("time_zone", schedule.zone);
  archive("layers", schedule.layers);
}

template <typename Archive>
void Fields(Archive& archive, Target& target) {
  archive("kind", target.kind);
  archive("name", target.name);
}

template <typename Archive>
void Fields(Archive& archive, Step& step) {
  archive("targets", step.targets);
  archive("round_robin", step.round_robin);
  archive("patience", step.patience);
}

template <typename Archive>
void Fields(Archive& archive, Policy& policy) {
  archive("name", policy.name);
  archive("steps", policy.steps);
  archive("repeats", policy.repeats);
}

template <typename Archive>
void Fields(Archive& archive, Route& route) {
  archive("name", route.name);
  archive("matchers", route.matchers);
  archive("policy", route.policy);
  archive("targets", route.targets);
  archive("continue", route.go_on);
  archive("hours", route.hours);
  archive("time_zone", route.zone);
  archive("defer_below", route.defer_below);
  archive.Since("defer_all", route.defer_all);
  archive.Since("nobody", route.nobody);
  archive("routes", route.children);
}

template <typename Archive>
void Fields(Archive& archive, NoiseBudget& budget) {
  archive("person_per_week", budget.person_per_week);
  archive("rule_per_week", budget.rule_per_week);
}

template <typename Archive>
void Fields(Archive& archive, Plan& plan) {
  archive("receivers", plan.receivers);
  archive("users", plan.users);
  archive("teams", plan.teams);
  archive("schedules", plan.schedules);
  archive("policies", plan.policies);
  archive("routes", plan.routes);
  archive("catch_all", plan.catch_all);
  archive.Since("noise_budget", plan.noise);
}

std::string ToJson(const Plan& plan) {
  base::JsonOut out;
  Fields(out, const_cast<Plan&>(plan));  // reads only
  return out.Finish();
}

base::Result<Plan> PlanFromJson(std::string_view text) {
  const base::Result<base::Json> json = base::ParseJson(text);
  if (!json.ok()) return base::DataLoss("plan: " + json.error().message);
  Plan plan;
  base::JsonIn in(*json);
  Fields(in, plan);
  if (const base::Result<> read = in.result(); !read.ok()) return read.error().With("plan");
  return plan;
}

}  // namespace vedette::notify::routing
