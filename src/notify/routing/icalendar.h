#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "notify/routing/plan.h"
#include "notify/routing/schedule.h"

namespace vedette::notify::routing {

// Schedules as iCalendar (RFC 5545), out and in.

// A calendar with one event per duty that somebody has. Times are in UTC; the same duties give the
// same ids, so that a calendar program keeps its own notes on them.
std::string WriteCalendar(const Schedule& schedule, const std::vector<Duty>& duties,
                          const Plan& plan, base::TimePoint now);

struct CalendarEvent {
  std::string uid;
  std::string summary;
  std::string attendee;  // of the first, without "mailto:"
  base::TimePoint from;
  base::TimePoint to;
};
struct Calendar {
  std::vector<CalendarEvent> events;
  std::vector<std::string> left_out;  // one line each: what, and why
};

inline constexpr size_t kCalendarBytesMax = 4 << 20;
inline constexpr size_t kCalendarEventsMax = 2'000;

// Reads the events of a calendar; times without a zone are in `zone`. Repeating events and those
// that have no end are left out, and said to be. kInvalidArgument when it is no calendar.
base::Result<Calendar> ParseCalendar(std::string_view text, TimeZone zone);

// The person whom an event names: by attendee, or a name that is the summary or a word of it; null
// when it is nobody, or several.
const User* PersonOf(const CalendarEvent& event, const Plan& plan);

}  // namespace vedette::notify::routing
