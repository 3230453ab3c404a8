#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "importer/imported.h"
#include "notify/routing/icalendar.h"
#include "notify/routing/time_zone.h"

namespace vedette::importer {

// The duties of a calendar that end after `now`, by the clocks of the calendar.
struct TheirCalendar {
  notify::routing::TimeZone zone;  // of its first event, else of the calendar, else UTC
  std::string name;                // X-WR-CALNAME, or "calendar"
  notify::routing::Calendar calendar;
};
// kInvalidArgument when it is no calendar.
base::Result<TheirCalendar> ReadTheirCalendar(std::string_view text, base::TimePoint now);

// Whom an event puts on call, in small letters: its attendee, else its summary without what stands
// before a colon or in brackets behind it. Empty when it is nobody, or has declined.
std::string DutyOf(const notify::routing::CalendarEvent& event);

// iCalendar (RFC 5545) as people and schedules: what repeats is a layer of turns, by the length of
// a turn or week by week; what follows no rule is a layer for each duty, at most 100 of a schedule.
// Duties at the same time are schedules of their own, told one after the other.
base::Result<Imported> ImportCalendar(std::string_view text, base::TimePoint now);

}  // namespace vedette::importer
