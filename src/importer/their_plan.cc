#include "importer/their_plan.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/duration.h"
#include "importer/people.h"

namespace vedette::importer {
namespace {

using base::Json;
using notify::routing::LocalTime;
using notify::routing::TimeZone;

constexpr int64_t kDay = 24 * 60;  // in minutes
constexpr int64_t kWeek = 7 * kDay;
constexpr int64_t kYearSeconds = 366 * 86'400;

int64_t MinutesBetween(LocalTime from, LocalTime to) {
  return std::chrono::floor<std::chrono::minutes>(to - from).count();
}

// Whether a stretch that begins again every `period` holds `now`.
bool Holds(std::pair<int64_t, int64_t> stretch, int64_t now, int64_t period) {
  return ((now - stretch.first) % period + period) % period < stretch.second;
}

// A moment, or a reading of the clocks of `zone`.
std::optional<LocalTime> LocalAt(const Json& json, const char* key, TimeZone zone) {
  const std::string text = TextAt(json, key);
  if (text.size() < 16) return std::nullopt;
  const base::Result<base::TimePoint> moment = base::ParseTime(text);
  if (moment.ok()) return zone.ToLocal(*moment);
  const base::Result<LocalTime> reading = notify::routing::ParseLocal(text.substr(0, 16));
  return reading.ok() ? std::optional(*reading) : std::nullopt;
}

TimeZone ZoneAt(const Json& json, const char* key, TimeZone otherwise = {}) {
  const base::Result<TimeZone> zone = TimeZone::Find(TextAt(json, key));
  return zone.ok() && !TextAt(json, key).empty() ? *zone : otherwise;
}

std::vector<std::string> Ids(const Json& list) {
  std::vector<std::string> ids;
  if (!list.is_array()) return ids;
  for (const Json& id : list) {
    if (id.is_string()) ids.push_back(id.get<std::string>());
  }
  return ids;
}

// How others refer to it: by the name, else by the id.
std::string Reference(const Json& json, const char* name_key) {
  const std::string name = TextAt(json, name_key);
  return name.empty() ? TextAt(json, "id") : name;
}

}  // namespace

// Fills a plan from one system's lists.
class TheirPlan::Reader {
 public:
  explicit Reader(TheirPlan& plan) : plan_(plan) {}

  void PagerDuty(const Json& json) {
    plan_.label_ = "service";
    for (const Json& each : ListAt(json, "schedules")) PagerDutyRota(Inner(each, "schedule"));
    for (const Json& each : ListAt(json, "escalation_policies")) {
      PagerDutyLadder(Inner(each, "escalation_policy"));
    }
    for (const Json& each : ListAt(json, "services")) {
      const Json& service = Inner(each, "service");
      if (TextAt(service, "status") == "disabled") continue;
      plan_.ways_[TextAt(service, "name")] = TextAt(ObjectAt(service, "escalation_policy"), "id");
    }
  }

  void Opsgenie(const Json& json) {
    plan_.label_ = "team";
    for (const Json& each : ListAt(json, "users")) {
      const Json& user = Inner(each, "data");
      names_[TextAt(user, "id")] = TextAt(user, "username");
    }
    for (const Json& each : ListAt(json, "teams")) {
      const Json& team = Inner(each, "data");
      std::vector<std::string>& members = teams_[TextAt(team, "name")];
      for (const Json& member : ListAt(team, "members")) {
        members.push_back(OpsgeniePerson(ObjectAt(member, "user")));
      }
      teams_[TextAt(team, "id")] = members;
    }
    for (const Json& each : ListAt(json, "schedules")) OpsgenieRota(Inner(each, "data"));
    for (const Json& each : ListAt(json, "escalations")) OpsgenieLadder(Inner(each, "data"));
  }

  void GrafanaOnCall(const Json& json) {
    plan_.label_ = "integration";
    for (const Json& user : ListAt(json, "users")) {
      for (const std::string& team : Ids(ListAt(user, "teams"))) {
        teams_[team].push_back(TextAt(user, "id"));
      }
    }
    for (const Json& each : ListAt(json, "schedules")) GrafanaRota(each, json);
    std::map<std::string, std::map<int64_t, const Json*>> chains;
    for (const Json& step : ListAt(json, "escalation_policies")) {
      chains[TextAt(step, "escalation_chain_id")][NumberAt(step, "position", 0)] = &step;
    }
    for (const auto& [id, steps] : chains) GrafanaLadder(id, steps);
    for (const Json& each : ListAt(json, "integrations")) {
      plan_.ways_[TextAt(each, "name")] =
          TextAt(ObjectAt(each, "default_route"), "escalation_chain_id");
    }
    GrafanaRoutes(json);
  }

 private:
  // --- PagerDuty: the first layer with somebody; a rule without anybody is passed at once

  void PagerDutyRota(const Json& schedule) {
    Rota& rota = plan_.rotas_[TextAt(schedule, "id")];
    rota.winner = Winner::kFirst;
    const TimeZone zone = ZoneAt(schedule, "time_zone");
    for (const Json& layer : ListAt(schedule, "schedule_layers")) {
      const auto first = LocalAt(layer, "rotation_virtual_start", zone);
      const auto from = LocalAt(layer, "start", zone);
      if (!first && !from) continue;
      Turns turns{.zone = zone,
                  .first = first.value_or(from.value_or(LocalTime())),
                  .from = from.value_or(first.value_or(LocalTime())),
                  .until = LocalAt(layer, "end", zone),
                  .minutes = NumberAt(layer, "rotation_turn_length_seconds", 0) / 60,
                  .groups = {},
                  .of_day = {},
                  .of_week = {}};
      for (const Json& user : ListAt(layer, "users")) {
        turns.groups.push_back({TextAt(Inner(user, "user"), "id")});
      }
      for (const Json& restriction : ListAt(layer, "restrictions")) {
        const int64_t minutes = NumberAt(restriction, "duration_seconds", 0) / 60;
        const int64_t day = NumberAt(restriction, "start_day_of_week", 0);
        const int64_t clock = MinutesOf(TextAt(restriction, "start_time_of_day")).value_or(0);
        if (TextAt(restriction, "type") == "weekly_restriction") {
          turns.of_week.emplace_back((day - 1) * kDay + clock, minutes);
        } else {
          turns.of_day.emplace_back(clock, minutes);
        }
      }
      rota.turns.push_back(std::move(turns));
    }
    for (const Json& entry :
         ListAt(ObjectAt(schedule, "final_schedule"), "rendered_schedule_entries")) {
      const auto from = base::ParseTime(TextAt(entry, "start"));
      const auto to = base::ParseTime(TextAt(entry, "end"));
      const std::string person = TextAt(ObjectAt(entry, "user"), "id");
      if (from.ok() && to.ok()) rota.rendered.push_back({*from, *to, person});
    }
  }

  void PagerDutyLadder(const Json& policy) {
    Ladder& ladder = plan_.ladders_[TextAt(policy, "id")];
    ladder.empty_rungs_give_way = true;
    for (const Json& rule : ListAt(policy, "escalation_rules")) {
      Rung& rung = ladder.rungs.emplace_back();
      rung.seconds = 60 * NumberAt(rule, "escalation_delay_in_minutes", 0);
      for (const Json& target : ListAt(rule, "targets")) {
        const bool person = TextAt(target, "type").starts_with("user");
        (person ? rung.people : rung.rotas).push_back(TextAt(target, "id"));
      }
    }
  }

  // --- Opsgenie: all rotations; delays since the alert

  std::string OpsgeniePerson(const Json& json) const {
    const std::string username = TextAt(json, "username");
    const auto known = names_.find(TextAt(json, "id"));
    return username.empty() && known != names_.end() ? known->second : username;
  }

  void OpsgenieRota(const Json& schedule) {
    Rota rota;
    const TimeZone zone = ZoneAt(schedule, "timezone");
    const bool off = schedule.contains("enabled") && schedule["enabled"] == false;
    for (const Json& rotation : ListAt(schedule, "rotations")) {
      const auto from = LocalAt(rotation, "startDate", zone);
      if (!from || off) continue;
      const std::string type = TextAt(rotation, "type");
      const int64_t unit = type == "hourly" ? 60 : type == "daily" ? kDay : kWeek;
      Turns turns{.zone = zone,
                  .first = *from,
                  .from = *from,
                  .until = LocalAt(rotation, "endDate", zone),
                  .minutes = unit * std::max<int64_t>(1, NumberAt(rotation, "length", 1)),
                  .groups = {},
                  .of_day = {},
                  .of_week = {}};
      for (const Json& participant : ListAt(rotation, "participants")) {
        turns.groups.push_back(OpsgenieGroup(participant));
      }
      OpsgenieHours(ObjectAt(rotation, "timeRestriction"), turns);
      rota.turns.push_back(std::move(turns));
    }
    plan_.rotas_[TextAt(schedule, "name")] = rota;
    plan_.rotas_[TextAt(schedule, "id")] = std::move(rota);
  }

  std::vector<std::string> OpsgenieGroup(const Json& participant) const {
    const std::string type = TextAt(participant, "type");
    if (type == "user") return {OpsgeniePerson(participant)};
    const auto team = teams_.find(Reference(participant, "name"));
    return type == "team" && team != teams_.end() ? team->second : std::vector<std::string>();
  }

  static void OpsgenieHours(const Json& restriction, Turns& turns) {
    const auto add = [&](const Json& part) {
      const auto clock = [&](const char* hour, const char* minute) {
        return NumberAt(part, hour, 0) * 60 + NumberAt(part, minute, 0);
      };
      const int64_t from = clock("startHour", "startMin");
      const int64_t to = clock("endHour", "endMin");
      if (TextAt(restriction, "type") == "time-of-day") {
        turns.of_day.emplace_back(from, to > from ? to - from : to - from + kDay);
        return;
      }
      const int64_t begin = DayOf(TextAt(part, "startDay")).value_or(0) * kDay + from;
      const int64_t end = DayOf(TextAt(part, "endDay")).value_or(0) * kDay + to;
      turns.of_week.emplace_back(begin, end > begin ? end - begin : end - begin + kWeek);
    };
    if (const Json& one = ObjectAt(restriction, "restriction"); !one.empty()) add(one);
    for (const Json& part : ListAt(restriction, "restrictions")) add(part);
  }

  void OpsgenieLadder(const Json& escalation) {
    const std::string name = TextAt(escalation, "name");
    Ladder& ladder = plan_.ladders_[name];
    for (const Json& rule : ListAt(escalation, "rules")) {
      Rung& rung = ladder.rungs.emplace_back();
      const Json& delay = ObjectAt(rule, "delay");
      const std::string unit = TextAt(delay, "timeUnit");
      const int64_t seconds = unit == "days" ? 86'400 : unit == "hours" ? 3'600 : 60;
      rung.seconds = seconds * NumberAt(delay, "timeAmount", 0);
      const Json& recipient = ObjectAt(rule, "recipient");
      const std::string type = TextAt(recipient, "type");
      if (type == "user") rung.people.push_back(OpsgeniePerson(recipient));
      if (type == "schedule") rung.rotas.push_back(Reference(recipient, "name"));
      if (type == "team") rung.people = teams_[Reference(recipient, "name")];
    }
    const std::string team = TextAt(ObjectAt(escalation, "ownerTeam"), "name");
    if (!team.empty()) plan_.ways_.try_emplace(team, name);
  }

  // --- Grafana OnCall: the highest level; waits are steps

  void GrafanaRota(const Json& schedule, const Json& json) {
    Rota& rota = plan_.rotas_[TextAt(schedule, "id")];
    rota.winner = Winner::kHighestLevel;
    const TimeZone zone = ZoneAt(schedule, "time_zone");
    const std::vector<std::string> wanted = Ids(ListAt(schedule, "shifts"));
    for (const char* key : {"on_call_shifts", "shifts"}) {
      for (const Json& shift : ListAt(json, key)) {
        if (std::ranges::count(wanted, TextAt(shift, "id")) == 0) continue;
        std::optional<Turns> turns = GrafanaShift(shift, ZoneAt(shift, "time_zone", zone));
        if (turns) rota.turns.push_back(*std::move(turns));
      }
    }
  }

  static std::optional<Turns> GrafanaShift(const Json& shift, TimeZone zone) {
    const auto start = LocalAt(shift, "start", zone);
    const auto active = LocalAt(shift, "rotation_start", zone);
    if (!start && !active) return std::nullopt;
    const LocalTime first = start.value_or(active.value_or(LocalTime()));
    const std::string frequency = TextAt(shift, "frequency");
    const bool once = TextAt(shift, "type") == "single_event" || frequency.empty();
    const int64_t interval = std::max<int64_t>(1, NumberAt(shift, "interval", 1));
    const int64_t unit = frequency == "hourly"    ? 60
                         : frequency == "daily"   ? kDay
                         : frequency == "monthly" ? 31 * kDay
                                                  : kWeek;
    const int64_t minutes = NumberAt(shift, "duration", 60 * unit * interval) / 60;
    Turns turns{.zone = zone,
                .first = first,
                .from = std::max(first, active.value_or(first)),
                .until = LocalAt(shift, "until", zone),
                .minutes = minutes,
                .groups = {},
                .of_day = {},
                .of_week = {},
                .level = NumberAt(shift, "level", 0)};
    if (once) turns.until = first + std::chrono::minutes(minutes);
    for (const Json& group : ListAt(shift, "rolling_users")) turns.groups.push_back(Ids(group));
    if (turns.groups.empty()) turns.groups.push_back(Ids(ListAt(shift, "users")));
    const int64_t index = NumberAt(shift, "start_rotation_from_user_index", 0);
    if (index > 0 && index < std::ssize(turns.groups)) {
      std::ranges::rotate(turns.groups, turns.groups.begin() + index);
    }
    if (once) return turns;
    Series series{.unit = frequency[0],
                  .interval = interval,
                  .minutes = minutes,
                  .week_start = DayOf(TextAt(shift, "week_start")).value_or(0),
                  .weekdays = {},
                  .month_days = {}};
    for (const std::string& day : Ids(ListAt(shift, "by_day"))) {
      series.weekdays.push_back(DayOf(day).value_or(0));
    }
    for (const Json& day : ListAt(shift, "by_monthday")) {
      if (day.is_number_integer()) series.month_days.push_back(day.get<int64_t>());
    }
    turns.series = std::move(series);
    return turns;
  }

  void GrafanaLadder(const std::string& id, const std::map<int64_t, const Json*>& steps) {
    Ladder& ladder = plan_.ladders_[id];
    int64_t now = 0;
    for (const auto& [position, step] : steps) {
      if (TextAt(*step, "type") == "wait") {
        now += NumberAt(*step, "duration", 300);
        continue;
      }
      Rung rung{.seconds = now, .people = Ids(ListAt(*step, "persons_to_notify")), .rotas = {}};
      for (std::string& person : Ids(ListAt(*step, "persons_to_notify_next_each_time"))) {
        rung.people.push_back(std::move(person));
      }
      const auto team = teams_.find(TextAt(*step, "notify_to_team_members"));
      if (team != teams_.end()) rung.people = team->second;
      rung.rotas.push_back(TextAt(*step, "notify_on_call_from_schedule"));
      ladder.rungs.push_back(std::move(rung));
    }
  }

  void GrafanaRoutes(const Json& json) {
    std::map<std::string, std::string> names;
    for (const Json& each : ListAt(json, "integrations")) {
      names[TextAt(each, "id")] = TextAt(each, "name");
    }
    for (const Json& route : ListAt(json, "routes")) {
      const bool last = route.contains("is_the_last_route") && route["is_the_last_route"] == true;
      const auto name = names.find(TextAt(route, "integration_id"));
      if (last && name != names.end()) {
        plan_.ways_[name->second] = TextAt(route, "escalation_chain_id");
      }
    }
  }

  TheirPlan& plan_;
  std::map<std::string, std::string> names_;               // of Opsgenie's people, by id
  std::map<std::string, std::vector<std::string>> teams_;  // by name and id
};

base::Result<TheirPlan> TheirPlan::Read(std::string_view system, std::string_view text) {
  VEDETTE_TRY(const Json json, ReadExport(text));
  TheirPlan plan;
  Reader reader(plan);
  if (system == "pagerduty") {
    reader.PagerDuty(json);
  } else if (system == "opsgenie") {
    reader.Opsgenie(json);
  } else if (system == "grafana-oncall") {
    reader.GrafanaOnCall(json);
  } else {
    return base::InvalidArgument("is no system with people on call", "system");
  }
  return plan;
}

std::optional<int64_t> TheirPlan::TurnBegun(const Series& series, LocalTime first, LocalTime day) {
  const auto weekday = static_cast<int64_t>(notify::routing::WeekdayOf(day));
  const auto has = [](const std::vector<int64_t>& list, int64_t value) {
    return std::ranges::count(list, value) > 0;
  };
  if (!series.weekdays.empty() && !has(series.weekdays, weekday)) return std::nullopt;
  const LocalTime first_day = notify::routing::Midnight(first);
  const int64_t first_weekday = notify::routing::WeekdayOf(first);
  int64_t number = MinutesBetween(first_day, day) / kDay;
  if (series.unit == 'w') {
    if (series.weekdays.empty() && weekday != first_weekday) return std::nullopt;
    number = (number + (first_weekday - series.week_start + 7) % 7) / 7;
  }
  if (series.unit == 'm') {
    const std::chrono::year_month_day from(std::chrono::floor<std::chrono::days>(first));
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(day));
    const auto month = date.year() / date.month();
    const auto of_month = static_cast<int64_t>(unsigned(date.day()));
    const std::chrono::year_month_day last(month / std::chrono::last);
    const int64_t back = of_month - static_cast<int64_t>(unsigned(last.day())) - 1;
    const bool named = has(series.month_days, of_month) || has(series.month_days, back);
    if (!series.month_days.empty() && !named) return std::nullopt;
    const bool free = series.month_days.empty() && series.weekdays.empty();
    if (free && date.day() != from.day()) return std::nullopt;
    number = (month - from.year() / from.month()).count();
  }
  if (number % series.interval != 0) return std::nullopt;
  return number / series.interval;
}

std::optional<int64_t> TheirPlan::TurnOn(const Turns& turns, LocalTime now) {
  constexpr int64_t kDaysBackMax = 400;
  const Series& series = *turns.series;
  const LocalTime first_day = notify::routing::Midnight(turns.first);
  if (series.unit == 'h') {
    const int64_t since = MinutesBetween(turns.first, now);
    const int64_t turn = since / (60 * series.interval);
    const bool on = since - turn * 60 * series.interval < series.minutes;
    const int64_t weekday = notify::routing::WeekdayOf(now);
    const bool today = series.weekdays.empty() || std::ranges::count(series.weekdays, weekday) > 0;
    return on && today ? std::optional(turn) : std::nullopt;
  }
  const int64_t days_back = std::min(series.minutes / kDay + 1, kDaysBackMax);
  for (int64_t back = 0; back <= days_back; ++back) {
    const LocalTime day = notify::routing::Midnight(now) - std::chrono::days(back);
    const LocalTime start = day + (turns.first - first_day);
    if (start > now || start < turns.first) continue;
    if (MinutesBetween(start, now) >= series.minutes) break;
    if (const auto turn = TurnBegun(series, turns.first, day)) return turn;
  }
  return std::nullopt;
}

std::vector<std::string> TheirPlan::OnCall(const Turns& turns, base::TimePoint time) {
  const LocalTime now = turns.zone.ToLocal(time);
  const bool on = now >= std::max(turns.first, turns.from) && (!turns.until || now < *turns.until);
  if (!on || turns.groups.empty() || turns.minutes <= 0) return {};
  if (turns.series) {
    const std::optional<int64_t> turn = TurnOn(turns, now);
    if (!turn) return {};
    return turns.groups[static_cast<size_t>(*turn % std::ssize(turns.groups))];
  }
  const LocalTime midnight = notify::routing::Midnight(now);
  const int64_t of_day = MinutesBetween(midnight, now);
  const int64_t of_week = notify::routing::WeekdayOf(now) * kDay + of_day;
  const bool always = turns.of_day.empty() && turns.of_week.empty();
  const auto today = [&](const Stretch& each) { return Holds(each, of_day, kDay); };
  const auto this_week = [&](const Stretch& each) { return Holds(each, of_week, kWeek); };
  if (!always && std::ranges::none_of(turns.of_day, today) &&
      std::ranges::none_of(turns.of_week, this_week)) {
    return {};
  }
  const int64_t turn = MinutesBetween(turns.first, now) / turns.minutes;
  return turns.groups[static_cast<size_t>(turn % std::ssize(turns.groups))];
}

std::vector<std::string> TheirPlan::OnCall(const std::string& name, base::TimePoint time) const {
  const auto found = rotas_.find(name);
  if (found == rotas_.end()) return {};
  const Rota& rota = found->second;
  for (const Rendered& rendered : rota.rendered) {
    if (time >= rendered.from && time < rendered.to) return {rendered.person};
  }
  std::vector<std::string> people;
  std::optional<int64_t> level;
  for (const Turns& turns : rota.turns) {
    const std::vector<std::string> on = OnCall(turns, time);
    if (on.empty()) continue;
    if (rota.winner == Winner::kFirst) return on;
    if (rota.winner == Winner::kHighestLevel && level && turns.level < *level) continue;
    if (rota.winner == Winner::kHighestLevel && level && turns.level > *level) people.clear();
    level = turns.level;
    people.insert(people.end(), on.begin(), on.end());
  }
  return people;
}

std::vector<TheirPlan::Call> TheirPlan::Calls(model::LabelsView labels,
                                              base::TimePoint time) const {
  const auto way = ways_.find(std::string(labels.Get(label_)));
  const auto ladder = way == ways_.end() ? ladders_.end() : ladders_.find(way->second);
  if (ladder == ladders_.end()) return {};
  std::set<Call> calls;
  int64_t passed = 0;
  for (const Rung& rung : ladder->second.rungs) {
    const bool lasts = ladder->second.empty_rungs_give_way;
    const int64_t after = std::clamp<int64_t>(lasts ? passed : rung.seconds, 0, kYearSeconds);
    std::vector<std::string> people = rung.people;
    for (const std::string& rota : rung.rotas) {
      std::ranges::copy(OnCall(rota, time + std::chrono::seconds(after)),
                        std::back_inserter(people));
    }
    for (const std::string& person : people) calls.insert({after, person});
    if (lasts && !people.empty()) passed += rung.seconds;
  }
  return {calls.begin(), calls.end()};
}

std::vector<model::Labels> TheirPlan::Samples() const {
  std::vector<model::Labels> samples;
  for (const auto& [value, ladder] : ways_) {
    if (value.empty() || !ladders_.contains(ladder)) continue;
    samples.emplace_back(std::vector<std::pair<std::string, std::string>>{
        {"alertname", "Parity"}, {label_, value}, {"severity", "critical"}});
  }
  return samples;
}

}  // namespace vedette::importer
