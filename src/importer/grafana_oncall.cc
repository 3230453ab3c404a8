#include <algorithm>
#include <fmt/core.h>
#include <iterator>
#include <map>
#include <utility>

#include "importer/people.h"
#include "notify/routing/time_zone.h"

namespace vedette::importer {
namespace {

using base::Json;
using notify::routing::FormatLocal;

constexpr int64_t kHour = 3'600;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kWeek = 7 * kDay;

bool TrueAt(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) && json[key] == true;
}

struct Lists {
  Names users;
  Names schedules;
  Names chains;
  Names teams;
  std::map<std::string, const Json*> shifts;
  std::map<std::string, std::vector<std::string>> rotas;  // of a schedule, by its name here
};

// By the rules that a person has made: the important ones are for what is critical where there are
// others too. Waits add up.
std::vector<PersonContact> ContactsByRules(const std::vector<const Json*>& rules,
                                           const Person& person, const std::string& phone,
                                           Report& report) {
  static const std::map<std::string, std::string> receivers = {{"notify_by_slack", "chat"},
                                                               {"notify_by_email", "mail"},
                                                               {"notify_by_sms", "sms"},
                                                               {"notify_by_phone_call", "voice"}};
  const auto important = [](const Json* rule) { return TrueAt(*rule, "important"); };
  const bool both = std::ranges::any_of(rules, important) && !std::ranges::all_of(rules, important);
  std::vector<PersonContact> contacts;
  std::map<bool, int64_t> waits;
  for (const Json* rule : rules) {
    const std::string type = TextAt(*rule, "type");
    int64_t& wait = waits[important(rule)];
    if (type == "wait") {
      wait += std::clamp<int64_t>(NumberAt(*rule, "duration", 300), 0, kDay);
      continue;
    }
    const auto receiver = receivers.find(type);
    PersonContact contact;
    if (receiver != receivers.end()) contact.receiver = receiver->second;
    const auto known =
        std::ranges::find(person.contacts, contact.receiver, &PersonContact::receiver);
    if (known != person.contacts.end()) contact.to = known->to;
    if (contact.receiver == "voice") contact.to = phone;
    if (contact.to.empty()) {
      report.Left(0, fmt::format("a rule {} of {}", type, person.name),
                  "Vedette has no such contact, or the export has no address for it");
      continue;
    }
    contact.after_minutes = (wait + 59) / 60;
    if (both && important(rule)) contact.severities = {"critical"};
    if (both && !important(rule)) contact.severities = {"info", "warning"};
    AddByRule(std::move(contact), contacts);
  }
  return contacts;
}

void ReadRules(const Json& all, const std::string& user, const std::string& phone, Person& person,
               Report& report) {
  std::vector<const Json*> rules;
  for (const Json& rule : all) {
    if (!user.empty() && TextAt(rule, "user_id") == user) rules.push_back(&rule);
  }
  if (rules.empty()) return;
  std::ranges::stable_sort(rules, {},
                           [](const Json* each) { return NumberAt(*each, "position", 0); });
  std::vector<PersonContact> contacts = ContactsByRules(rules, person, phone, report);
  const std::string what = fmt::format("notification rules of {}", person.name);
  if (contacts.empty()) {
    report.Changed(0, what, "all contacts at once; set `after` and `severities` of contacts");
    return;
  }
  const bool by_severity = std::ranges::any_of(
      contacts, [](const PersonContact& contact) { return !contact.severities.empty(); });
  if (by_severity) {
    report.Changed(0, what, "the important ones for what is critical, the others for the rest");
  } else {
    report.Carried(0, what, "contacts of user " + person.name);
  }
  person.contacts = std::move(contacts);
}

void ReadUser(const Json& user, const Json& rules, Lists& lists, People& people, Report& report) {
  const std::string username = TextAt(user, "username");
  const std::string email = TextAt(user, "email");
  const std::string id = TextAt(user, "id");
  Person person{.name = lists.users.Of(id.empty() ? username : id, username),
                .full_name = TextAt(user, "name"),
                .email = email,
                .zone = TextAt(user, "timezone"),
                .contacts = {}};
  const Json& slack = ListAt(user, "slack");
  const std::string slack_id =
      slack.empty() ? TextAt(ObjectAt(user, "slack"), "user_id") : TextAt(slack[0], "user_id");
  if (!slack_id.empty()) person.contacts.push_back({"chat", slack_id});
  if (!email.empty()) person.contacts.push_back({"mail", email});
  const std::string phone = TextAt(user, "verified_phone_number");
  if (!phone.empty()) person.contacts.push_back({"sms", phone});
  ReadRules(rules, id, phone, person, report);
  report.Carried(0, fmt::format("user {}", username), "user " + person.name);
  people.people.push_back(std::move(person));
}

// A team has whoever says that it is theirs.
void ReadTeam(const Json& team, const Json& users, Lists& lists, People& people, Report& report) {
  const std::string id = TextAt(team, "id");
  const std::string name = TextAt(team, "name");
  Crew crew{.name = lists.teams.Of(id, name), .members = {}};
  for (const Json& user : users) {
    for (const Json& each : ListAt(user, "teams")) {
      if (each.is_string() && each == id)
        crew.members.push_back(lists.users.Find(TextAt(user, "id")));
    }
  }
  if (crew.members.empty()) {
    report.Left(0, fmt::format("team {}", name), "no user of the export says to be in it");
    return;
  }
  report.Carried(0, fmt::format("team {}", name), "team " + crew.name);
  people.crews.push_back(std::move(crew));
}

// --- shifts

int64_t UnitOf(const std::string& frequency) {
  if (frequency == "hourly") return kHour;
  if (frequency == "daily") return kDay;
  return frequency == "weekly" ? kWeek : 0;
}

std::vector<std::string> UsersOf(const Json& ids, const Lists& lists) {
  std::vector<std::string> users;
  if (!ids.is_array()) return users;
  for (const Json& id : ids) {
    const std::string user = id.is_string() ? lists.users.Find(id.get<std::string>()) : "";
    if (!user.empty()) users.push_back(user);
  }
  return users;
}

// Who is on call together, turn by turn; turns whose people are not here are nobody's. Empty when
// all are.
std::vector<std::vector<std::string>> TurnsOf(const Json& shift, const Lists& lists) {
  std::vector<std::vector<std::string>> turns;
  bool anybody = false;
  const auto add = [&](std::vector<std::string> users) {
    anybody = anybody || !users.empty();
    if (users.empty()) users.emplace_back(kNobody);
    turns.push_back(std::move(users));
  };
  for (const Json& group : ListAt(shift, "rolling_users")) add(UsersOf(group, lists));
  if (!ListAt(shift, "users").empty()) add(UsersOf(ListAt(shift, "users"), lists));
  if (!anybody) return {};
  const int64_t first = NumberAt(shift, "start_rotation_from_user_index", 0);
  if (first > 0 && first < std::ssize(turns)) {
    std::ranges::rotate(turns, turns.begin() + first);
  }
  return turns;
}

// Weeks are counted from their first day on, however late in one the shift begins.
void StartWithWeek(const Json& shift, const Rhythm& rhythm, const std::string& where, Turns& turns,
                   Report& report) {
  const int64_t first = DayOf(TextAt(shift, "week_start")).value_or(0);
  const auto place = [&](int64_t weekday) { return (weekday - first + 7) % 7; };
  const int64_t late = place(notify::routing::WeekdayOf(rhythm.begin));
  turns.start = FormatLocal(rhythm.begin - std::chrono::days(late));
  if (std::ranges::any_of(rhythm.weekdays, [&](int64_t day) { return place(day) < late; })) {
    report.Changed(0, where, "in its first week also on the days before its start");
  }
}

Rhythm ReadRhythm(const Json& shift) {
  Rhythm rhythm;
  const std::string frequency = TextAt(shift, "frequency");
  rhythm.unit = UnitOf(frequency);
  rhythm.interval = std::clamp<int64_t>(NumberAt(shift, "interval", 1), 1, 1'000);
  const int64_t whole = frequency == "monthly" ? 31 * kDay : rhythm.unit * rhythm.interval;
  rhythm.duration = NumberAt(shift, "duration", whole);
  for (const Json& day : ListAt(shift, "by_day")) {
    const auto number = day.is_string() ? DayOf(day.get_ref<const std::string&>()) : std::nullopt;
    if (number) rhythm.weekdays.push_back(*number);
  }
  for (const Json& day : ListAt(shift, "by_monthday")) {
    const int64_t number = day.is_number_integer() ? day.get<int64_t>() : 0;
    if (number != 0 && number >= -31 && number <= 31) rhythm.days_of_month.push_back(number);
  }
  return rhythm;
}

// Nothing, with a line in the report, for one that cannot be here.
std::optional<Pattern> ReadShift(const Json& shift, const std::string& zone, int64_t groups,
                                 const std::string& where, Report& report) {
  constexpr int64_t kTurnsMax = 100;  // of a layer
  Pattern pattern;
  Turns& turns = pattern.turns;
  turns.name = PlainName(TextAt(shift, "name"));
  turns.start = WallClock(TextAt(shift, "start"), zone);
  if (turns.start.empty()) turns.start = WallClock(TextAt(shift, "rotation_start"), zone);
  turns.end = WallClock(TextAt(shift, "until"), zone);
  Rhythm rhythm = ReadRhythm(shift);
  const std::string frequency = TextAt(shift, "frequency");
  const bool once = TextAt(shift, "type") == "single_event" || frequency.empty();
  const bool monthly = frequency == "monthly";
  const auto begin = notify::routing::ParseLocal(turns.start);
  if (!once && !ListAt(shift, "by_month").empty()) {
    report.Left(0, where, "it is for some months only (by_month)");
    return std::nullopt;
  }
  const bool repeats = monthly || rhythm.unit > 0;
  if (!begin.ok() || rhythm.duration <= 0 || (!once && !repeats)) {
    report.Left(0, where,
                "it does not repeat by hours, days, weeks or months, or has no start or length");
    return std::nullopt;
  }
  rhythm.begin = *begin;
  if (once) {
    turns.seconds = std::max(rhythm.duration, kHour);
    turns.end = FormatLocal(*begin + std::chrono::seconds(turns.seconds));
    return pattern;
  }
  if (rhythm.unit == kWeek && !rhythm.weekdays.empty()) {
    StartWithWeek(shift, rhythm, where, turns, report);
  }
  AddRhythm(rhythm, where, pattern, report);
  if (turns.seconds < kHour || groups * (pattern.share + pattern.rest) > kTurnsMax) {
    if (!monthly) turns.seconds = rhythm.unit * rhythm.interval;
    pattern.share = 1;
    pattern.rest = 0;
    report.Changed(0, where, "without the time between its turns, in which nobody is on call");
  }
  return pattern;
}

// Where the zone of a shift is not that of its schedule, its clock is turned to that of the latter.
std::string InZone(const Json& shift, const char* key, const std::string& zone) {
  const std::string own = TextAt(shift, "time_zone");
  const std::string text = TextAt(shift, key);
  const auto there = notify::routing::TimeZone::Find(own);
  const auto here = notify::routing::TimeZone::Find(zone);
  const auto local = notify::routing::ParseLocal(WallClock(text, own.empty() ? zone : own));
  if (!local.ok()) return {};
  if (own.empty() || own == zone || !there.ok() || !here.ok()) return FormatLocal(*local);
  return FormatLocal(here->ToLocal(there->ToUtc(*local)));
}

struct Shift {
  Pattern pattern;
  std::vector<std::vector<std::string>> groups;
  std::string active;  // no turn before; may be empty
  int64_t level = 0;
};

std::vector<Shift> ReadShifts(const Json& schedule, const std::string& here,
                              const std::string& zone, const Lists& lists, Report& report) {
  std::vector<Shift> shifts;
  for (const Json& id : ListAt(schedule, "shifts")) {
    const std::string name = id.is_string() ? id.get<std::string>() : id.dump();
    const auto found = lists.shifts.find(name);
    if (found == lists.shifts.end()) {
      report.Left(0, fmt::format("shift {} of schedule {}", name, here), "it is not in the export");
      continue;
    }
    Json json = *found->second;
    const std::string where = fmt::format("shift {} of schedule {}", TextAt(json, "name"), here);
    if (const std::string own = TextAt(json, "time_zone"); !own.empty() && own != zone) {
      report.Changed(0, where, fmt::format("by the clocks of {}, not of {}", zone, own));
    }
    for (const char* key : {"start", "rotation_start", "until"}) {
      const std::string local = InZone(json, key, zone);
      if (!local.empty()) json[key] = local.substr(0, 10) + "T" + local.substr(11);
    }
    Shift shift{.pattern = {}, .groups = TurnsOf(json, lists), .active = {}};
    if (shift.groups.empty()) {
      report.Left(0, where, "it has no known user");
      continue;
    }
    std::optional<Pattern> pattern = ReadShift(json, zone, std::ssize(shift.groups), where, report);
    if (!pattern) continue;
    shift.pattern = *std::move(pattern);
    shift.active = WallClock(TextAt(json, "rotation_start"), zone);
    shift.level = NumberAt(json, "level", 0);
    shifts.push_back(std::move(shift));
  }
  std::ranges::sort(shifts, {}, &Shift::level);
  return shifts;
}

// Those who are on call together need a schedule each: the first of each turn, the second, ...
void ReadSchedule(const Json& schedule, Lists& lists, People& people, Report& report) {
  const std::string name = TextAt(schedule, "name");
  const std::string what = fmt::format("schedule {}", name);
  const std::string id = TextAt(schedule, "id");
  const std::string here = lists.schedules.Of(id.empty() ? name : id, name);
  std::string zone = TextAt(schedule, "time_zone");
  if (zone.empty()) zone = "UTC";
  const std::vector<Shift> shifts = ReadShifts(schedule, here, zone, lists, report);
  if (shifts.empty()) {
    report.Left(0, what,
                TextAt(schedule, "type") == "ical"
                    ? "import its calendar: /api/v1/schedules/NAME/import"
                    : "no shift of it could be carried over");
    return;
  }
  size_t together = 1;
  for (const Shift& shift : shifts) {
    for (const auto& group : shift.groups) together = std::max(together, group.size());
  }
  const auto same = std::ranges::adjacent_find(shifts, {}, &Shift::level);
  if (same != shifts.end()) {
    report.Changed(0, fmt::format("the shifts of {}", what),
                   "where shifts of one level are on at once, the last one wins");
  }
  if (together > 1) {
    report.Changed(0, what, fmt::format("{} schedules, for those on call together", together));
  }
  for (size_t place = 0; place < together; ++place) {
    Rota rota{.name = here, .zone = zone, .layers = {}};
    if (place > 0) {
      rota.name = lists.schedules.Of(fmt::format("{}/{}", here, place + 1),
                                     fmt::format("{}-{}", here, place + 1));
    }
    for (const Shift& shift : shifts) {
      Turns turns = shift.pattern.turns;
      for (const auto& group : shift.groups) {
        const std::string& user = group[std::min(place, group.size() - 1)];
        turns.users.insert(turns.users.end(), static_cast<size_t>(shift.pattern.share), user);
        turns.users.insert(turns.users.end(), static_cast<size_t>(shift.pattern.rest),
                           std::string(kNobody));
      }
      StartTurns(shift.pattern.turns.start, shift.active, turns);
      rota.layers.push_back(std::move(turns));
    }
    lists.rotas[here].push_back(rota.name);
    Keep(std::move(rota), what, {}, people, report);
  }
}

// --- escalation

// A chain on its way to a policy: waits lengthen the step before, and what follows a step without a
// wait belongs to it.
struct Chain {
  Escalation escalation;
  int64_t wait = 0;  // since the last step
};

void AddStage(Stage stage, const std::string& where, Chain& chain, Report& report) {
  std::vector<Stage>& stages = chain.escalation.stages;
  const int64_t wait = std::exchange(chain.wait, 0);
  if (stages.empty() && wait > 0) {
    report.Changed(0, where, fmt::format("it comes at once, not after {} s", wait));
  }
  const bool joins =
      !stages.empty() && wait == 0 && !stage.round_robin && !stages.back().round_robin;
  if (joins) {
    std::ranges::move(stage.targets, std::back_inserter(stages.back().targets));
    return;
  }
  if (!stages.empty()) stages.back().wait_seconds = wait;
  stages.push_back(std::move(stage));
}

std::vector<std::string> TargetsOf(const Json& step, const Lists& lists, const People& people) {
  std::vector<std::string> targets;
  const auto rotas =
      lists.rotas.find(lists.schedules.Find(TextAt(step, "notify_on_call_from_schedule")));
  if (rotas != lists.rotas.end()) {
    for (const std::string& rota : rotas->second) targets.push_back("schedule " + rota);
  }
  for (const char* key : {"persons_to_notify", "persons_to_notify_next_each_time"}) {
    for (const std::string& user : UsersOf(ListAt(step, key), lists)) {
      targets.push_back("user " + user);
    }
  }
  const std::string team = lists.teams.Find(TextAt(step, "notify_to_team_members"));
  const bool there = std::ranges::find(people.crews, team, &Crew::name) != people.crews.end();
  if (there) targets.push_back("team " + team);
  return targets;
}

void ReadStep(const Json& step, const Lists& lists, const People& people, Chain& chain,
              Report& report) {
  const std::string type = TextAt(step, "type");
  const std::string where = fmt::format("a step {} of chain {}", type, chain.escalation.name);
  if (type == "wait") {
    chain.wait += NumberAt(step, "duration", 300);
    return;
  }
  if (type == "repeat_escalation") {
    chain.escalation.repeats = 5;
    report.Changed(0, where, "all steps are repeated up to five times");
    return;
  }
  Stage stage{.targets = TargetsOf(step, lists, people),
              .round_robin = type == "notify_person_next_each_time"};
  if (stage.targets.empty()) {
    report.Left(0, where, "Vedette has no such step, or nobody of it is here");
    return;
  }
  AddStage(std::move(stage), where, chain, report);
}

void ReadChain(const Json& json, const Json& all_steps, Lists& lists, People& people,
               Report& report) {
  const std::string id = TextAt(json, "id");
  const std::string name = TextAt(json, "name");
  Chain chain;
  chain.escalation.name = lists.chains.Of(id.empty() ? name : id, name);
  std::vector<const Json*> steps;
  for (const Json& step : all_steps) {
    if (TextAt(step, "escalation_chain_id") == id) steps.push_back(&step);
  }
  std::ranges::sort(steps, {}, [](const Json* step) { return NumberAt(*step, "position", 0); });
  for (const Json* step : steps) ReadStep(*step, lists, people, chain, report);
  if (chain.wait > 0 && !chain.escalation.stages.empty()) {
    chain.escalation.stages.back().wait_seconds = chain.wait;
  }
  Keep(std::move(chain.escalation), fmt::format("escalation chain {}", name), people, report);
}

// An integration's default route; the others look into the payload with expressions of Python.
void ReadIntegration(const Json& integration, const Json& routes, const Lists& lists,
                     People& people, Report& report) {
  const std::string name = TextAt(integration, "name");
  const std::string what = fmt::format("integration {}", name);
  std::string chain = TextAt(ObjectAt(integration, "default_route"), "escalation_chain_id");
  for (const Json& route : routes) {
    if (TextAt(route, "integration_id") != TextAt(integration, "id")) continue;
    if (TrueAt(route, "is_the_last_route")) {
      chain = TextAt(route, "escalation_chain_id");
    } else {
      report.Left(0, fmt::format("a route of {}", what),
                  fmt::format("{}: write a route with matchers of your own",
                              TextAt(route, "routing_regex")));
    }
  }
  const std::string policy = lists.chains.Find(chain);
  if (name.empty() || !HasEscalation(people, policy)) {
    report.Left(0, what, "its default route leads to no escalation chain that is here");
    return;
  }
  people.ways.push_back({"integration", name, policy});
  report.Changed(0, what, "a route for pages with this label `integration`");
}

}  // namespace

base::Result<Imported> ImportGrafanaOnCall(std::string_view text) {
  VEDETTE_TRY(const Json json, ReadExport(text));
  Lists lists;
  People people;
  Report report;
  const Json& users = ListAt(json, "users");
  const Json& rules = ListAt(json, "personal_notification_rules");
  for (const Json& user : users) ReadUser(user, rules, lists, people, report);
  for (const Json& team : ListAt(json, "teams")) ReadTeam(team, users, lists, people, report);
  for (const char* key : {"on_call_shifts", "shifts"}) {
    for (const Json& shift : ListAt(json, key)) lists.shifts[TextAt(shift, "id")] = &shift;
  }
  for (const Json& each : ListAt(json, "schedules")) ReadSchedule(each, lists, people, report);
  const Json& steps = ListAt(json, "escalation_policies");
  for (const Json& chain : ListAt(json, "escalation_chains")) {
    ReadChain(chain, steps, lists, people, report);
  }
  for (const Json& each : ListAt(json, "integrations")) {
    ReadIntegration(each, ListAt(json, "routes"), lists, people, report);
  }
  ReportRest(json,
             {"users", "teams", "on_call_shifts", "shifts", "schedules", "escalation_chains",
              "escalation_policies", "integrations", "routes", "personal_notification_rules"},
             report);
  return WritePlan(people, lists.users, report, "grafana-oncall");
}

}  // namespace vedette::importer
