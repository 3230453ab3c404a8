#pragma once

#include <chrono>
#include <optional>
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

struct CalendarPerson {
  std::string address;  // without "mailto:"
  std::string name;     // CN; may be empty
};
struct CalendarEvent {
  std::string uid;
  std::string summary;
  // The first that has not declined and is no room, resource or, beside people, group; no address
  // where there is none.
  CalendarPerson attendee = {};
  bool declined = false;  // by all who might be the attendee
  base::TimePoint from;
  base::TimePoint to;
};
struct Calendar {
  std::vector<CalendarEvent> events;
  std::vector<std::string> left_out;  // one line each: what, and why
};

// How the line of `left_out` ends that tells of a series which goes on after kCalendarAhead.
inline constexpr std::string_view kImportAgain = "import the calendar again by then";
// How that line ends which tells of an event, all occurrences of a series, that is over.
inline constexpr std::string_view kIsOver = "it is over";
// How that line ends which tells of an event that is taken, but for one of its attendees alone.
inline constexpr std::string_view kOthersAttend = "left out";

inline constexpr size_t kCalendarBytesMax = 4 << 20;
inline constexpr size_t kCalendarEventsMax = 2'000;
inline constexpr std::chrono::days kCalendarAhead{400};

// Reads the events of a calendar; times without a zone are in `zone`. A day without an end lasts a
// day. Of what repeats each occurrence is an event, by the wall clock of its zone: those that end
// after `now` and begin within kCalendarAhead of it; what lies outside, and what is left out for
// another reason, is said to be. Without `now` it is the newest time at which the file says that an
// event was written down, else the beginning of each event. kInvalidArgument when it is no
// calendar.
base::Result<Calendar> ParseCalendar(std::string_view text, TimeZone zone,
                                     std::optional<base::TimePoint> now = std::nullopt);

// The person whom an event names: by attendee (addresses are the same in any case), or a name that
// is the summary or a word of it; null when it is nobody, or several, or has declined.
const User* PersonOf(const CalendarEvent& event, const Plan& plan);

}  // namespace vedette::notify::routing
