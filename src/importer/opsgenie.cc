#include <algorithm>
#include <fmt/core.h>

#include "importer/people.h"

namespace vedette::importer {
namespace {

using base::Json;

struct Lists {
  Names users;
  Names schedules;
  Names teams;
};

void ReadUser(const Json& user, Lists& lists, People& people, Report& report) {
  const std::string email = TextAt(user, "username");
  Person person{.name = lists.users.Of(email, email.substr(0, email.find('@'))),
                .full_name = TextAt(user, "fullName"),
                .email = email,
                .zone = TextAt(user, "timeZone"),
                .contacts = {}};
  for (const Json& contact : ListAt(user, "userContacts")) {
    const std::string method = TextAt(contact, "contactMethod");
    std::string to = TextAt(contact, "to");
    if (method == "email") {
      person.contacts.push_back({"mail", to});
    } else if (method == "sms" || method == "voice") {
      const std::string number = "+" + to;  // "49-15112345678"
      to.clear();
      std::ranges::remove_copy(number, std::back_inserter(to), '-');
      person.contacts.push_back({method, to});
    } else {
      report.Left(0, fmt::format("{} of {}", method, email), "Vedette has no app of its own");
    }
  }
  if (person.contacts.empty() && !email.empty()) person.contacts.push_back({"mail", email});
  report.Carried(0, fmt::format("user {}", email), "user " + person.name);
  people.people.push_back(std::move(person));
}

std::string ClockOf(const Json& json, const char* hour, const char* minute) {
  return fmt::format("{:02}:{:02}", NumberAt(json, hour, 0) % 24, NumberAt(json, minute, 0) % 60);
}

void ReadHours(const Json& restriction, Turns& turns, const std::string& where, Report& report) {
  const auto add = [&](const Json& part, const std::string& days) {
    turns.hours.push_back(
        {days, ClockOf(part, "startHour", "startMin"), ClockOf(part, "endHour", "endMin")});
  };
  if (TextAt(restriction, "type") == "time-of-day") {
    add(ObjectAt(restriction, "restriction"), "");
    return;
  }
  for (const Json& part : ListAt(restriction, "restrictions")) {
    const std::string from = TextAt(part, "startDay").substr(0, 3);
    const std::string to = TextAt(part, "endDay").substr(0, 3);
    if (from != to || from.empty()) {
      report.Left(0, fmt::format("a restriction of {}", where),
                  "hours begin and end on the same day");
      continue;
    }
    add(part, from);
  }
}

void ReadRotation(const Json& rotation, const Lists& lists, Rota& rota, Report& report) {
  const std::string where =
      fmt::format("rotation {} of schedule {}", TextAt(rotation, "name"), rota.name);
  Turns turns;
  turns.name = PlainName(TextAt(rotation, "name"));
  turns.start = WallClock(TextAt(rotation, "startDate"));
  turns.end = WallClock(TextAt(rotation, "endDate"));
  const std::string type = TextAt(rotation, "type");
  const int64_t unit = type == "hourly" ? 3'600 : type == "daily" ? 86'400 : 7 * 86'400;
  turns.seconds = unit * std::max<int64_t>(1, NumberAt(rotation, "length", 1));
  for (const Json& participant : ListAt(rotation, "participants")) {
    const std::string kind = TextAt(participant, "type");
    const std::string user = lists.users.Find(TextAt(participant, "username"));
    if (kind == "user" && !user.empty()) {
      turns.users.push_back(user);
    } else {
      report.Left(0, fmt::format("a participant of {}", where), fmt::format("it is a {}", kind));
    }
  }
  const Json& restriction = ObjectAt(rotation, "timeRestriction");
  if (!restriction.empty()) ReadHours(restriction, turns, where, report);
  if (turns.users.empty() || turns.start.empty()) {
    report.Left(0, where, "it has no known user, or no start");
    return;
  }
  rota.layers.push_back(std::move(turns));
}

void ReadSchedule(const Json& schedule, Lists& lists, People& people, Report& report) {
  const std::string name = TextAt(schedule, "name");
  Rota rota;
  rota.name = lists.schedules.Of(name, name);
  if (const std::string zone = TextAt(schedule, "timezone"); !zone.empty()) rota.zone = zone;
  for (const Json& rotation : ListAt(schedule, "rotations")) {
    ReadRotation(rotation, lists, rota, report);
  }
  if (rota.layers.empty()) {
    report.Left(0, fmt::format("schedule {}", name), "no rotation of it could be carried over");
    return;
  }
  if (rota.layers.size() > 1) {
    report.Changed(0, fmt::format("the rotations of schedule {}", name),
                   "of several that are on call at once the last wins; Opsgenie tells all");
  }
  report.Carried(0, fmt::format("schedule {}", name), "schedule " + rota.name);
  people.rotas.push_back(std::move(rota));
}

std::string TargetOf(const Json& recipient, const Lists& lists, const People& people) {
  const std::string type = TextAt(recipient, "type");
  const std::string name = TextAt(recipient, "name");
  if (type == "user") {
    const std::string user = lists.users.Find(TextAt(recipient, "username"));
    return user.empty() ? "" : "user " + user;
  }
  const bool is_team = type == "team";
  const std::string known = is_team ? lists.teams.Find(name) : lists.schedules.Find(name);
  const bool there =
      is_team ? std::ranges::find(people.crews, known, &Crew::name) != people.crews.end()
              : std::ranges::find(people.rotas, known, &Rota::name) != people.rotas.end();
  if (known.empty() || !there) return "";
  return (is_team ? "team " : "schedule ") + known;
}

// Delays count from the alert in Opsgenie, and from the step before here.
void ReadEscalation(const Json& json, const Lists& lists, People& people, Report& report) {
  const std::string name = TextAt(json, "name");
  Escalation escalation;
  escalation.name = PlainName(name);
  escalation.repeats = NumberAt(ObjectAt(json, "repeat"), "count", 0);
  int64_t before = 0;
  for (const Json& rule : ListAt(json, "rules")) {
    const int64_t delay = 60 * NumberAt(ObjectAt(rule, "delay"), "timeAmount", 0);
    const std::string target = TargetOf(ObjectAt(rule, "recipient"), lists, people);
    if (target.empty()) {
      report.Left(0, fmt::format("a rule of escalation {}", name), "its recipient is not here");
      continue;
    }
    if (TextAt(rule, "condition") == "if-not-closed") {
      report.Changed(0, fmt::format("a rule of escalation {}", name),
                     "an acknowledgement stops it, not only the end");
    }
    if (!escalation.stages.empty() && delay == before) {
      escalation.stages.back().targets.push_back(target);
      continue;
    }
    if (!escalation.stages.empty()) escalation.stages.back().wait_seconds = delay - before;
    escalation.stages.push_back({.targets = {target}, .wait_seconds = 300, .round_robin = false});
    before = delay;
  }
  if (escalation.stages.empty()) {
    report.Left(0, fmt::format("escalation {}", name), "no rule of it reaches anybody");
    return;
  }
  report.Carried(0, fmt::format("escalation {}", name), "policy " + escalation.name);
  people.escalations.push_back(std::move(escalation));
}

}  // namespace

base::Result<Imported> ImportOpsgenie(std::string_view text) {
  VEDETTE_TRY(const Json json, ReadExport(text));
  Lists lists;
  People people;
  Report report;
  for (const Json& user : ListAt(json, "users")) ReadUser(user, lists, people, report);
  for (const Json& team : ListAt(json, "teams")) {
    const std::string name = TextAt(team, "name");
    Crew crew{.name = lists.teams.Of(name, name), .members = {}};
    for (const Json& member : ListAt(team, "members")) {
      const std::string user = lists.users.Find(TextAt(ObjectAt(member, "user"), "username"));
      if (!user.empty()) crew.members.push_back(user);
    }
    if (crew.members.empty()) {
      report.Left(0, fmt::format("team {}", name), "none of its members is here");
      continue;
    }
    report.Carried(0, fmt::format("team {}", name), "team " + crew.name);
    people.crews.push_back(std::move(crew));
  }
  for (const Json& each : ListAt(json, "schedules")) ReadSchedule(each, lists, people, report);
  for (const Json& each : ListAt(json, "escalations")) {
    ReadEscalation(each, lists, people, report);
  }
  for (const auto& [key, value] : json.items()) {
    const bool known =
        key == "users" || key == "teams" || key == "schedules" || key == "escalations";
    if (!known) report.Left(0, key, "Vedette has nothing like it");
  }
  if (people.people.empty()) return base::InvalidArgument("the export has no users", "users");
  return WritePlan(people, report, "opsgenie");
}

}  // namespace vedette::importer
