#include "base/json_fields.h"
#include "model/json_fields.h"
#include "notify/routing/plan.h"

namespace vedette::model {

[[maybe_unused]] static base::Json ToJsonValue(const Matcher& matcher) {
  return matcher.ToString();
}

}  // namespace vedette::model

namespace vedette::notify::routing {

static base::Json ToJsonValue(const TimeZone& zone) { return zone.name(); }
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
  std::string start = FormatLocal(layer.start);
  std::string end = layer.end ? FormatLocal(*layer.end) : std::string();
  archive("name", layer.name);
  archive("start", start);
  archive("length", layer.length);
  archive("users", layer.users);
  archive("hours", layer.hours);
  archive("end", end);
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
  archive("routes", route.children);
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
}

std::string ToJson(const Plan& plan) {
  base::JsonOut out;
  Fields(out, const_cast<Plan&>(plan));  // reads only
  return base::DumpJson(out.value());
}

}  // namespace vedette::notify::routing
