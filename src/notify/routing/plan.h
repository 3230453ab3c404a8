#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/labels.h"
#include "model/matcher.h"
#include "model/page.h"
#include "model/severity.h"
#include "notify/routing/hours.h"
#include "notify/routing/time_zone.h"

namespace vedette::notify::routing {

// Who is told of what: plain values, as a person configured them. With nothing but receivers,
// every receiver gets every page.

// A way out of the program, as configured under notify.receivers.
struct Receiver {
  std::string name;
  std::string channel;  // its kind: "webhook", "slack", ...
  // Hears that an incident is over also when the alerts that it was told of ended before.
  bool follows = false;
};

// A way to reach a person.
struct Contact {
  std::string receiver;
  std::string to;                           // address there: a number, a name; may be empty
  std::vector<model::Severity> severities;  // only of these; empty: all
  base::Duration after{0};                  // since the person's turn came

  bool Takes(model::Severity severity) const;
};

struct QuietHours {
  Hours hours;
  model::Severity below = model::Severity::kCritical;  // these wait for the end of the hours
};

struct User {
  std::string name;
  std::string full_name;
  std::string email;
  TimeZone zone;
  std::vector<Contact> contacts;  // in order
  std::optional<QuietHours> quiet;
  int line = 0;  // in the configuration; also of the others; 0: not known
};

struct Team {
  std::string name;
  std::vector<std::string> members;
  std::string schedule;  // who of them is on call; empty: all of them
  int line = 0;
};

// In a layer's users: nobody's turn, in which the layers before it count.
inline constexpr std::string_view kNobody = "-";

// People who take turns. Turns follow the wall clock of the schedule's zone: one that begins at
// 09:00 does so all year. Who is on call within `hours` only is off outside them.
struct Layer {
  std::string name;
  LocalTime start{};         // of the first turn
  base::Duration length{0};  // of a turn, at least an hour; of a monthly one about
  // A turn lasts from one month to the next, from the day and time of `start` on; where a month
  // does not have the day, from its last.
  bool monthly = false;
  std::vector<std::string> users;  // or kNobody
  Hours hours;                     // empty: always
  // On call only in the hours, or for the whole day, that begin on these days of the month: 1 to
  // 31, or -1 for the last to -31. Empty: all days.
  std::vector<int64_t> days_of_month;
  std::optional<LocalTime> end;
};

struct Schedule {
  std::string name;
  TimeZone zone;
  std::vector<Layer> layers;  // a later one wins where it has somebody
  int line = 0;
};

// Somebody else for a while. With `replaces` only when that person would be on call: two of these
// are a swap.
struct Override {
  std::string id;  // "ov_" and a ULID
  std::string schedule;
  std::string user;
  std::string replaces;  // empty: whoever it is
  base::TimePoint from;
  base::TimePoint to;
  std::string reason;
  std::string created_by;
  base::TimePoint created_at;
};

enum class TargetKind { kUser, kSchedule, kTeam, kReceiver };
std::string_view TargetKindName(TargetKind kind);  // "user", "schedule", "team", "receiver"

struct Target {
  TargetKind kind = TargetKind::kReceiver;
  std::string name;

  std::string ToString() const;  // "schedule payments"
};

struct Step {
  std::vector<Target> targets;
  bool round_robin = false;                           // one of them in turn, instead of all
  base::Duration patience = std::chrono::minutes(5);  // for an acknowledgement before the next
};

struct Policy {
  std::string name;
  std::vector<Step> steps;
  int64_t repeats = 0;  // of all steps, after the first time
  int line = 0;
};

// A page takes the first route that matches, and those after it while `go_on`. Of a route's
// children the same; if none of them matches it is the route itself that is taken.
struct Route {
  std::string name;
  std::vector<model::Matcher> matchers;  // all must hold; none: everything
  std::string policy;                    // this, or
  std::vector<Target> targets;           // these once, or neither: the parent's
  bool nobody = false;                   // takes the page, and tells nobody
  bool go_on = false;
  // Pages less severe than `defer_below` wait for these hours; all of them with `defer_all`.
  Hours hours;
  TimeZone zone;
  model::Severity defer_below = model::Severity::kCritical;
  bool defer_all = false;
  std::vector<Route> children;
  int line = 0;
};

// How many messages that ask for somebody are all right in a week: of each person, about each rule.
struct NoiseBudget {
  int64_t person_per_week = 14;
  int64_t rule_per_week = 7;
};

struct Plan {
  std::vector<Receiver> receivers;
  std::vector<User> users;
  std::vector<Team> teams;
  std::vector<Schedule> schedules;
  std::vector<Policy> policies;
  std::vector<Route> routes;
  // Of what no route takes, and of what a route took without reaching anybody. Empty: all
  // receivers. It is always there.
  std::vector<Target> catch_all;
  NoiseBudget noise;

  const Receiver* FindReceiver(std::string_view name) const;
  const User* FindUser(std::string_view name) const;
  // Whose contact this is; null: nobody's, or that of several.
  const User* FindUserAt(std::string_view receiver, std::string_view to) const;
  const Team* FindTeam(std::string_view name) const;
  const Schedule* FindSchedule(std::string_view name) const;
  const Policy* FindPolicy(std::string_view name) const;
  // Receivers of the catch-all when nothing else is said.
  std::vector<Target> CatchAll() const;
};

inline constexpr std::string_view kCatchAll = "catch-all";

// A route that takes a page, with what it inherits.
struct Taken {
  std::string name;  // "payments/nights": its parents' and its own
  std::string policy;
  std::vector<Target> targets;
  bool nobody = false;
  Hours hours;
  TimeZone zone;
  model::Severity defer_below = model::Severity::kCritical;
  bool defer_all = false;

  // Whether a page of this severity waits for the hours.
  bool Defers(model::Severity severity) const {
    return !hours.empty() && (defer_all || severity < defer_below);
  }
};

// The routes that take a page with these labels, in order; the catch-all when there is no other.
std::vector<Taken> Match(const Plan& plan, model::LabelsView labels);
// The route of that name as Match would give it; nothing when the plan has none (any more).
std::optional<Taken> FindRoute(const Plan& plan, std::string_view name);

// What routes can match on: the page's labels and, where those do not say otherwise, service and
// entity (the first), severity, priority ("P1") and tenant.
model::Labels RoutingLabels(const model::Page& page);
// The same of one alert, as if it were told of alone.
model::Labels RoutingLabels(const model::TenantName& tenant, const model::Labels& alert);

// The names of the receivers by which somebody may hear of a page with these labels, whoever is on
// call and however long it goes on; in the plan's order.
std::vector<std::string> ReceiversOf(const Plan& plan, model::LabelsView labels);

// One mistake that makes a plan useless.
struct PlanProblem {
  std::string section;  // "users", "routes", ...
  std::string name;     // of the entry
  std::string key;      // within it
  std::string message;
};
// Names that refer to nothing, double names, empty schedules, policies without steps, routes to
// nobody, too many of anything.
std::vector<PlanProblem> Validate(const Plan& plan);

// All of it as text, but for the lines; equal plans give equal text. And back: kDataLoss.
std::string ToJson(const Plan& plan);
base::Result<Plan> PlanFromJson(std::string_view text);

}  // namespace vedette::notify::routing
