#include <algorithm>
#include <fmt/core.h>
#include <iterator>

#include "importer/people.h"

namespace vedette::importer {
namespace {

using base::Json;

struct Lists {
  Names users;
  Names schedules;
  Names teams;
  Names escalations;
  std::map<std::string, std::vector<std::string>> rotas;  // of a schedule, by its name here
};

// By the name under which others refer to it, or by the id.
std::string Find(const Names& names, const Json& json, const char* name_key) {
  const std::string known = names.Find(TextAt(json, name_key));
  return known.empty() ? names.Find(TextAt(json, "id")) : known;
}

void ReadUser(const Json& user, Lists& lists, People& people, Report& report) {
  const std::string email = TextAt(user, "username");
  Person person{.name = lists.users.Of(email, email.substr(0, email.find('@'))),
                .full_name = TextAt(user, "fullName"),
                .email = email,
                .zone = TextAt(user, "timeZone"),
                .contacts = {}};
  lists.users.Also(TextAt(user, "id"), email);
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

void ReadTeam(const Json& team, Lists& lists, People& people, Report& report) {
  const std::string name = TextAt(team, "name");
  Crew crew{.name = lists.teams.Of(name, name), .members = {}};
  lists.teams.Also(TextAt(team, "id"), name);
  for (const Json& member : ListAt(team, "members")) {
    const std::string user = Find(lists.users, ObjectAt(member, "user"), "username");
    if (!user.empty()) crew.members.push_back(user);
  }
  if (crew.members.empty()) {
    report.Left(0, fmt::format("team {}", name), "none of its members is here");
    return;
  }
  report.Carried(0, fmt::format("team {}", name), "team " + crew.name);
  people.crews.push_back(std::move(crew));
}

int64_t ClockOf(const Json& json, const char* hour, const char* minute) {
  return std::clamp<int64_t>(NumberAt(json, hour, 0), 0, 24) * 60 +
         std::clamp<int64_t>(NumberAt(json, minute, 0), 0, 59);
}

// From the first to the second within `period`; the same twice is all of it.
int64_t Length(int64_t from, int64_t to, int64_t period) {
  const int64_t length = ((to - from) % period + period) % period;
  return length == 0 ? period : length;
}

// False when a part of it cannot be read.
bool ReadHours(const Json& restriction, Turns& turns) {
  constexpr int64_t kDay = 24 * 60;
  const bool by_day = TextAt(restriction, "type") == "weekday-and-time-of-day";
  std::vector<const Json*> parts;
  if (const Json& one = ObjectAt(restriction, "restriction"); !one.empty()) parts.push_back(&one);
  for (const Json& part : ListAt(restriction, "restrictions")) parts.push_back(&part);
  for (const Json* part : parts) {
    const int64_t from = ClockOf(*part, "startHour", "startMin");
    const int64_t to = ClockOf(*part, "endHour", "endMin");
    if (!by_day) {
      AddDaily(from % kDay, Length(from, to, kDay), turns);
      continue;
    }
    const auto first = DayOf(TextAt(*part, "startDay"));
    const auto last = DayOf(TextAt(*part, "endDay"));
    if (!first || !last) return false;
    AddWeekly(*first * kDay + from, Length(*first * kDay + from, *last * kDay + to, 7 * kDay),
              turns);
  }
  return !parts.empty();
}

// Nothing, with a line in the report, for one that cannot be here.
std::optional<Turns> ReadRotation(const Json& rotation, const Lists& lists, const std::string& zone,
                                  const std::string& where, Report& report) {
  Turns turns;
  turns.name = PlainName(TextAt(rotation, "name"));
  turns.start = WallClock(TextAt(rotation, "startDate"), zone);
  turns.end = WallClock(TextAt(rotation, "endDate"), zone);
  const std::string type = TextAt(rotation, "type");
  const int64_t unit = type == "hourly" ? 3'600 : type == "daily" ? 86'400 : 7 * 86'400;
  turns.seconds = unit * std::max<int64_t>(1, NumberAt(rotation, "length", 1));
  for (const Json& participant : ListAt(rotation, "participants")) {
    const std::string kind = TextAt(participant, "type");
    const std::string user = Find(lists.users, participant, "username");
    const std::string participant_of = fmt::format("a participant of {}", where);
    const bool known = kind == "user" && !user.empty();
    turns.users.push_back(known ? user : std::string(kNobody));  // who keep their place
    if (kind == "none") {
      report.Carried(0, participant_of, "turns of nobody");
    } else if (!known) {
      report.Left(0, participant_of,
                  fmt::format("{}: nobody has these turns",
                              kind == "user" ? std::string("not among the users of the export")
                                             : fmt::format("it is a {}", kind)));
    }
  }
  const Json& restriction = ObjectAt(rotation, "timeRestriction");
  if (!restriction.empty() && !ReadHours(restriction, turns)) {
    report.Left(0, where, "its time restriction cannot be read");
    return std::nullopt;  // without it people would be on call who are not
  }
  if (!HasSomebody(turns) || turns.start.empty()) {
    report.Left(0, where, "it has no known user, or no start");
    return std::nullopt;
  }
  return turns;
}

// Of several rotations all who are on call are told: each becomes a schedule.
void ReadSchedule(const Json& schedule, Lists& lists, People& people, Report& report) {
  const std::string name = TextAt(schedule, "name");
  const std::string what = fmt::format("schedule {}", name);
  const std::string here = lists.schedules.Of(name, name);
  lists.schedules.Also(TextAt(schedule, "id"), name);
  std::string zone = TextAt(schedule, "timezone");
  if (zone.empty()) zone = "UTC";
  const bool off = schedule.is_object() && schedule.contains("enabled") &&
                   schedule["enabled"].is_boolean() && !schedule["enabled"].get<bool>();
  std::vector<Turns> all;
  for (const Json& rotation : ListAt(schedule, "rotations")) {
    const std::string where =
        fmt::format("rotation {} of schedule {}", TextAt(rotation, "name"), here);
    if (off) continue;
    if (auto turns = ReadRotation(rotation, lists, zone, where, report)) {
      all.push_back(*std::move(turns));
    }
  }
  if (all.empty()) {
    report.Left(0, what, off ? "it is disabled" : "no rotation of it could be carried over");
    return;
  }
  if (all.size() > 1) {
    report.Changed(0, fmt::format("the rotations of {}", what),
                   "a schedule for each: all who are on call are told");
  }
  for (Turns& turns : all) {
    Rota rota{.name = here, .zone = zone, .layers = {}};
    if (all.size() > 1)
      rota.name = lists.schedules.Of(here + "/" + turns.name, here + "-" + turns.name);
    rota.layers.push_back(std::move(turns));
    lists.rotas[here].push_back(rota.name);
    Keep(std::move(rota), what, {}, people, report);
  }
}

std::vector<std::string> TargetsOf(const Json& recipient, const Lists& lists,
                                   const People& people) {
  const std::string type = TextAt(recipient, "type");
  if (type == "user") {
    const std::string user = Find(lists.users, recipient, "username");
    return user.empty() ? std::vector<std::string>() : std::vector<std::string>{"user " + user};
  }
  if (type == "team") {
    const std::string team = Find(lists.teams, recipient, "name");
    const bool there = std::ranges::find(people.crews, team, &Crew::name) != people.crews.end();
    return there ? std::vector<std::string>{"team " + team} : std::vector<std::string>();
  }
  std::vector<std::string> targets;
  const auto rotas = lists.rotas.find(Find(lists.schedules, recipient, "name"));
  if (rotas == lists.rotas.end()) return targets;
  for (const std::string& rota : rotas->second) targets.push_back("schedule " + rota);
  return targets;
}

int64_t SecondsOf(const Json& delay) {
  const std::string unit = TextAt(delay, "timeUnit");
  const int64_t amount = NumberAt(delay, "timeAmount", 0);
  if (unit == "days") return amount * 86'400;
  return amount * (unit == "hours" ? 3'600 : 60);
}

void ReportRule(const Json& rule, const std::string& where, Report& report) {
  if (TextAt(rule, "condition") == "if-not-closed") {
    report.Changed(0, where, "an acknowledgement stops it, not only the end");
  }
  const std::string whom = TextAt(rule, "notifyType");
  if (!whom.empty() && whom != "default" && whom != "all") {
    report.Changed(0, where, fmt::format("whoever is on call is told, not \"{}\"", whom));
  }
}

// Delays count from the alert in Opsgenie, and from the step before here.
void ReadEscalation(const Json& json, Lists& lists, People& people, Report& report) {
  const std::string name = TextAt(json, "name");
  const std::string where = fmt::format("a rule of escalation {}", name);
  Escalation escalation;
  escalation.name = lists.escalations.Of(name, name);
  const Json& repeat = ObjectAt(json, "repeat");
  escalation.repeats = NumberAt(repeat, "count", 0);
  std::vector<const Json*> rules;
  for (const Json& rule : ListAt(json, "rules")) rules.push_back(&rule);
  const auto delay_of = [](const Json* rule) { return SecondsOf(ObjectAt(*rule, "delay")); };
  std::ranges::stable_sort(rules, {}, delay_of);
  int64_t before = 0;
  for (const Json* rule : rules) {
    const int64_t delay = delay_of(rule);
    std::vector<std::string> targets = TargetsOf(ObjectAt(*rule, "recipient"), lists, people);
    if (targets.empty()) {
      report.Left(0, where, "its recipient is not here");
      continue;
    }
    ReportRule(*rule, where, report);
    std::vector<Stage>& stages = escalation.stages;
    if (stages.empty() || delay != before) {
      if (stages.empty() && delay > 0) {
        report.Changed(0, where,
                       fmt::format("the first step comes at once, not after {} s", delay));
      }
      if (!stages.empty()) stages.back().wait_seconds = delay - before;
      stages.emplace_back();
      before = delay;
    }
    std::ranges::move(targets, std::back_inserter(stages.back().targets));
  }
  const int64_t again = NumberAt(repeat, "waitInterval", 0);
  if (again > 0 && !escalation.stages.empty()) escalation.stages.back().wait_seconds = again * 60;
  const std::string team = TextAt(ObjectAt(json, "ownerTeam"), "name");
  const std::string policy = escalation.name;
  if (!Keep(std::move(escalation), fmt::format("escalation {}", name), people, report)) return;
  if (team.empty()) return;
  if (std::ranges::find(people.ways, team, &Way::value) != people.ways.end()) {
    report.Left(0, fmt::format("escalation {} of team {}", name, team),
                "the team has a route to another one: write routes of your own");
    return;
  }
  people.ways.push_back({"team", team, policy});
  report.Changed(0, fmt::format("alerts of team {}", team),
                 fmt::format("a route for pages with this label `team` to policy {}", policy));
}

}  // namespace

base::Result<Imported> ImportOpsgenie(std::string_view text) {
  VEDETTE_TRY(const Json json, ReadExport(text));
  Lists lists;
  People people;
  Report report;
  for (const Json& each : ListAt(json, "users"))
    ReadUser(Inner(each, "data"), lists, people, report);
  for (const Json& each : ListAt(json, "teams"))
    ReadTeam(Inner(each, "data"), lists, people, report);
  for (const Json& each : ListAt(json, "schedules")) {
    ReadSchedule(Inner(each, "data"), lists, people, report);
  }
  for (const Json& each : ListAt(json, "escalations")) {
    ReadEscalation(Inner(each, "data"), lists, people, report);
  }
  ReportRest(json, {"users", "teams", "schedules", "escalations"}, report);
  return WritePlan(people, lists.users, report, "opsgenie");
}

}  // namespace vedette::importer
