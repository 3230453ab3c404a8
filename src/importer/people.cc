#include "importer/people.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <numeric>
#include <utility>

#include "base/duration.h"
#include "notify/routing/time_zone.h"

namespace vedette::importer {
namespace {

using base::Json;
using notify::routing::FormatLocal;
using notify::routing::LocalTime;

constexpr int64_t kWaitMin = 10;
constexpr int64_t kTurnLongest = 366 * 86'400;  // in seconds
constexpr int64_t kDay = 24 * 60;               // in minutes
constexpr int64_t kWeek = 7 * kDay;
constexpr int64_t kHourSeconds = 3'600;
constexpr int64_t kDaySeconds = 86'400;
constexpr std::array<const char*, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
// What lists of several pages say of themselves.
constexpr std::string_view kPaging[] = {"count",      "current_page_number",
                                        "limit",      "more",
                                        "next",       "offset",
                                        "page_size",  "paging",
                                        "previous",   "query",
                                        "requestId",  "took",
                                        "total",      "totalCount",
                                        "total_pages"};

struct Placeholder {
  std::string_view receiver;
  void (*write)(YamlWriter&);
};

constexpr Placeholder kPlaceholders[] = {
    {"mail",
     [](YamlWriter& out) {
       out.Open("email")
           .Text("host", "smtp.example.org")
           .Text("from", "vedette@example.org")
           .Texts("to", {"oncall@example.org"})
           .Close();
     }},
    {"sms",
     [](YamlWriter& out) {
       out.Open("sms").Text("url", "https://gateway.example.org/sms").Close();
     }},
    {"voice",
     [](YamlWriter& out) {
       out.Open("voice").Text("url", "https://gateway.example.org/call").Close();
     }},
    {"chat",
     [](YamlWriter& out) {
       out.Open("slack").Text("url", "https://hooks.slack.com/services/fill/in").Close();
     }},
};

void WriteReceivers(const std::set<std::string>& used, YamlWriter& out, Report& report) {
  out.Open("receivers");
  for (const Placeholder& placeholder : kPlaceholders) {
    if (!used.contains(std::string(placeholder.receiver))) continue;
    out.Item().Text("name", placeholder.receiver);
    placeholder.write(out);
    out.Close();
    report.Changed(0, fmt::format("receiver {}", placeholder.receiver),
                   "fill in its address and secrets: exports have none");
  }
  out.Close();
}

void WritePeople(const std::vector<Person>& people, YamlWriter& out) {
  if (people.empty()) return;
  out.Open("users");
  for (const Person& person : people) {
    out.Item().Text("name", person.name);
    if (!person.full_name.empty()) out.Text("full_name", person.full_name);
    if (!person.email.empty()) out.Text("email", person.email);
    if (!person.zone.empty()) out.Text("time_zone", person.zone);
    if (!person.contacts.empty()) {
      out.Open("contacts");
      for (const PersonContact& contact : person.contacts) {
        out.Item().Text("receiver", contact.receiver).Text("to", contact.to);
        if (contact.after_minutes > 0) {
          out.Plain("after", fmt::format("{}m", contact.after_minutes));
        }
        if (!contact.severities.empty()) out.Texts("severities", contact.severities);
        out.Close();
      }
      out.Close();
    }
    out.Close();
  }
  out.Close();
}

std::string LengthOf(int64_t seconds) {
  if (seconds % 86'400 == 0) return fmt::format("{}d", seconds / 86'400);
  if (seconds % 3'600 == 0) return fmt::format("{}h", seconds / 3'600);
  return fmt::format("{}m", seconds / 60);
}

void WriteRotas(const std::vector<Rota>& rotas, YamlWriter& out) {
  if (rotas.empty()) return;
  out.Open("schedules");
  for (const Rota& rota : rotas) {
    out.Item().Text("name", rota.name).Text("time_zone", rota.zone).Open("layers");
    for (const Turns& turns : rota.layers) {
      out.Item().Text("name", turns.name).Text("start", turns.start);
      if (!turns.end.empty()) out.Text("end", turns.end);
      out.Text("rotation", turns.monthly ? "monthly" : LengthOf(turns.seconds));
      out.Texts("users", turns.users);
      if (!turns.days_of_month.empty()) {
        out.Plain("days_of_month", fmt::format("[{}]", fmt::join(turns.days_of_month, ", ")));
      }
      if (!turns.hours.empty()) {
        out.Open("hours");
        for (const Hours& hours : turns.hours) {
          out.Item().Texts("days", {hours.days.empty() ? "daily" : hours.days});
          out.Text("from", hours.from).Text("to", hours.to).Close();
        }
        out.Close();
      }
      out.Close();
    }
    out.Close().Close();
  }
  out.Close();
}

void WriteEscalations(const std::vector<Escalation>& escalations, YamlWriter& out) {
  if (escalations.empty()) return;
  out.Open("policies");
  for (const Escalation& escalation : escalations) {
    out.Item().Text("name", escalation.name);
    if (escalation.repeats > 0) {
      out.Plain("repeat", std::to_string(std::min<int64_t>(escalation.repeats, 100)));
    }
    out.Open("steps");
    for (const Stage& stage : escalation.stages) {
      out.Item().Texts("notify", stage.targets);
      if (stage.round_robin) out.Plain("mode", "round_robin");
      out.Plain("wait", fmt::format("{}s", std::max(stage.wait_seconds, kWaitMin))).Close();
    }
    out.Close().Close();
  }
  out.Close();
}

void WriteWays(const std::vector<Way>& ways, YamlWriter& out) {
  if (ways.empty()) return;
  out.Open("routes");
  std::set<std::string> names;
  for (const Way& way : ways) {
    const std::string plain = PlainName(way.value);
    std::string name = plain;
    for (int i = 2; !names.insert(name).second; ++i) name = fmt::format("{}-{}", plain, i);
    std::string matcher = way.label + "=\"";
    for (const char c : way.value) {
      if (c == '"' || c == '\\') matcher += '\\';
      matcher += c;
    }
    out.Item().Text("name", name).Texts("match", {matcher + "\""});
    out.Text("policy", way.escalation).Close();
  }
  out.Close();
}

// That day and time so many months later, or the last day of that month.
LocalTime AfterMonths(LocalTime begin, int64_t months) {
  using std::chrono::year_month_day;
  const auto day = std::chrono::floor<std::chrono::days>(begin);
  const year_month_day date(day);
  const auto month = date.year() / date.month() + std::chrono::months(months);
  const year_month_day last(month / std::chrono::last);
  return std::chrono::local_days(month / std::min(date.day(), last.day())) + (begin - day);
}

// How many whole months. REQUIRES: `from` is later.
int64_t MonthsGone(LocalTime begin, LocalTime from) {
  int64_t gone = 0;
  while (AfterMonths(begin, gone + 1) <= from) ++gone;
  return gone;
}

std::string ClockText(int64_t minutes) {
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

// The time of the day, in minutes.
int64_t ClockOf(const Rhythm& rhythm) {
  const auto clock = rhythm.begin - notify::routing::Midnight(rhythm.begin);
  return std::chrono::floor<std::chrono::minutes>(clock).count();
}

void AddWeekdays(const Rhythm& rhythm, Turns& turns) {
  const bool hourly = rhythm.unit == kHourSeconds;  // on these days, around the clock
  const int64_t from = hourly ? 0 : ClockOf(rhythm);
  const int64_t minutes = hourly ? kDay : rhythm.duration / 60;
  for (const int64_t day : rhythm.weekdays) AddWeekly(day * kDay + from, minutes, turns);
}

// From month to month: on days of the month, or as long as it lasts.
void AddMonths(const Rhythm& rhythm, const std::string& where, Pattern& pattern, Report& report) {
  Turns& turns = pattern.turns;
  turns.monthly = true;
  pattern.rest = rhythm.interval - 1;
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(rhythm.begin));
  const auto today = static_cast<int64_t>(static_cast<unsigned>(date.day()));
  const bool by_rule = !rhythm.weekdays.empty() || !rhythm.days_of_month.empty();
  if (!by_rule && rhythm.duration >= 28 * kDaySeconds) return;
  if (by_rule) turns.start = FormatLocal(rhythm.begin - std::chrono::days(today - 1));
  turns.days_of_month = rhythm.days_of_month;
  if (!by_rule) turns.days_of_month = {today};
  AddWeekdays(rhythm, turns);
  if (!rhythm.weekdays.empty()) return;
  AddDaily(ClockOf(rhythm), rhythm.duration / 60, turns);
  const int64_t more = (rhythm.duration + kDaySeconds - 1) / kDaySeconds - 1;  // days
  if (more > 0) report.Changed(0, where, "by whole days of the month, in months of 31 days");
  for (const int64_t first : std::vector<int64_t>(turns.days_of_month)) {
    int64_t day = first;
    for (int64_t i = 0; i < std::min<int64_t>(more, 27); ++i) {
      day = day == 31 || day == -1 ? 1 : day + 1;
      if (std::ranges::count(turns.days_of_month, day) == 0) turns.days_of_month.push_back(day);
    }
  }
}

// By hours, days and weeks. What lasts less than its turn is followed by turns of nobody.
void AddPeriods(const Rhythm& rhythm, Pattern& pattern) {
  Turns& turns = pattern.turns;
  const int64_t period = rhythm.unit * rhythm.interval;
  const bool by_day = !rhythm.weekdays.empty();
  turns.seconds = period;
  if (by_day) AddWeekdays(rhythm, turns);
  if (by_day && rhythm.unit == kHourSeconds) return;
  const bool within = rhythm.unit != kHourSeconds && rhythm.duration < rhythm.unit;
  if (within && !by_day && rhythm.unit == kDaySeconds) {
    AddDaily(ClockOf(rhythm), rhythm.duration / 60, turns);
  } else if (within && !by_day) {
    const int64_t weekday = notify::routing::WeekdayOf(rhythm.begin);
    AddWeekly(weekday * kDay + ClockOf(rhythm), rhythm.duration / 60, turns);
  }
  if (by_day || within) {
    turns.seconds = rhythm.unit;
    pattern.rest = rhythm.interval - 1;
  } else if (rhythm.duration < period) {
    turns.seconds = std::gcd(rhythm.duration, period);
    pattern.share = rhythm.duration / turns.seconds;
    pattern.rest = (period - rhythm.duration) / turns.seconds;
  }
}

// The list of what an API answers: {"data": [...]}, {"results": [...]} or {"users": [...]}. Null
// when it is none.
const Json* ListIn(const Json& answer, const std::string& key) {
  if (!answer.is_object()) return nullptr;
  for (const std::string& name : {key, std::string("data"), std::string("results")}) {
    const auto it = answer.find(name);
    if (it != answer.end() && it->is_array()) return &*it;
  }
  return nullptr;
}

// Answers of several pages as one list; what is none stays as it is.
Json JoinedPages(Json list, const std::string& key) {
  Json joined = Json::array();
  for (Json& each : list) {
    const Json* page = ListIn(each, key);
    if (page == nullptr) {
      joined.push_back(std::move(each));
    } else {
      joined.insert(joined.end(), page->begin(), page->end());
    }
  }
  return joined;
}

}  // namespace

std::string Names::Of(const std::string& id, std::string_view text) {
  const auto known = by_id_.find(id);
  if (known != by_id_.end()) return known->second;
  const std::string plain = PlainName(text);
  std::string name = plain;
  for (int i = 2; !taken_.insert(name).second; ++i) name = fmt::format("{}-{}", plain, i);
  by_id_[id] = name;
  return name;
}

std::string Names::Find(const std::string& id) const {
  const auto known = by_id_.find(id);
  return known == by_id_.end() ? std::string() : known->second;
}

std::string TextAt(const Json& json, const char* key) {
  if (!json.is_object()) return {};
  const auto it = json.find(key);
  if (it == json.end()) return {};
  if (it->is_number_integer()) return std::to_string(it->get<int64_t>());
  return it->is_string() ? it->get<std::string>() : std::string();
}

int64_t NumberAt(const Json& json, const char* key, int64_t standard) {
  if (!json.is_object()) return standard;
  const auto it = json.find(key);
  if (it == json.end() || !it->is_number()) return standard;
  const auto number = it->get<double>();
  return number > 1e12 || number < -1e12 ? standard : static_cast<int64_t>(number);
}

void Names::Also(const std::string& other, const std::string& id) {
  const auto known = by_id_.find(id);
  if (known != by_id_.end() && !other.empty()) by_id_.try_emplace(other, known->second);
}

const Json& ListAt(const Json& json, const char* key) {
  static const Json none = Json::array();
  if (!json.is_object()) return none;
  const auto it = json.find(key);
  return it != json.end() && it->is_array() ? *it : none;
}

const Json& ObjectAt(const Json& json, const char* key) {
  static const Json none = Json::object();
  if (!json.is_object()) return none;
  const auto it = json.find(key);
  return it != json.end() && it->is_object() ? *it : none;
}

const Json& Inner(const Json& json, const char* key) {
  const Json& inner = ObjectAt(json, key);
  return inner.empty() ? json : inner;
}

std::string WallClock(std::string_view time, std::string_view zone) {
  if (time.size() < 16 || time[10] != 'T') return {};
  const bool naive = time.find_first_of("Zz+-", 11) == std::string_view::npos;
  if (naive) {
    const auto local = notify::routing::ParseLocal(time.substr(0, 16));
    return local.ok() ? FormatLocal(*local) : std::string();
  }
  const base::Result<base::TimePoint> moment = base::ParseTime(time);
  const auto there = notify::routing::TimeZone::Find(zone);
  if (!moment.ok() || !there.ok()) return {};
  return FormatLocal(there->ToLocal(*moment));
}

std::optional<int64_t> MinutesOf(std::string_view clock) {
  const base::Result<base::Duration> time = notify::routing::ParseClock(clock.substr(0, 5));
  if (!time.ok()) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::minutes>(*time).count();
}

std::optional<int64_t> DayOf(std::string_view name) {
  for (size_t i = 0; i < kDays.size() && name.size() >= 2; ++i) {
    if (std::tolower(name[0]) == kDays[i][0] && std::tolower(name[1]) == kDays[i][1]) {
      return static_cast<int64_t>(i);
    }
  }
  return std::nullopt;
}

bool HasSomebody(const Turns& turns) {
  return std::ranges::any_of(turns.users, [](const std::string& user) { return user != kNobody; });
}

void AddByRule(PersonContact contact, std::vector<PersonContact>& contacts) {
  const auto same = std::ranges::find_if(contacts, [&](const PersonContact& other) {
    return other.receiver == contact.receiver && other.to == contact.to &&
           other.after_minutes == contact.after_minutes;
  });
  if (same == contacts.end()) {
    contacts.push_back(std::move(contact));
  } else if (same->severities != contact.severities) {
    same->severities.clear();
  }
}

void StartTurns(const std::string& first, const std::string& active, Turns& turns) {
  turns.start = first;
  const base::Result<LocalTime> begin = notify::routing::ParseLocal(first);
  const base::Result<LocalTime> from = notify::routing::ParseLocal(active);
  const bool counts = turns.seconds > 0 && turns.seconds <= kTurnLongest;
  if (!begin.ok() || !from.ok() || *from <= *begin || !counts) return;
  const std::chrono::seconds length(turns.seconds);
  const int64_t gone = turns.monthly ? MonthsGone(*begin, *from) : (*from - *begin) / length;
  turns.start = FormatLocal(turns.monthly ? AfterMonths(*begin, gone) : *begin + gone * length);
  if (turns.users.empty()) return;
  const auto turn = gone % std::ssize(turns.users);
  std::ranges::rotate(turns.users, turns.users.begin() + turn);
}

void AddDaily(int64_t from, int64_t minutes, Turns& turns) {
  if (minutes <= 0) return;
  const int64_t end = (from + std::min(minutes, kDay)) % kDay;
  turns.hours.push_back({"", ClockText(from), ClockText(end)});  // the same twice: a whole day
}

void AddWeekly(int64_t from, int64_t minutes, Turns& turns) {
  minutes = std::min(minutes, kWeek);
  if (minutes <= kDay) {  // one window, which may end on the day after
    const int64_t end = (from % kDay + minutes) % kDay;
    if (minutes > 0) {
      turns.hours.push_back(
          {kDays[static_cast<size_t>(from / kDay % 7)], ClockText(from % kDay), ClockText(end)});
    }
    return;
  }
  while (minutes > 0) {  // a window for each day
    const int64_t begin = from % kDay;
    const int64_t part = std::min(minutes, kDay - begin);
    turns.hours.push_back(
        {kDays[static_cast<size_t>(from / kDay % 7)], ClockText(begin), ClockText(begin + part)});
    from += part;
    minutes -= part;
  }
}

void AddRhythm(const Rhythm& rhythm, const std::string& where, Pattern& pattern, Report& report) {
  if (rhythm.unit == 0) {
    AddMonths(rhythm, where, pattern, report);
  } else {
    AddPeriods(rhythm, pattern);
  }
}

bool HasRota(const People& people, const std::string& name) {
  return std::ranges::find(people.rotas, name, &Rota::name) != people.rotas.end();
}

bool HasEscalation(const People& people, const std::string& name) {
  return std::ranges::find(people.escalations, name, &Escalation::name) != people.escalations.end();
}

bool Keep(Rota rota, const std::string& what, const std::string& why_empty, People& people,
          Report& report) {
  if (rota.layers.empty()) {
    report.Left(0, what, why_empty);
    return false;
  }
  report.Carried(0, what, "schedule " + rota.name);
  people.rotas.push_back(std::move(rota));
  return true;
}

bool Keep(Escalation escalation, const std::string& what, People& people, Report& report) {
  if (escalation.stages.empty()) {
    report.Left(0, what, "no step of it reaches anybody");
    return false;
  }
  report.Carried(0, what, "policy " + escalation.name);
  people.escalations.push_back(std::move(escalation));
  return true;
}

void ReportRest(const Json& json, const std::set<std::string>& known, Report& report) {
  for (const auto& [key, value] : json.items()) {
    if (known.contains(key) || std::ranges::count(kPaging, key) > 0) continue;
    report.Left(0, key, "Vedette has nothing like it, or it needs a configuration of your own");
  }
}

base::Result<Json> ReadExport(std::string_view text) {
  VEDETTE_TRY(Json json, base::ParseJson(text));
  if (!json.is_object()) return base::InvalidArgument("the export must be a JSON object of lists");
  for (auto& [key, value] : json.items()) {
    if (const Json* list = ListIn(value, key)) {
      value = Json(*list);
    } else if (value.is_array()) {
      value = JoinedPages(std::move(value), key);
    }
  }
  return json;
}

base::Result<Imported> WritePlan(const People& people, const Names& users, Report& report,
                                 std::string_view system) {
  if (people.people.empty()) return base::InvalidArgument("the export has no users", "users");
  std::set<std::string> used;
  for (const Person& person : people.people) {
    for (const PersonContact& contact : person.contacts) used.insert(contact.receiver);
  }
  if (used.empty()) used.insert("mail");
  YamlWriter out;
  out.Comment(fmt::format("Made by `vedette import {}`; its report says what differs.", system));
  out.Open("notify");
  WriteReceivers(used, out, report);
  WritePeople(people.people, out);
  WriteRotas(people.rotas, out);
  if (!people.crews.empty()) {
    out.Open("teams");
    for (const Crew& crew : people.crews) {
      out.Item().Text("name", crew.name).Texts("members", crew.members).Close();
    }
    out.Close();
  }
  WriteEscalations(people.escalations, out);
  WriteWays(people.ways, out);
  return Imported{.config = out.text(), .report = report.Take(), .people = users.all()};
}

}  // namespace vedette::importer
