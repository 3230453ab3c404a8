#include <algorithm>
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

PersonContact ContactOf(const Json& method) {
  const std::string type = TextAt(method, "type");
  const std::string address = TextAt(method, "address");
  const std::string number = fmt::format("+{}{}", NumberAt(method, "country_code", 1), address);
  if (type.starts_with("email")) return {"mail", address};
  if (type.starts_with("sms")) return {"sms", number};
  if (type.starts_with("phone")) return {"voice", number};
  return {};
}

// By the rules that a person has made: urgency high is critical here, low is the rest.
std::vector<PersonContact> ContactsByRules(const Json& user) {
  std::vector<PersonContact> contacts;
  for (const Json& rule : ListAt(user, "notification_rules")) {
    const std::string id = TextAt(ObjectAt(rule, "contact_method"), "id");
    const Json& methods = ListAt(user, "contact_methods");
    const auto method = std::ranges::find_if(
        methods, [&](const Json& each) { return !id.empty() && TextAt(each, "id") == id; });
    if (method == methods.end()) continue;
    PersonContact contact = ContactOf(*method);
    if (contact.receiver.empty()) continue;
    contact.after_minutes = NumberAt(rule, "start_delay_in_minutes", 0);
    const bool high = TextAt(rule, "urgency") != "low";
    contact.severities =
        high ? std::vector<std::string>{"critical"} : std::vector<std::string>{"info", "warning"};
    AddByRule(std::move(contact), contacts);
  }
  return contacts;
}

void ReadUser(const Json& user, Lists& lists, People& people, Report& report) {
  const std::string email = TextAt(user, "email");
  const std::string full_name = TextAt(user, "name");
  const std::string id = TextAt(user, "id");
  Person person{.name = lists.users.Of(id.empty() ? email : id, full_name),
                .full_name = full_name,
                .email = email,
                .zone = TextAt(user, "time_zone"),
                .contacts = ContactsByRules(user)};
  const bool by_rules = !person.contacts.empty();
  for (const Json& method : ListAt(user, "contact_methods")) {
    PersonContact contact = ContactOf(method);
    if (contact.receiver.empty()) {
      report.Left(0, fmt::format("{} of {}", TextAt(method, "type"), full_name),
                  "Vedette has no app of its own");
    } else if (!by_rules) {
      person.contacts.push_back(std::move(contact));
    }
  }
  if (person.contacts.empty() && !email.empty()) person.contacts.push_back({"mail", email});
  if (!ListAt(user, "notification_rules").empty()) {
    report.Changed(0, fmt::format("notification rules of {}", full_name),
                   by_rules ? "urgency high is critical here, low is info and warning"
                            : "all contacts at once; set `after` and `severities` of contacts");
  }
  report.Carried(0, fmt::format("user {}", full_name), "user " + person.name);
  people.people.push_back(std::move(person));
}

// False for one that cannot be read.
bool ReadRestriction(const Json& restriction, Turns& turns) {
  const auto from = MinutesOf(TextAt(restriction, "start_time_of_day"));
  const int64_t minutes = NumberAt(restriction, "duration_seconds", 0) / 60;
  if (!from || minutes <= 0) return false;
  const int64_t day = NumberAt(restriction, "start_day_of_week", 0);  // 1 Monday
  if (TextAt(restriction, "type").starts_with("daily") || day == 0) {
    AddDaily(*from, minutes, turns);
    return true;
  }
  if (day < 1 || day > 7) return false;
  AddWeekly((day - 1) * 24 * 60 + *from, minutes, turns);
  return true;
}

void ReadLayer(const Json& layer, const Lists& lists, Rota& rota, Report& report) {
  const std::string name = TextAt(layer, "name");
  const std::string where = fmt::format("layer {} of schedule {}", name, rota.name);
  Turns turns;
  turns.name = PlainName(name);
  turns.seconds = NumberAt(layer, "rotation_turn_length_seconds", turns.seconds);
  for (const Json& member : ListAt(layer, "users")) {
    const std::string user = lists.users.Find(TextAt(Inner(member, "user"), "id"));
    turns.users.push_back(user.empty() ? std::string(kNobody) : user);
    if (user.empty()) {
      report.Left(0, fmt::format("a user of {}", where),
                  "not among the users of the export: nobody has these turns");
    }
  }
  const std::string active = WallClock(TextAt(layer, "start"), rota.zone);
  const std::string first = WallClock(TextAt(layer, "rotation_virtual_start"), rota.zone);
  StartTurns(first.empty() ? active : first, active, turns);
  turns.end = WallClock(TextAt(layer, "end"), rota.zone);
  for (const Json& restriction : ListAt(layer, "restrictions")) {
    if (ReadRestriction(restriction, turns)) continue;
    report.Left(0, where, "a restriction of it cannot be read");
    return;  // without it people would be on call who are not
  }
  if (!HasSomebody(turns) || turns.start.empty()) {
    report.Left(0, where, "it has no known user, or no start");
    return;
  }
  rota.layers.push_back(std::move(turns));
}

void ReadSchedule(const Json& schedule, Lists& lists, People& people, Report& report) {
  const std::string name = TextAt(schedule, "name");
  const std::string id = TextAt(schedule, "id");
  Rota rota;
  rota.name = lists.schedules.Of(id.empty() ? name : id, name);
  if (const std::string zone = TextAt(schedule, "time_zone"); !zone.empty()) rota.zone = zone;
  // The API lists the layer that wins first.
  const Json& layers = ListAt(schedule, "schedule_layers");
  for (auto it = layers.rbegin(); it != layers.rend(); ++it) ReadLayer(*it, lists, rota, report);
  if (!ListAt(schedule, "overrides_subschedule").empty() ||
      !ListAt(ObjectAt(schedule, "overrides_subschedule"), "rendered_schedule_entries").empty()) {
    report.Left(0, fmt::format("overrides of schedule {}", name),
                "import them as iCalendar: /api/v1/schedules/NAME/import");
  }
  Keep(std::move(rota), fmt::format("schedule {}", name), "no layer of it could be carried over",
       people, report);
}

// Of a rule the strategy is a word, or an object with it.
bool IsRoundRobin(const Json& rule) {
  constexpr const char* kStrategy = "escalation_rule_assignment_strategy";
  return TextAt(rule, kStrategy) == "round_robin" ||
         TextAt(ObjectAt(rule, kStrategy), "type") == "round_robin";
}

void ReadPolicy(const Json& policy, Lists& lists, People& people, Report& report) {
  const std::string name = TextAt(policy, "name");
  const std::string policy_id = TextAt(policy, "id");
  Escalation escalation;
  escalation.name = lists.policies.Of(policy_id.empty() ? name : policy_id, name);
  escalation.repeats = NumberAt(policy, "num_loops", 0);
  for (const Json& rule : ListAt(policy, "escalation_rules")) {
    Stage stage;
    stage.wait_seconds = 60 * NumberAt(rule, "escalation_delay_in_minutes", 30);
    for (const Json& target : ListAt(rule, "targets")) {
      const std::string type = TextAt(target, "type");
      const std::string id = TextAt(target, "id");
      const bool is_user = type.starts_with("user");
      const std::string known = is_user ? lists.users.Find(id) : lists.schedules.Find(id);
      if (known.empty() || (!is_user && !HasRota(people, known))) {
        report.Left(0, fmt::format("a target of policy {}", name),
                    fmt::format("{} {} is not in the export", type, id));
        continue;
      }
      stage.targets.push_back((is_user ? "user " : "schedule ") + known);
    }
    stage.round_robin = IsRoundRobin(rule);
    if (!stage.targets.empty()) escalation.stages.push_back(std::move(stage));
  }
  Keep(std::move(escalation), fmt::format("escalation policy {}", name), people, report);
}

// What a service says of hours, urgency and its end. Constant and high is what all begin with; by
// severity is how it is here.
void ReportService(const Json& service, const std::string& what, Report& report) {
  if (NumberAt(service, "acknowledgement_timeout", 0) > 0) {
    report.Left(0, fmt::format("acknowledgement_timeout of {}", what),
                "an acknowledgement holds until the incident ends or is reopened");
  }
  if (NumberAt(service, "auto_resolve_timeout", 0) > 0) {
    report.Left(
        0, fmt::format("auto_resolve_timeout of {}", what),
        "an incident ends with its alerts; `incidents.resolve_timeout` is for all services");
  }
  const Json& rule = ObjectAt(service, "incident_urgency_rule");
  const std::string urgency = TextAt(rule, "urgency");
  if (!rule.empty() && urgency != "high" && urgency != "severity_based") {
    report.Left(0, fmt::format("incident_urgency_rule of {}", what),
                "the severity of alerts decides; by time, `quiet_hours` of people and `hours` of "
                "routes");
  }
  if (!ObjectAt(service, "support_hours").empty()) {
    report.Left(0, fmt::format("support_hours of {}", what),
                "give its route `hours`, with `defer_below`");
  }
}

void ReadService(const Json& service, const Lists& lists, People& people, Report& report) {
  const std::string name = TextAt(service, "name");
  const std::string what = fmt::format("service {}", name);
  const std::string policy =
      lists.policies.Find(TextAt(ObjectAt(service, "escalation_policy"), "id"));
  if (TextAt(service, "status") == "disabled") {
    report.Left(0, what, "it is disabled");
    return;
  }
  if (name.empty() || !HasEscalation(people, policy)) {
    report.Left(0, what, "its escalation policy is not here");
    return;
  }
  ReportService(service, what, report);
  people.ways.push_back({"service", name, policy});
  report.Changed(0, what, "a route for pages with this label `service`");
}

}  // namespace

base::Result<Imported> ImportPagerDuty(std::string_view text) {
  VEDETTE_TRY(const Json json, ReadExport(text));
  Lists lists;
  People people;
  Report report;
  for (const Json& each : ListAt(json, "users")) {
    ReadUser(Inner(each, "user"), lists, people, report);
  }
  for (const Json& each : ListAt(json, "schedules")) {
    ReadSchedule(Inner(each, "schedule"), lists, people, report);
  }
  for (const Json& each : ListAt(json, "escalation_policies")) {
    ReadPolicy(Inner(each, "escalation_policy"), lists, people, report);
  }
  for (const Json& each : ListAt(json, "services")) {
    ReadService(Inner(each, "service"), lists, people, report);
  }
  ReportRest(json, {"users", "schedules", "escalation_policies", "services"}, report);
  return WritePlan(people, lists.users, report, "pagerduty");
}

}  // namespace vedette::importer
