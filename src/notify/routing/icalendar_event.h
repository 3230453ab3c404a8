#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "notify/routing/icalendar.h"
#include "notify/routing/icalendar_lines.h"
#include "notify/routing/icalendar_rule.h"

namespace vedette::notify::routing {

// An event of a calendar file, from its properties to the times at which it takes place.

// What the file says of its zones: their place, by TZID.
using CalendarZones = std::map<std::string, std::string>;

struct CalendarDraft {
  std::string uid;
  std::string summary;
  CalendarPerson attendee;
  bool declined = false;
  size_t others = 0;  // who attend it, beside the attendee
  CalendarTime start;
  CalendarTime end;  // of the first occurrence
  // From start to end of every occurrence: by the wall clock, and then by a watch.
  base::Duration by_clock{0};
  base::Duration by_watch{0};
  std::optional<RepeatRule> rule;
  std::vector<CalendarTime> added;
  std::vector<CalendarTime> excluded;
  std::optional<CalendarTime> replaces;  // this occurrence of the series with the same UID
  bool and_later = false;                // and those after it
  std::string trouble;                   // why it cannot be taken; empty: it can

  bool Repeats() const { return rule.has_value() || !added.empty(); }
};

// Whether a draft is made of such properties, among others.
bool IsCalendarEventProperty(std::string_view name);
CalendarDraft ReadCalendarDraft(const std::vector<CalendarProperty>& properties,
                                const CalendarZones& zones, TimeZone zone);

// What other events of the same UID take away from a series.
struct CalendarChanges {
  std::set<base::TimePoint> moments;
  std::set<LocalTime> days;
  std::optional<base::TimePoint> end;

  // REQUIRES: draft.replaces.
  void Add(const CalendarDraft& draft);
};

struct CalendarOccurrences {
  std::vector<CalendarEvent> events;
  std::string left_out;  // which are not among them; empty: none
};
// All occurrences of an event that repeats which end after `now` and begin within kCalendarAhead;
// another one as it is. `steps` as with RepeatRule. REQUIRES: no trouble.
CalendarOccurrences ExpandCalendarDraft(const CalendarDraft& draft, const CalendarChanges& changes,
                                        base::TimePoint now, int64_t& steps);

}  // namespace vedette::notify::routing
