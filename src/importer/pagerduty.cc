#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <ranges>

#include "importer/people.h"

namespace vedette::importer {
namespace {

using base::Json;

struct Lists {
  Names users;
  Names schedules;
  Names policies;
};

void ReadUser(const Json& user, Lists& lists, People& people, Report& report) {
  const std::string email = TextAt(user, "email");
  const std::string full_name = TextAt(user, "name");
  Person person{.name = lists.users.Of(TextAt(user, "id"), full_name),
                .full_name = full_name,
                .email = email,
                .zone = TextAt(user, "time_zone"),
                .contacts = {}};
  for (const Json& method : ListAt(user, "contact_methods")) {
    const std::string type = TextAt(method, "type");
    const std::string address = TextAt(method, "address");
    const std::string number = fmt::format("+{}{}", NumberAt(method, "country_code", 1), address);
    if (type.starts_with("email")) {
      person.contacts.push_back({"mail", address});
    } else if (type.starts_with("sms")) {
      person.contacts.push_back({"sms", number});
    } else if (type.starts_with("phone")) {
      person.contacts.push_back({"voice", number});
    } else {
      report.Left(0, fmt::format("{} of {}", type, full_name), "Vedette has no app of its own");
    }
  }
  if (person.contacts.empty() && !email.empty()) person.contacts.push_back({"mail", email});
  if (!ListAt(user, "notification_rules").empty()) {
    report.Changed(0, fmt::format("notification rules of {}", full_name),
                   "all contacts at once; set `after` and `severities` of contacts");
  }
  report.Carried(0, fmt::format("user {}", full_name), "user " + person.name);
  people.people.push_back(std::move(person));
}

std::string After(const std::string& start, int64_t seconds) {
  const auto digit = [&](size_t i) { return static_cast<int64_t>(start[i] - '0'); };
  if (start.size() < 5 || start[2] != ':') return "00:00";
  const int64_t minutes =
      ((digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4) + seconds / 60) % 1440;
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

void ReadLayer(const Json& layer, const Lists& lists, Rota& rota, Report& report) {
  const std::string name = TextAt(layer, "name");
  Turns turns;
  turns.name = PlainName(name);
  turns.start = WallClock(TextAt(layer, "rotation_virtual_start"));
  if (turns.start.empty()) turns.start = WallClock(TextAt(layer, "start"));
  turns.end = WallClock(TextAt(layer, "end"));
  turns.seconds = NumberAt(layer, "rotation_turn_length_seconds", turns.seconds);
  for (const Json& member : ListAt(layer, "users")) {
    const std::string user = lists.users.Find(TextAt(ObjectAt(member, "user"), "id"));
    if (!user.empty()) turns.users.push_back(user);
  }
  for (const Json& restriction : ListAt(layer, "restrictions")) {
    const std::string from = TextAt(restriction, "start_time_of_day").substr(0, 5);
    const int64_t seconds = NumberAt(restriction, "duration_seconds", 0);
    static constexpr std::array<const char*, 8> kDays = {"",    "mon", "tue", "wed",
                                                         "thu", "fri", "sat", "sun"};
    const int64_t day = NumberAt(restriction, "start_day_of_week", 0);
    if (seconds > 86'400 || day < 0 || day > 7) {
      report.Left(0, fmt::format("a restriction of layer {} of {}", name, rota.name),
                  "hours are at most a day each");
      continue;
    }
    turns.hours.push_back({kDays[static_cast<size_t>(day)], from, After(from, seconds)});
  }
  if (turns.users.empty() || turns.start.empty()) {
    report.Left(0, fmt::format("layer {} of schedule {}", name, rota.name),
                "it has no known user, or no start");
    return;
  }
  rota.layers.push_back(std::move(turns));
}

void ReadSchedule(const Json& schedule, Lists& lists, People& people, Report& report) {
  const std::string name = TextAt(schedule, "name");
  Rota rota;
  rota.name = lists.schedules.Of(TextAt(schedule, "id"), name);
  if (const std::string zone = TextAt(schedule, "time_zone"); !zone.empty()) rota.zone = zone;
  // The API lists the layer that wins first.
  const Json& layers = ListAt(schedule, "schedule_layers");
  for (auto it = layers.rbegin(); it != layers.rend(); ++it) ReadLayer(*it, lists, rota, report);
  if (!ListAt(schedule, "overrides_subschedule").empty() ||
      !ListAt(ObjectAt(schedule, "overrides_subschedule"), "rendered_schedule_entries").empty()) {
    report.Left(0, fmt::format("overrides of schedule {}", name),
                "import them as iCalendar: /api/v1/schedules/NAME/import");
  }
  if (rota.layers.empty()) {
    report.Left(0, fmt::format("schedule {}", name), "no layer of it could be carried over");
    return;
  }
  report.Carried(0, fmt::format("schedule {}", name), "schedule " + rota.name);
  people.rotas.push_back(std::move(rota));
}

void ReadPolicy(const Json& policy, Lists& lists, People& people, Report& report) {
  const std::string name = TextAt(policy, "name");
  Escalation escalation;
  escalation.name = lists.policies.Of(TextAt(policy, "id"), name);
  escalation.repeats = NumberAt(policy, "num_loops", 0);
  for (const Json& rule : ListAt(policy, "escalation_rules")) {
    Stage stage;
    stage.wait_seconds = 60 * NumberAt(rule, "escalation_delay_in_minutes", 30);
    for (const Json& target : ListAt(rule, "targets")) {
      const std::string type = TextAt(target, "type");
      const std::string id = TextAt(target, "id");
      const bool is_user = type.starts_with("user");
      const std::string known = is_user ? lists.users.Find(id) : lists.schedules.Find(id);
      const bool there =
          is_user || std::ranges::find(people.rotas, known, &Rota::name) != people.rotas.end();
      if (known.empty() || !there) {
        report.Left(0, fmt::format("a target of policy {}", name),
                    fmt::format("{} {} is not in the export", type, id));
        continue;
      }
      stage.targets.push_back((is_user ? "user " : "schedule ") + known);
    }
    const Json& strategy = ObjectAt(rule, "escalation_rule_assignment_strategy");
    stage.round_robin = TextAt(strategy, "type") == "round_robin";
    if (!stage.targets.empty()) escalation.stages.push_back(std::move(stage));
  }
  if (escalation.stages.empty()) {
    report.Left(0, fmt::format("escalation policy {}", name), "no step of it reaches anybody");
    return;
  }
  report.Carried(0, fmt::format("escalation policy {}", name), "policy " + escalation.name);
  people.escalations.push_back(std::move(escalation));
}

}  // namespace

base::Result<Imported> ImportPagerDuty(std::string_view text) {
  VEDETTE_TRY(const Json json, ReadExport(text));
  Lists lists;
  People people;
  Report report;
  for (const Json& user : ListAt(json, "users")) ReadUser(user, lists, people, report);
  for (const Json& schedule : ListAt(json, "schedules")) {
    ReadSchedule(schedule, lists, people, report);
  }
  for (const Json& policy : ListAt(json, "escalation_policies")) {
    ReadPolicy(policy, lists, people, report);
  }
  for (const Json& service : ListAt(json, "services")) {
    const std::string name = TextAt(service, "name");
    const std::string policy =
        lists.policies.Find(TextAt(ObjectAt(service, "escalation_policy"), "id"));
    const bool there = std::ranges::find(people.escalations, policy, &Escalation::name) !=
                       people.escalations.end();
    if (name.empty() || !there) {
      report.Left(0, fmt::format("service {}", name), "its escalation policy is not here");
      continue;
    }
    people.services.emplace_back(name, policy);
    report.Changed(0, fmt::format("service {}", name),
                   "a route for pages with this label `service`");
  }
  for (const auto& [key, value] : json.items()) {
    const bool known =
        key == "users" || key == "schedules" || key == "escalation_policies" || key == "services";
    if (!known) report.Left(0, key, "Vedette has nothing like it");
  }
  if (people.people.empty()) return base::InvalidArgument("the export has no users", "users");
  return WritePlan(people, report, "pagerduty");
}

}  // namespace vedette::importer
