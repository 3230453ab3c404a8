#include "importer/calendar.h"

#include <algorithm>
#include <cctype>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "importer/people.h"
#include "notify/routing/icalendar_lines.h"
#include "notify/routing/icalendar_zone.h"

namespace vedette::importer {
namespace {

using notify::routing::CalendarEvent;
using notify::routing::FormatLocal;
using notify::routing::LocalTime;
using notify::routing::Midnight;
using notify::routing::TimeZone;
using std::chrono::days;
using std::chrono::minutes;
using std::chrono::weeks;

constexpr size_t kLayersMax = 100;  // of a schedule
constexpr size_t kWeeksMax = 8;     // after which a pattern begins anew
constexpr size_t kTurnsMax = 50;    // of a rotation
constexpr size_t kOneIn = 10;       // turns may be otherwise

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// "On call: Ann Berg (primary)" is Ann Berg.
std::string_view NameIn(std::string_view summary) {
  if (const size_t colon = summary.rfind(": "); colon != std::string_view::npos) {
    summary.remove_prefix(colon + 2);
  }
  return Trimmed(summary.substr(0, summary.find('(')));
}

// Some programs put the address there, too.
std::string FullName(const notify::routing::CalendarPerson& person) {
  return person.name.find('@') == std::string::npos ? person.name : std::string();
}

struct Duty {
  LocalTime from;
  LocalTime to;
  std::string user;

  base::Duration length() const { return to - from; }
};
using Duties = std::vector<Duty>;  // one after the other

// Turns of one length, and whom each is of; empty where the calendar has something else.
struct Turn {
  LocalTime from;
  std::string user;
};

// Who has most of each so many turns.
std::vector<std::string> Majority(const std::vector<Turn>& turns, size_t period) {
  std::vector<std::string> users;
  for (size_t i = 0; i < period; ++i) {
    std::map<std::string, int> counts;
    for (size_t k = i; k < turns.size(); k += period) ++counts[turns[k].user];
    users.push_back(std::ranges::max_element(counts, {}, [](const auto& count) {
                      return count.second;
                    })->first);
  }
  return users;
}

// The people of one schedule on their way to layers.
class Shaper {
 public:
  // What repeats goes on for good if it does so up to `horizon`.
  Shaper(Duties duties, LocalTime horizon)
      : duties_(std::move(duties)), horizon_(horizon), length_(UsualLength(duties_)) {}

  // Layers, and the words for the report where they are not all that there is.
  std::vector<Turns> Layers(std::string& changed) {
    const size_t few = std::min(duties_.size() / kOneIn, kLayersMax - 1);
    if (auto layers = Rotation(few, changed); !layers.empty()) return layers;
    for (size_t period = 1; period <= kWeeksMax; ++period) {
      auto layers = WeekByWeek(period);
      if (!layers.empty()) return layers;
    }
    one_by_one_ = true;
    if (auto layers = Rotation(kLayersMax - 1, changed); !layers.empty()) return layers;
    return OneByOne(changed);
  }
  // Whether some of what Layers gave ends with the duties that are known.
  bool one_by_one() const { return one_by_one_; }

 private:
  std::string EndAfter(base::Duration period) const {
    const LocalTime last = duties_.back().to;
    return last + period > horizon_ ? std::string() : FormatLocal(last);
  }

  // Turns of one length that the same people take again and again, but for one in ten: what is
  // otherwise there is a layer that wins, of which there may be `alone_max`.
  std::vector<Turns> Rotation(size_t alone_max, std::string& changed) const {
    const std::vector<Turn> turns = TurnsOfOneLength();
    for (size_t period = 1; period <= kTurnsMax && 2 * period <= turns.size(); ++period) {
      const std::vector<std::string> users = Majority(turns, period);
      const auto is_usual = [&](size_t i) { return turns[i].user == users[i % period]; };
      size_t others = 0;
      for (size_t i = 0; i < turns.size(); ++i) others += is_usual(i) ? 0 : 1;
      if (others * kOneIn > turns.size()) continue;
      Turns usual{.name = "turns", .start = FormatLocal(turns.front().from)};
      usual.end = EndAfter(length_ * static_cast<int64_t>(period));
      usual.seconds = std::chrono::duration_cast<std::chrono::seconds>(length_).count();
      for (const std::string& user : users) {
        usual.users.push_back(user.empty() ? std::string(kNobody) : user);
      }
      std::set<LocalTime> as_usual;
      for (size_t i = 0; i < turns.size(); ++i) {
        if (is_usual(i)) as_usual.insert(turns[i].from);
      }
      auto layers = WithExceptions(std::move(usual), as_usual);
      if (layers.size() > alone_max + 1) return {};
      if (others > 0) {
        changed = fmt::format(
            "{} of its turns not as the others: layers of their own, and whose turn it is where "
            "the calendar has nobody",
            others);
      }
      return layers;
    }
    return {};
  }

  std::vector<Turn> TurnsOfOneLength() const {
    if (length_ < std::chrono::hours(1) || length_ > days(366)) return {};
    std::map<LocalTime, std::string> by_start;
    for (const Duty& duty : duties_) {
      if (duty.length() == length_) by_start[duty.from] = duty.user;
    }
    std::vector<Turn> turns;
    for (LocalTime at = by_start.begin()->first; at <= by_start.rbegin()->first; at += length_) {
      const auto there = by_start.find(at);
      turns.push_back({at, there == by_start.end() ? std::string() : there->second});
      if (turns.size() > 2 * duties_.size()) return {};  // mostly gaps
    }
    return turns;
  }

  std::vector<Turns> WithExceptions(Turns usual, const std::set<LocalTime>& as_usual) const {
    std::vector<Turns> layers = {std::move(usual)};
    for (const Duty& duty : duties_) {
      if (duty.length() == length_ && as_usual.contains(duty.from)) continue;
      layers.push_back(Alone(duty, fmt::format("instead-{}", layers.size())));
    }
    return layers;
  }

  static Turns Alone(const Duty& duty, std::string name) {
    Turns turns{
        .name = std::move(name), .start = FormatLocal(duty.from), .end = FormatLocal(duty.to)};
    const int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(duty.length()).count();
    turns.seconds = std::max<int64_t>(seconds, 3'600);
    turns.users = {duty.user};
    return turns;
  }

  // That most duties have.
  static base::Duration UsualLength(const Duties& duties) {
    std::map<base::Duration, int> counts;
    for (const Duty& duty : duties) ++counts[duty.length()];
    return std::ranges::max_element(counts, {}, [](const auto& count) { return count.second; })
        ->first;
  }

  // Where weeks begin, so that each duty is within one of them and none is before the first duty:
  // with that, else on its Monday.
  std::optional<LocalTime> StartOfWeeks(base::Duration cycle) const {
    const LocalTime first = duties_.front().from;
    for (const LocalTime start : {first, Monday(first)}) {
      const bool fits = std::ranges::all_of(duties_, [&](const Duty& duty) {
        if (duty.from >= first + cycle) return true;  // comes again, as those before it
        const int64_t week = (duty.from - start) / weeks(1);
        return duty.from - cycle < start && (duty.to - minutes(1) - start) / weeks(1) == week;
      });
      if (fits) return start;
    }
    return std::nullopt;
  }

  // Parts of a week that come again after so many weeks: layers for all that the same people do.
  std::vector<Turns> WeekByWeek(size_t period) const {
    const base::Duration cycle = weeks(period);
    const LocalTime first = duties_.front().from;
    if (duties_.back().from - first < 2 * cycle) return {};
    std::set<std::pair<LocalTime, std::string>> known;
    for (const Duty& duty : duties_) known.emplace(duty.from, duty.user);
    for (const Duty& duty : duties_) {
      if (duty.length() > weeks(1)) return {};
      const bool after =
          duty.from + cycle > duties_.back().from || known.contains({duty.from + cycle, duty.user});
      const bool before =
          duty.from - cycle < first || known.contains({duty.from - cycle, duty.user});
      if (!after || !before) return {};
    }
    const std::optional<LocalTime> start = StartOfWeeks(cycle);
    if (!start) return {};
    // Who is on call from that minute of the week on, for so long, in each week of the cycle.
    std::map<std::pair<int64_t, int64_t>, std::vector<std::string>> slots;
    for (const Duty& duty : duties_) {
      if (duty.from >= first + cycle) break;
      const int64_t at = (duty.from - Monday(duty.from)) / minutes(1);
      auto& users = slots[{at, duty.length() / minutes(1)}];
      users.resize(period, std::string(kNobody));
      users[static_cast<size_t>((duty.from - *start) / weeks(1)) % period] = duty.user;
    }
    std::map<std::vector<std::string>, Turns> layers;
    for (const auto& [slot, users] : slots) {
      Turns& turns = layers[users];
      if (turns.users.empty()) {
        turns.name = fmt::format("week-{}", layers.size());
        turns.start = FormatLocal(*start);
        turns.end = EndAfter(cycle);
        turns.users = users;
      }
      AddWeekly(slot.first, slot.second, turns);
    }
    std::vector<Turns> out;
    for (auto& [users, turns] : layers) out.push_back(std::move(turns));
    return out.size() <= kLayersMax ? out : std::vector<Turns>();
  }

  std::vector<Turns> OneByOne(std::string& changed) const {
    Duties merged;
    for (const Duty& duty : duties_) {
      if (!merged.empty() && merged.back().to == duty.from && merged.back().user == duty.user) {
        merged.back().to = duty.to;
      } else {
        merged.push_back(duty);
      }
    }
    changed = "its duties follow no rule that can be seen: a layer for each";
    if (merged.size() > kLayersMax) {
      merged.resize(kLayersMax);
      changed += fmt::format(", until {}; import it again before", FormatLocal(merged.back().to));
    }
    std::vector<Turns> layers;
    for (const Duty& duty : merged) {
      layers.push_back(Alone(duty, fmt::format("duty-{}", layers.size() + 1)));
    }
    return layers;
  }

  static LocalTime Monday(LocalTime time) {
    return Midnight(time) - days(notify::routing::WeekdayOf(time));
  }

  const Duties duties_;
  const LocalTime horizon_;
  const base::Duration length_;
  bool one_by_one_ = false;
};

// What the calendar says of itself: the first of each.
struct Header {
  std::string zone;        // X-WR-TIMEZONE
  std::string event_zone;  // TZID of the first DTSTART; "UTC" where it ends with Z
  std::string name;
};

Header ReadHeader(std::string_view text) {
  Header header;
  while (!text.empty()) {
    const auto property = notify::routing::NextCalendarProperty(text);
    if (property.name == "X-WR-TIMEZONE" && header.zone.empty()) header.zone = property.value;
    if (property.name == "X-WR-CALNAME" && header.name.empty()) {
      header.name = notify::routing::CalendarText(property.value);
    }
    if (property.name == "DTSTART" && header.event_zone.empty()) {
      header.event_zone = property.Parameter("TZID");
      if (property.value.ends_with('Z')) header.event_zone = "UTC";
    }
    // That of a VTIMEZONE is not an event's.
    if (property.name == "END" && property.value == "VTIMEZONE") header.event_zone.clear();
  }
  return header;
}

class Importer {
 public:
  explicit Importer(TheirCalendar theirs) : theirs_(std::move(theirs)) {}

  base::Result<Imported> Run(base::TimePoint now) {
    ReadEvents(now);
    if (people_.people.empty()) return base::InvalidArgument(WhyNobody());
    const LocalTime horizon = theirs_.zone.ToLocal(now + notify::routing::kCalendarAhead) - days(1);
    const std::string name = PlainName(theirs_.name);
    Escalation escalation{.name = name, .stages = {}};
    bool goes_on = true;
    for (size_t i = 0; i < tracks_.size(); ++i) {
      Rota rota{.name = i == 0 ? name : fmt::format("{}-{}", name, i + 1),
                .zone = theirs_.zone.name()};
      std::string changed;
      Shaper shaper(std::move(tracks_[i]), horizon);
      rota.layers = shaper.Layers(changed);
      goes_on = goes_on && !shaper.one_by_one();
      if (!changed.empty()) report_.Changed(0, "schedule " + rota.name, changed);
      if (i > 0) {
        report_.Changed(0, "schedule " + rota.name,
                        "duties at the same time as others: told after those");
      }
      escalation.stages.push_back({.targets = {"schedule " + rota.name}});
      Keep(std::move(rota), "the calendar's duties", "there are none", people_, report_);
    }
    Keep(std::move(escalation), "who is told first", people_, report_);
    report_.Left(0, "routes", "a calendar says who, not of what: give a route this policy");
    for (const std::string& line : theirs_.calendar.left_out) {
      if (goes_on && line.ends_with(notify::routing::kImportAgain)) continue;
      if (line.ends_with(notify::routing::kOthersAttend)) {
        report_.Changed(0, "event", line);
      } else {
        report_.Left(0, "event", line);
      }
    }
    return WritePlan(people_, names_, report_, "icalendar");
  }

 private:
  // REQUIRES: nobody is in the plan.
  std::string WhyNobody() const {
    const auto& calendar = theirs_.calendar;
    const bool none = calendar.events.empty() && calendar.left_out.empty();
    const bool all_over = over_ == calendar.events.size() &&
                          std::ranges::all_of(calendar.left_out, [](const std::string& line) {
                            return line.ends_with(notify::routing::kIsOver);
                          });
    if (none) return "it has no events";
    return all_over ? "all of its events are over"
                    : "no event of it that is not over names a person";
  }

  std::string UserOf(const CalendarEvent& event) {
    const std::string id = DutyOf(event);
    if (id.empty()) return {};
    const bool known = !names_.Find(id).empty();
    const bool mail = !event.attendee.address.empty();
    const std::string shown(mail ? std::string_view(id).substr(0, id.find('@'))
                                 : NameIn(event.summary));
    std::string name = names_.Of(id, shown);
    if (known) return name;
    Person person{.name = name,
                  .full_name = mail ? FullName(event.attendee) : shown,
                  .email = mail ? id : std::string(),
                  .zone = {},
                  .contacts = {}};
    if (mail) {
      person.contacts.push_back({"mail", id});
    } else {
      report_.Changed(0, "person " + shown, "the calendar does not say how to reach them");
    }
    people_.people.push_back(std::move(person));
    return name;
  }

  // Each event into the first schedule that has nobody at that time.
  void ReadEvents(base::TimePoint now) {
    std::vector<const CalendarEvent*> events;
    for (const CalendarEvent& event : theirs_.calendar.events) {
      if (event.to > now) {
        events.push_back(&event);
      } else {
        ++over_;
        report_.Left(0, "event " + event.uid, std::string(notify::routing::kIsOver));
      }
    }
    std::stable_sort(events.begin(), events.end(),
                     [](const auto* a, const auto* b) { return a->from < b->from; });
    std::map<std::string, std::pair<int64_t, std::string>> duties;  // by uid: how many, what
    for (const CalendarEvent* event : events) {
      const std::string user = UserOf(*event);
      if (user.empty()) {
        report_.Left(0, "event " + event->uid,
                     event->declined ? "whom it names has declined" : "it names nobody");
        continue;
      }
      const Duty duty{.from = theirs_.zone.ToLocal(event->from),
                      .to = theirs_.zone.ToLocal(event->to),
                      .user = user};
      auto track = std::ranges::find_if(
          tracks_, [&](const Duties& taken) { return taken.back().to <= duty.from; });
      if (track == tracks_.end()) track = tracks_.insert(track, Duties());
      track->push_back(duty);
      auto& [count, what] = duties[event->uid];
      ++count;
      what = fmt::format("\"{}\": user {}", event->summary, user);
    }
    for (const auto& [uid, duty] : duties) {
      report_.Carried(
          0, fmt::format("event {}, {} time{}", uid, duty.first, duty.first == 1 ? "" : "s"),
          duty.second);
    }
  }

  TheirCalendar theirs_;
  size_t over_ = 0;  // events
  std::vector<Duties> tracks_;
  Names names_;
  People people_;
  Report report_;
};

}  // namespace

std::string DutyOf(const CalendarEvent& event) {
  if (event.declined) return {};
  const std::string_view address = Trimmed(event.attendee.address);
  return Lower(address.empty() ? NameIn(event.summary) : address);
}

base::Result<TheirCalendar> ReadTheirCalendar(std::string_view text, base::TimePoint now) {
  const Header header = ReadHeader(text);
  TheirCalendar theirs;
  theirs.name = header.name.empty() ? "calendar" : header.name;
  for (const std::string& name : {header.event_zone, header.zone}) {
    const base::Result<TimeZone> zone = notify::routing::FindCalendarZone(name, {});
    if (name.empty() || !zone.ok()) continue;
    theirs.zone = *zone;
    break;
  }
  VEDETTE_TRY(theirs.calendar, notify::routing::ParseCalendar(text, theirs.zone, now));
  return theirs;
}

base::Result<Imported> ImportCalendar(std::string_view text, base::TimePoint now) {
  VEDETTE_TRY(TheirCalendar theirs, ReadTheirCalendar(text, now));
  return Importer(std::move(theirs)).Run(now);
}

}  // namespace vedette::importer
