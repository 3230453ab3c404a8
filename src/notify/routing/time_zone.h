#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace date {
class time_zone;
}

namespace vedette::notify::routing {

// What a calendar and a watch on the wall of some place show.
using LocalTime = std::chrono::local_time<base::Duration>;

// A zone of the IANA database, as the operating system has it. The default is UTC. Cheap to copy;
// thread-safe.
class TimeZone {
 public:
  TimeZone() = default;
  // kInvalidArgument for a name that the database does not have.
  static base::Result<TimeZone> Find(std::string_view name);

  std::string name() const;  // "Europe/Berlin"

  LocalTime ToLocal(base::TimePoint time) const;
  // A reading that the clocks skip is the moment at which they skip it; of one that comes twice,
  // the first.
  base::TimePoint ToUtc(LocalTime local) const;

  friend bool operator==(TimeZone a, TimeZone b) { return a.zone_ == b.zone_; }

 private:
  explicit TimeZone(const date::time_zone* zone) : zone_(zone) {}

  const date::time_zone* zone_ = nullptr;  // of the database, which lives as long as the process
};

// The start of the local day.
inline LocalTime Midnight(LocalTime local) { return std::chrono::floor<std::chrono::days>(local); }

// 0 Monday to 6 Sunday.
inline int WeekdayOf(LocalTime local) {
  const std::chrono::weekday day(std::chrono::floor<std::chrono::days>(local));
  return static_cast<int>(day.iso_encoding()) - 1;
}

// "2026-11-23 09:00", with the zone's clocks; ParseLocal reads it back, "T" for the space as well,
// and a day alone as its midnight. kInvalidArgument quotes the text.
std::string FormatLocal(LocalTime local);
base::Result<LocalTime> ParseLocal(std::string_view text);

// "09:30" as the time since midnight; "24:00" is the end of the day. kInvalidArgument.
base::Result<base::Duration> ParseClock(std::string_view text);
std::string FormatClock(base::Duration since_midnight);

}  // namespace vedette::notify::routing
