#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "notify/routing/time_zone.h"

namespace vedette::notify::routing {

// How an event of a calendar repeats (the RRULE of RFC 5545), by the wall clock of its zone: pure
// arithmetic on days, to which the change of the clocks is unknown.
class RepeatRule {
 public:
  // Days, weeks, months and years with INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS
  // and WKST. UNTIL is read in `zone`, the event's. kInvalidArgument says what is not read: hours,
  // weeks of the year, days of the year, times of the day.
  static base::Result<RepeatRule> Parse(std::string_view text, TimeZone zone);

  struct Starts {
    std::vector<LocalTime> list;  // in order
    bool goes_on = false;         // there may be others from `to` on
    bool too_long = false;        // `steps` ran out: the list is not complete
  };
  // When occurrences begin from `from` on and before `to`. `first` is one whatever the rule says,
  // as calendar programs have it. `steps` is what may still be spent, a step for each day looked
  // at; it goes down. Without COUNT what lies before `from` costs nothing.
  Starts Between(LocalTime first, LocalTime from, LocalTime to, int64_t& steps) const;

 private:
  enum class Unit { kDay, kWeek, kMonth, kYear };
  using Day = std::chrono::local_days;
  struct Period {
    Day begin;
    Day end;
  };

  base::Result<> Read(std::string_view key, std::string_view value, TimeZone zone);
  base::Result<> ReadUnit(std::string_view value);
  base::Result<> ReadUntil(std::string_view value, TimeZone zone);
  base::Result<> ReadDays(std::string_view value);
  base::Result<> Check() const;

  bool HasDays() const { return every_ != 0 || numbered_; }
  bool HasMonthDays() const { return month_days_ != 0 || month_days_back_ != 0; }
  // What the rule leaves to the first occurrence.
  RepeatRule CompletedBy(LocalTime first) const;
  Period At(Day first, int64_t n) const;
  // The number of a period that ends before `from`, or 0.
  int64_t PeriodBefore(Day first, Day from) const;
  bool Matches(Day day) const;
  bool MatchesNumber(Day day, unsigned weekday) const;
  std::vector<Day> DaysOf(Period period) const;

  Unit unit_ = Unit::kDay;
  int64_t interval_ = 1;
  std::optional<int64_t> count_;
  std::optional<LocalTime> until_;  // the last moment at which one may begin
  unsigned week_start_ = 0;         // 0 Monday
  // Sets of bits. Bit n of a weekday is the nth of the month or year, or the nth from its end.
  unsigned every_ = 0;  // weekdays without a number
  bool numbered_ = false;
  std::array<uint64_t, 7> nth_{};
  std::array<uint64_t, 7> nth_back_{};
  uint64_t month_days_ = 0;
  uint64_t month_days_back_ = 0;
  unsigned months_ = 0;
  std::bitset<367> positions_;  // of the days of a period; BYSETPOS
  std::bitset<367> positions_back_;
};

// A time of a calendar: 20261123, 20261123T090000 or the same with Z.
struct CalendarTime {
  LocalTime local;
  TimeZone zone;
  bool is_day = false;  // a day without a time

  base::TimePoint Utc() const { return zone.ToUtc(local); }
};
// Without Z in `zone`. kInvalidArgument quotes the text.
base::Result<CalendarTime> ParseCalendarTime(std::string_view text, TimeZone zone);

// "P1DT2H", "-PT15M", "P2W" of RFC 5545: days and weeks follow the wall clock, the rest does not.
struct CalendarSpan {
  std::chrono::days days{0};
  base::Duration rest{0};
};
// At most ten years. kInvalidArgument quotes the text.
base::Result<CalendarSpan> ParseCalendarSpan(std::string_view text);

}  // namespace vedette::notify::routing
