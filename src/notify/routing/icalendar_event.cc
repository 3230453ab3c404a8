#include "notify/routing/icalendar_event.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

#include "notify/routing/icalendar_zone.h"

namespace vedette::notify::routing {
namespace {

using base::Duration;
using base::TimePoint;
using std::chrono::days;
using std::chrono::hours;

constexpr std::array<std::string_view, 16> kProperties = {
    "UID",           "SUMMARY", "ATTENDEE", "DTSTART",       "DTEND",  "DURATION",
    "RRULE",         "RDATE",   "EXDATE",   "EXRULE",        "STATUS", "RECURRENCE-ID",
    "LAST-MODIFIED", "DTSTAMP", "TZID",     "X-LIC-LOCATION"};

std::string DayText(LocalTime time) { return FormatLocal(time).substr(0, 10); }

// "mailto:ann@example.org"
std::string AddressOf(const CalendarProperty& attendee) {
  return attendee.value.substr(attendee.value.rfind(':') + 1);
}

// Reads the properties of one event.
class DraftReader {
 public:
  DraftReader(const CalendarZones& zones, TimeZone zone) : zones_(zones), zone_(zone) {}

  CalendarDraft Run(const std::vector<CalendarProperty>& properties) {
    for (const CalendarProperty& property : properties) TakeText(property);
    TakeAttendee(properties);
    for (const CalendarProperty& property : properties) TakeBounds(property);
    if (!start_) Trouble("it has no start");
    if (draft_.trouble.empty()) TakeEnd();
    for (const CalendarProperty& property : properties) TakeRepeats(property);
    if (rules_ > 1) Trouble("it repeats by several rules");
    return std::move(draft_);
  }

 private:
  void Trouble(std::string why) {
    if (draft_.trouble.empty()) draft_.trouble = std::move(why);
  }

  base::Result<CalendarTime> Time(const CalendarProperty& property, std::string_view text) const {
    TimeZone zone = zone_;
    if (const std::string tzid(property.Parameter("TZID")); !tzid.empty() && !text.ends_with('Z')) {
      const auto location = zones_.find(tzid);
      VEDETTE_TRY(zone, FindCalendarZone(tzid, location == zones_.end() ? "" : location->second));
    }
    return ParseCalendarTime(text, zone);
  }

  void TakeText(const CalendarProperty& property) {
    if (property.name == "UID") draft_.uid = property.value;
    if (property.name == "SUMMARY") draft_.summary = CalendarText(property.value);
    if (property.name == "STATUS" && CalendarUpper(property.value) == "CANCELLED") {
      Trouble("cancelled");
    }
  }

  // The first who comes; a group only where no person does, and a room never.
  void TakeAttendee(const std::vector<CalendarProperty>& properties) {
    std::vector<const CalendarProperty*> people;
    std::vector<const CalendarProperty*> groups;
    for (const CalendarProperty& property : properties) {
      const std::string kind = CalendarUpper(property.Parameter("CUTYPE"));
      if (property.name != "ATTENDEE" || kind == "ROOM" || kind == "RESOURCE") continue;
      if (AddressOf(property).empty()) continue;
      if (CalendarUpper(property.Parameter("PARTSTAT")) == "DECLINED") {
        draft_.declined = true;
      } else {
        (kind == "GROUP" ? groups : people).push_back(&property);
      }
    }
    const auto& attend = people.empty() ? groups : people;
    if (attend.empty()) return;
    const CalendarProperty& first = *attend.front();
    draft_.attendee = {.address = AddressOf(first), .name = std::string(first.Parameter("CN"))};
    draft_.declined = false;
    draft_.others = attend.size() - 1;
  }

  void TakeBounds(const CalendarProperty& property) {
    const bool replaces = property.name == "RECURRENCE-ID";
    if (property.name == "DURATION") span_ = property.value;
    if (property.name != "DTSTART" && property.name != "DTEND" && !replaces) return;
    const base::Result<CalendarTime> time = Time(property, property.value);
    if (!time.ok()) return Trouble(time.error().message);
    if (property.name == "DTSTART") start_ = *time;
    if (property.name == "DTEND") end_ = *time;
    if (!replaces) return;
    draft_.replaces = *time;
    draft_.and_later = CalendarUpper(property.Parameter("RANGE")) == "THISANDFUTURE";
  }

  void TakeEnd() {
    draft_.start = *start_;
    const TimeZone zone = draft_.start.zone;
    if (end_) {
      draft_.end = *end_;
      const LocalTime end = end_->zone == zone ? end_->local : zone.ToLocal(end_->Utc());
      draft_.by_clock = end - draft_.start.local;
    } else if (!span_.empty()) {
      const base::Result<CalendarSpan> span = ParseCalendarSpan(span_);
      if (!span.ok()) return Trouble(span.error().message);
      draft_.by_clock = span->days;
      draft_.by_watch = span->rest;
    } else if (draft_.start.is_day) {
      draft_.by_clock = days(1);
    } else {
      return Trouble("it has no end");
    }
    if (!end_) {
      const TimePoint end = zone.ToUtc(draft_.start.local + draft_.by_clock) + draft_.by_watch;
      draft_.end = {.local = LocalTime(end.time_since_epoch()), .zone = TimeZone()};
    }
    const bool forward = draft_.end.Utc() > draft_.start.Utc();
    if (!forward) Trouble("it ends before it begins");
  }

  void TakeRepeats(const CalendarProperty& property) {
    if (property.name == "EXRULE") Trouble("it repeats but for a rule, which is not read");
    if (property.name == "RRULE") {
      ++rules_;
      const base::Result<RepeatRule> rule =
          RepeatRule::Parse(CalendarUpper(property.value), draft_.start.zone);
      if (!rule.ok()) return Trouble(rule.error().message);
      draft_.rule = *rule;
    }
    if (property.name == "RDATE") TakeTimes(property, draft_.added);
    if (property.name == "EXDATE") TakeTimes(property, draft_.excluded);
  }

  void TakeTimes(const CalendarProperty& property, std::vector<CalendarTime>& times) {
    std::string_view list = property.value;
    while (!list.empty()) {
      const size_t end = std::min(list.find(','), list.size());
      const base::Result<CalendarTime> time = Time(property, list.substr(0, end));
      if (!time.ok()) {
        return Trouble(fmt::format("{}: {}", property.name, time.error().message));
      }
      times.push_back(*time);
      list.remove_prefix(std::min(end + 1, list.size()));
    }
  }

  const CalendarZones& zones_;
  const TimeZone zone_;
  CalendarDraft draft_;
  std::optional<CalendarTime> start_;
  std::optional<CalendarTime> end_;
  std::string span_;
  int rules_ = 0;
};

CalendarEvent EventOf(const CalendarDraft& draft, TimePoint from, TimePoint to) {
  return {.uid = draft.uid,
          .summary = draft.summary,
          .attendee = draft.attendee,
          .declined = draft.declined,
          .from = from,
          .to = to};
}

// One expansion.
class Expansion {
 public:
  Expansion(const CalendarDraft& draft, const CalendarChanges& changes, TimePoint now)
      : draft_(draft), changes_(changes), zone_(draft.start.zone), now_(now) {
    for (const CalendarTime& time : draft.excluded) Exclude(time);
    to_ = now + kCalendarAhead;
    if (changes.end) to_ = std::min(to_, *changes.end);
  }

  CalendarOccurrences Run(int64_t& steps) {
    std::set<LocalTime> starts;
    // An hour or two for what the clocks skip; too early ones are dropped below.
    const LocalTime from = zone_.ToLocal(now_) - draft_.by_clock - draft_.by_watch - hours(3);
    const LocalTime to = zone_.ToLocal(to_);
    if (draft_.rule) {
      RepeatRule::Starts found = draft_.rule->Between(draft_.start.local, from, to, steps);
      if (found.too_long) {
        return {.events = {}, .left_out = "the calendar repeats too much to be read"};
      }
      goes_on_ = found.goes_on;
      starts.insert(found.list.begin(), found.list.end());
    } else {
      starts.insert(draft_.start.local);
    }
    for (const CalendarTime& time : draft_.added) starts.insert(LocalOf(time));
    for (const LocalTime start : starts) Take(start);
    std::string left_out = LeftOut();
    return {.events = std::move(events_), .left_out = std::move(left_out)};
  }

 private:
  void Exclude(const CalendarTime& time) {
    if (time.is_day) days_.insert(time.local);
    if (!time.is_day) moments_.insert(time.Utc());
  }

  // By the clock of the event; a day alone at the time at which the event begins.
  LocalTime LocalOf(const CalendarTime& time) const {
    if (!time.is_day) return zone_.ToLocal(time.Utc());
    return time.local + (draft_.start.local - Midnight(draft_.start.local));
  }

  void Take(LocalTime local) {
    const bool first = local == draft_.start.local;
    const TimePoint start = first ? draft_.start.Utc() : zone_.ToUtc(local);
    const TimePoint end =
        first ? draft_.end.Utc() : zone_.ToUtc(local + draft_.by_clock) + draft_.by_watch;
    const LocalTime day = Midnight(local);
    later_ = later_ || end > now_;
    if (moments_.contains(start) || days_.contains(day)) return;
    if (changes_.moments.contains(start) || changes_.days.contains(day)) return;
    if (end <= now_ || start >= to_) {
      goes_on_ = goes_on_ || start >= to_;
      return;
    }
    if (end <= start) return;  // all of it is skipped by the clocks
    events_.push_back(EventOf(draft_, start, end));
  }

  std::string LeftOut() const {
    const std::string now = DayText(zone_.ToLocal(now_));
    const std::string to = DayText(zone_.ToLocal(to_));
    if (events_.empty() && !later_ && !goes_on_) return std::string(kIsOver);
    if (events_.empty()) return fmt::format("nothing of it is between {} and {}", now, to);
    std::string text;
    if (draft_.end.Utc() <= now_) text = fmt::format("what was over by {}", now);
    if (goes_on_ && !changes_.end) {
      text += fmt::format("{}what begins after {}: {}", text.empty() ? "" : "; ", to, kImportAgain);
    }
    return text;
  }

  const CalendarDraft& draft_;
  const CalendarChanges& changes_;
  const TimeZone zone_;
  const TimePoint now_;
  TimePoint to_;
  std::set<TimePoint> moments_;  // excluded
  std::set<LocalTime> days_;
  bool goes_on_ = false;
  bool later_ = false;  // an occurrence ends after now, and be it excluded
  std::vector<CalendarEvent> events_;
};

}  // namespace

bool IsCalendarEventProperty(std::string_view name) {
  return std::ranges::find(kProperties, name) != kProperties.end();
}

CalendarDraft ReadCalendarDraft(const std::vector<CalendarProperty>& properties,
                                const CalendarZones& zones, TimeZone zone) {
  return DraftReader(zones, zone).Run(properties);
}

void CalendarChanges::Add(const CalendarDraft& draft) {
  if (!draft.replaces) return;
  const TimePoint moment = draft.replaces->Utc();
  if (draft.replaces->is_day) days.insert(draft.replaces->local);
  if (!draft.replaces->is_day) moments.insert(moment);
  if (draft.and_later) end = std::min(end.value_or(moment), moment);
}

CalendarOccurrences ExpandCalendarDraft(const CalendarDraft& draft, const CalendarChanges& changes,
                                        TimePoint now, int64_t& steps) {
  if (draft.Repeats()) return Expansion(draft, changes, now).Run(steps);
  return {.events = {EventOf(draft, draft.start.Utc(), draft.end.Utc())}, .left_out = {}};
}

}  // namespace vedette::notify::routing
