#include <algorithm>
#include <fmt/core.h>

#include "importer/people.h"

namespace vedette::importer {
namespace {

using base::Json;

struct Lists {
  Names users;
  Names schedules;
  Names chains;
  std::map<std::string, const Json*> shifts;
};

void ReadUser(const Json& user, Lists& lists, People& people, Report& report) {
  const std::string username = TextAt(user, "username");
  const std::string email = TextAt(user, "email");
  Person person{.name = lists.users.Of(TextAt(user, "id"), username),
                .full_name = TextAt(user, "name"),
                .email = email,
                .zone = TextAt(user, "timezone"),
                .contacts = {}};
  const Json& slack = ListAt(user, "slack");
  const std::string slack_id =
      slack.empty() ? TextAt(ObjectAt(user, "slack"), "user_id") : TextAt(slack[0], "user_id");
  if (!slack_id.empty()) person.contacts.push_back({"chat", slack_id});
  if (!email.empty()) person.contacts.push_back({"mail", email});
  if (const std::string phone = TextAt(user, "verified_phone_number"); !phone.empty()) {
    person.contacts.push_back({"sms", phone});
  }
  report.Carried(0, fmt::format("user {}", username), "user " + person.name);
  people.people.push_back(std::move(person));
}

int64_t SecondsOf(const std::string& frequency) {
  if (frequency == "hourly") return 3'600;
  if (frequency == "daily") return 86'400;
  return frequency == "weekly" ? 7 * 86'400 : 0;
}

std::vector<std::string> UsersOf(const Json& shift, const Lists& lists) {
  std::vector<std::string> users;
  const auto add = [&](const Json& id) {
    const std::string user = id.is_string() ? lists.users.Find(id.get<std::string>()) : "";
    if (!user.empty()) users.push_back(user);
  };
  for (const Json& turn : ListAt(shift, "rolling_users")) {
    if (turn.is_array() && !turn.empty()) add(turn[0]);
  }
  for (const Json& id : ListAt(shift, "users")) add(id);
  return users;
}

void ReadShift(const Json& shift, const Lists& lists, Rota& rota, Report& report) {
  const std::string where =
      fmt::format("shift {} of schedule {}", TextAt(shift, "name"), rota.name);
  Turns turns;
  turns.name = PlainName(TextAt(shift, "name"));
  turns.start = WallClock(TextAt(shift, "rotation_start"));
  if (turns.start.empty()) turns.start = WallClock(TextAt(shift, "start"));
  turns.end = WallClock(TextAt(shift, "until"));
  turns.users = UsersOf(shift, lists);
  const int64_t unit = SecondsOf(TextAt(shift, "frequency"));
  const int64_t interval = std::max<int64_t>(1, NumberAt(shift, "interval", 1));
  turns.seconds = unit * interval;
  if (unit == 0 || turns.users.empty() || turns.start.empty()) {
    report.Left(0, where, "it does not repeat by hours, days or weeks, or has no known user");
    return;
  }
  const int64_t duration = NumberAt(shift, "duration", turns.seconds);
  const Json& by_day = ListAt(shift, "by_day");
  std::vector<std::string> days;
  for (const Json& day : by_day) {
    if (!day.is_string()) continue;
    const std::string code = day.get<std::string>();
    for (const char* name : {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}) {
      const bool same =
          code.size() >= 2 && (code[0] | 0x20) == name[0] && (code[1] | 0x20) == name[1];
      if (same) days.emplace_back(name);
    }
  }
  const bool part_of_day = duration < 86'400 && turns.start.size() >= 16;
  if (part_of_day || !days.empty()) {
    const std::string from = part_of_day ? turns.start.substr(11) : "00:00";
    const int64_t minutes =
        ((from[0] - '0') * 10 + (from[1] - '0')) * 60 + (from[3] - '0') * 10 + (from[4] - '0');
    const int64_t end = (minutes + std::min<int64_t>(duration, 86'400) / 60) % 1'440;
    const std::string to =
        part_of_day ? fmt::format("{:02}:{:02}", end / 60, end % 60) : std::string("00:00");
    if (days.empty()) days.emplace_back("");
    for (const std::string& day : days) turns.hours.push_back({day, from, to});
  }
  const bool several = std::ranges::any_of(ListAt(shift, "rolling_users"), [](const Json& turn) {
    return turn.is_array() && turn.size() > 1;
  });
  if (several) {
    report.Changed(0, where, "one person at a time: the first of each turn");
  }
  rota.layers.push_back(std::move(turns));
}

void ReadSchedule(const Json& schedule, Lists& lists, People& people, Report& report) {
  const std::string name = TextAt(schedule, "name");
  Rota rota;
  rota.name = lists.schedules.Of(TextAt(schedule, "id"), name);
  if (const std::string zone = TextAt(schedule, "time_zone"); !zone.empty()) rota.zone = zone;
  for (const Json& id : ListAt(schedule, "shifts")) {
    const auto shift = lists.shifts.find(id.is_string() ? id.get<std::string>() : "");
    if (shift != lists.shifts.end()) ReadShift(*shift->second, lists, rota, report);
  }
  if (rota.layers.empty()) {
    report.Left(0, fmt::format("schedule {}", name),
                TextAt(schedule, "type") == "ical"
                    ? "import its calendar: /api/v1/schedules/NAME/import"
                    : "no shift of it could be carried over");
    return;
  }
  report.Carried(0, fmt::format("schedule {}", name), "schedule " + rota.name);
  people.rotas.push_back(std::move(rota));
}

// One step of a chain; waits lengthen the step before.
void ReadStep(const Json& step, const Lists& lists, const People& people, Escalation& escalation,
              Report& report) {
  const std::string type = TextAt(step, "type");
  const std::string where = fmt::format("a step {} of chain {}", type, escalation.name);
  if (type == "wait") {
    if (!escalation.stages.empty()) {
      escalation.stages.back().wait_seconds = NumberAt(step, "duration", 300);
    }
    return;
  }
  if (type == "repeat_escalation") {
    escalation.repeats = 5;
    report.Changed(0, where, "all steps are repeated up to five times");
    return;
  }
  Stage stage;
  const std::string schedule = lists.schedules.Find(TextAt(step, "notify_on_call_from_schedule"));
  if (std::ranges::find(people.rotas, schedule, &Rota::name) != people.rotas.end()) {
    stage.targets.push_back("schedule " + schedule);
  }
  for (const char* key : {"persons_to_notify", "persons_to_notify_next_each_time"}) {
    for (const Json& id : ListAt(step, key)) {
      const std::string user = id.is_string() ? lists.users.Find(id.get<std::string>()) : "";
      if (!user.empty()) stage.targets.push_back("user " + user);
    }
  }
  stage.round_robin = type == "notify_person_next_each_time";
  if (stage.targets.empty()) {
    report.Left(0, where, "Vedette has no such step, or nobody of it is here");
    return;
  }
  escalation.stages.push_back(std::move(stage));
}

}  // namespace

base::Result<Imported> ImportGrafanaOnCall(std::string_view text) {
  VEDETTE_TRY(const Json json, ReadExport(text));
  Lists lists;
  People people;
  Report report;
  for (const Json& user : ListAt(json, "users")) ReadUser(user, lists, people, report);
  for (const char* key : {"on_call_shifts", "shifts"}) {
    for (const Json& shift : ListAt(json, key)) lists.shifts[TextAt(shift, "id")] = &shift;
  }
  for (const Json& each : ListAt(json, "schedules")) ReadSchedule(each, lists, people, report);
  for (const Json& chain : ListAt(json, "escalation_chains")) {
    const std::string id = TextAt(chain, "id");
    Escalation escalation;
    escalation.name = lists.chains.Of(id, TextAt(chain, "name"));
    std::vector<const Json*> steps;
    for (const Json& step : ListAt(json, "escalation_policies")) {
      if (TextAt(step, "escalation_chain_id") == id) steps.push_back(&step);
    }
    std::ranges::sort(steps, {}, [](const Json* step) { return NumberAt(*step, "position", 0); });
    for (const Json* step : steps) ReadStep(*step, lists, people, escalation, report);
    if (escalation.stages.empty()) {
      report.Left(0, fmt::format("escalation chain {}", TextAt(chain, "name")),
                  "no step of it reaches anybody");
      continue;
    }
    report.Carried(0, fmt::format("escalation chain {}", TextAt(chain, "name")),
                   "policy " + escalation.name);
    people.escalations.push_back(std::move(escalation));
  }
  for (const auto& [key, value] : json.items()) {
    const bool known = key == "users" || key == "on_call_shifts" || key == "shifts" ||
                       key == "schedules" || key == "escalation_chains" ||
                       key == "escalation_policies";
    if (!known) report.Left(0, key, "Vedette has nothing like it, or it needs routes of your own");
  }
  if (people.people.empty()) return base::InvalidArgument("the export has no users", "users");
  return WritePlan(people, report, "grafana-oncall");
}

}  // namespace vedette::importer
