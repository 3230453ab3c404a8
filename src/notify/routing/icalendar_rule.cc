#include "notify/routing/icalendar_rule.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <string>

namespace vedette::notify::routing {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::month;
using std::chrono::months;
using std::chrono::year;
using std::chrono::year_month;
using std::chrono::year_month_day;
using std::chrono::years;

constexpr int64_t kIntervalMax = 10'000;
constexpr int64_t kCountMax = 1'000'000;
constexpr std::chrono::days kSpanMax{3660};
constexpr std::array<std::string_view, 7> kWeekdays = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

// The text up to the separator, which goes with it.
std::string_view Next(std::string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

std::optional<int64_t> Whole(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<unsigned> WeekdayNamed(std::string_view name) {
  const auto found = std::ranges::find(kWeekdays, name);
  if (found == kWeekdays.end()) return std::nullopt;
  return static_cast<unsigned>(found - kWeekdays.begin());
}

base::Error Unread(std::string_view what) {
  return base::InvalidArgument(fmt::format("it repeats by {}, which is not read", what));
}

// A list of numbers from -max to -1 and from 1 to max.
base::Result<std::vector<int64_t>> Numbers(std::string_view key, std::string_view value,
                                           int64_t max) {
  std::vector<int64_t> numbers;
  while (!value.empty()) {
    const std::optional<int64_t> number = Whole(Next(value, ','));
    if (!number || *number == 0 || *number < -max || *number > max) {
      return Unread(fmt::format("{} with what is no number from 1 to {}", key, max));
    }
    numbers.push_back(*number);
  }
  if (numbers.empty()) return Unread(fmt::format("an empty {}", key));
  return numbers;
}

unsigned WeekdayOfDay(local_days day) {
  return std::chrono::weekday(day).iso_encoding() - 1;  // 0 Monday
}

}  // namespace

base::Result<RepeatRule> RepeatRule::Parse(std::string_view text, TimeZone zone) {
  RepeatRule rule;
  bool has_unit = false;
  while (!text.empty()) {
    std::string_view value = Next(text, ';');
    const std::string_view key = Next(value, '=');
    if (key.empty()) continue;
    VEDETTE_TRY_VOID(rule.Read(key, value, zone));
    has_unit = has_unit || key == "FREQ";
  }
  if (!has_unit) return base::InvalidArgument("it repeats, and does not say by what");
  VEDETTE_TRY_VOID(rule.Check());
  return rule;
}

base::Result<> RepeatRule::Read(std::string_view key, std::string_view value, TimeZone zone) {
  if (key == "FREQ") return ReadUnit(value);
  if (key == "UNTIL") return ReadUntil(value, zone);
  if (key == "BYDAY") return ReadDays(value);
  if (key == "WKST") {
    const std::optional<unsigned> day = WeekdayNamed(value);
    if (!day) return Unread(fmt::format("weeks from {}", value));
    week_start_ = *day;
    return {};
  }
  if (key == "INTERVAL" || key == "COUNT") {
    const bool is_count = key == "COUNT";
    const std::optional<int64_t> number = Whole(value);
    if (!number || *number < 1 || *number > (is_count ? kCountMax : kIntervalMax)) {
      return Unread(fmt::format("{}={}", key, value));
    }
    if (is_count) count_ = *number;
    if (!is_count) interval_ = *number;
    return {};
  }
  if (key == "BYSETPOS") {
    VEDETTE_TRY(const std::vector<int64_t> numbers, Numbers(key, value, 366));
    for (const int64_t number : numbers) {
      (number > 0 ? positions_ : positions_back_).set(static_cast<size_t>(std::abs(number)));
    }
    return {};
  }
  if (key == "BYMONTHDAY" || key == "BYMONTH") {
    const bool is_month = key == "BYMONTH";
    VEDETTE_TRY(const std::vector<int64_t> numbers, Numbers(key, value, is_month ? 12 : 31));
    for (const int64_t number : numbers) {
      if (is_month && number < 0) return Unread("a negative BYMONTH");
      if (is_month) months_ |= 1U << number;
      if (!is_month)
        (number > 0 ? month_days_ : month_days_back_) |= uint64_t{1} << std::abs(number);
    }
    return {};
  }
  return Unread(key);
}

base::Result<> RepeatRule::ReadUnit(std::string_view value) {
  constexpr std::array<std::string_view, 4> kUnits = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
  const auto unit = std::ranges::find(kUnits, value);
  if (unit == kUnits.end()) return Unread(fmt::format("FREQ={}", value));
  unit_ = static_cast<Unit>(unit - kUnits.begin());
  return {};
}

base::Result<> RepeatRule::ReadUntil(std::string_view value, TimeZone zone) {
  VEDETTE_TRY(const CalendarTime time, ParseCalendarTime(value, zone));
  until_ = time.is_day ? time.local + days(1) - base::Duration(1)
                       : zone.ToLocal(time.Utc());  // Z, or the same
  return {};
}

// "MO", "2TU", "-1FR"
base::Result<> RepeatRule::ReadDays(std::string_view value) {
  while (!value.empty()) {
    const std::string_view part = Next(value, ',');
    const std::optional<unsigned> day =
        part.size() < 2 ? std::nullopt : WeekdayNamed(part.substr(part.size() - 2));
    if (!day) return Unread(fmt::format("BYDAY={}", part));
    if (part.size() == 2) {
      every_ |= 1U << *day;
      continue;
    }
    const std::optional<int64_t> number = Whole(part.substr(0, part.size() - 2));
    if (!number || *number == 0 || *number < -53 || *number > 53) {
      return Unread(fmt::format("BYDAY={}", part));
    }
    (*number > 0 ? nth_ : nth_back_)[*day] |= uint64_t{1} << std::abs(*number);
    numbered_ = true;
  }
  return {};
}

base::Result<> RepeatRule::Check() const {
  if (numbered_ && (unit_ == Unit::kDay || unit_ == Unit::kWeek)) {
    return Unread("numbered weekdays of a day or week");
  }
  if (unit_ == Unit::kWeek && HasMonthDays()) return Unread("days of the month of a week");
  return {};
}

RepeatRule RepeatRule::CompletedBy(LocalTime first) const {
  RepeatRule rule = *this;
  const auto day = std::chrono::floor<days>(first);
  const year_month_day date(day);
  if (unit_ == Unit::kWeek && !HasDays()) rule.every_ = 1U << WeekdayOfDay(day);
  const bool by_date = unit_ == Unit::kMonth || unit_ == Unit::kYear;
  if (!by_date || HasDays() || HasMonthDays()) return rule;
  rule.month_days_ = uint64_t{1} << static_cast<unsigned>(date.day());
  if (unit_ == Unit::kYear && months_ == 0) {
    rule.months_ = 1U << static_cast<unsigned>(date.month());
  }
  return rule;
}

RepeatRule::Period RepeatRule::At(Day first, int64_t n) const {
  const year_month_day date(first);
  const auto steps = static_cast<int>(n * interval_);
  switch (unit_) {
    case Unit::kDay: return {first + days(steps), first + days(steps + 1)};
    case Unit::kWeek: {
      const Day week = first - days((WeekdayOfDay(first) + 7 - week_start_) % 7);
      return {week + days(7 * steps), week + days(7 * steps + 7)};
    }
    case Unit::kMonth: {
      const year_month begin = year_month(date.year(), date.month()) + months(steps);
      return {Day(begin / 1), Day((begin + months(1)) / 1)};
    }
    case Unit::kYear: {
      const year begin = date.year() + years(steps);
      return {Day(begin / 1 / 1), Day((begin + years(1)) / 1 / 1)};
    }
  }
  return {first, first};
}

int64_t RepeatRule::PeriodBefore(Day first, Day from) const {
  constexpr std::array<int64_t, 4> kLongest = {1, 7, 31, 366};  // days, which errs to the past
  const int64_t length = kLongest[static_cast<size_t>(unit_)] * interval_;
  return std::max<int64_t>(0, (from - first).count() / length - 1);
}

bool RepeatRule::MatchesNumber(Day day, unsigned weekday) const {
  const year_month_day date(day);
  Day begin(date.year() / 1 / 1);
  Day last(date.year() / 12 / 31);
  if (unit_ == Unit::kMonth || months_ != 0) {
    begin = Day(date.year() / date.month() / 1);
    last = Day(date.year() / date.month() / std::chrono::last);
  }
  const auto nth = static_cast<unsigned>((day - begin).count() / 7 + 1);
  const auto nth_back = static_cast<unsigned>((last - day).count() / 7 + 1);
  return (nth_[weekday] >> nth & 1) != 0 || (nth_back_[weekday] >> nth_back & 1) != 0;
}

bool RepeatRule::Matches(Day day) const {
  const year_month_day date(day);
  if (months_ != 0 && (months_ >> static_cast<unsigned>(date.month()) & 1) == 0) return false;
  if (HasMonthDays()) {
    const auto number = static_cast<unsigned>(date.day());
    const Day last(date.year() / date.month() / std::chrono::last);
    const auto back = static_cast<unsigned>((last - day).count() + 1);
    if ((month_days_ >> number & 1) == 0 && (month_days_back_ >> back & 1) == 0) return false;
  }
  if (!HasDays()) return true;
  const unsigned weekday = WeekdayOfDay(day);
  return (every_ >> weekday & 1) != 0 || (numbered_ && MatchesNumber(day, weekday));
}

std::vector<RepeatRule::Day> RepeatRule::DaysOf(Period period) const {
  std::vector<Day> all;
  for (Day day = period.begin; day < period.end; day += days(1)) {
    if (Matches(day)) all.push_back(day);
  }
  if (positions_.none() && positions_back_.none()) return all;
  std::vector<Day> chosen;
  for (size_t i = 0; i < all.size(); ++i) {
    if (positions_[i + 1] || positions_back_[all.size() - i]) chosen.push_back(all[i]);
  }
  return chosen;
}

RepeatRule::Starts RepeatRule::Between(LocalTime first, LocalTime from, LocalTime to,
                                       int64_t& steps) const {
  Starts starts;
  const RepeatRule rule = CompletedBy(first);
  const auto first_day = std::chrono::floor<days>(first);
  const base::Duration clock = first - first_day;
  int64_t left = count_.value_or(INT64_MAX);
  // False when there is nothing more to come, or nothing more before `to`.
  const auto take = [&](LocalTime start) {
    if (until_ && start > *until_ && start != first) return false;
    starts.goes_on = start >= to;
    if (starts.goes_on) return false;
    if (start >= from) starts.list.push_back(start);
    return --left > 0;
  };
  if (!take(first)) return starts;
  const LocalTime begin = count_ ? first : std::max(from, first);
  for (int64_t n = PeriodBefore(first_day, std::chrono::floor<days>(begin));; ++n) {
    const Period period = rule.At(first_day, n);
    if (until_ && LocalTime(period.begin) > *until_) return starts;
    starts.goes_on = LocalTime(period.begin) >= to;
    if (starts.goes_on) return starts;
    steps -= (period.end - period.begin).count();
    starts.too_long = steps < 0;
    if (starts.too_long) return starts;
    for (const Day day : rule.DaysOf(period)) {
      if (day + clock > first && !take(day + clock)) return starts;
    }
  }
}

base::Result<CalendarTime> ParseCalendarTime(std::string_view text, TimeZone zone) {
  const auto bad = [whole = text] {
    return base::InvalidArgument(fmt::format("\"{}\" is no time", whole));
  };
  CalendarTime time{.local = {}, .zone = zone};
  if (text.ends_with('Z')) {
    time.zone = TimeZone();
    text.remove_suffix(1);
  }
  time.is_day = text.size() == 8;
  const bool fits = time.is_day || (text.size() == 15 && text[8] == 'T');
  if (!fits || text.find_first_not_of("0123456789T") != std::string_view::npos) return bad();
  std::string local =
      fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2));
  int64_t seconds = 0;
  if (!time.is_day) {
    local += fmt::format(" {}:{}", text.substr(9, 2), text.substr(11, 2));
    seconds = Whole(text.substr(13)).value_or(99);
  }
  const base::Result<LocalTime> parsed = ParseLocal(local);
  if (!parsed.ok() || seconds > 60) return bad();
  time.local = *parsed + std::chrono::seconds(seconds);
  return time;
}

base::Result<CalendarSpan> ParseCalendarSpan(std::string_view text) {
  const auto bad = [whole = text] {
    return base::InvalidArgument(fmt::format("\"{}\" is no length of time", whole));
  };
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (!text.starts_with('P') || text.size() < 3) return bad();
  text.remove_prefix(1);
  CalendarSpan span;
  bool timed = false;
  while (!text.empty()) {
    if (!timed && text.starts_with('T')) {
      timed = true;
      text.remove_prefix(1);
    }
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::optional<int64_t> number = Whole(text.substr(0, digits));
    if (!number || digits > 8 || digits == text.size()) return bad();
    const char unit = text[digits];
    text.remove_prefix(digits + 1);
    if (unit == 'W' && !timed) {
      span.days += days(*number * 7);
    } else if (unit == 'D' && !timed) {
      span.days += days(*number);
    } else if (timed && (unit == 'H' || unit == 'M' || unit == 'S')) {
      span.rest += std::chrono::seconds(*number * (unit == 'H' ? 3'600 : unit == 'M' ? 60 : 1));
    } else {
      return bad();
    }
    if (span.days > kSpanMax || span.rest > kSpanMax) return bad();
  }
  if (negative) return CalendarSpan{-span.days, -span.rest};
  return span;
}

}  // namespace vedette::notify::routing
