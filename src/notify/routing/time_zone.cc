#include "notify/routing/time_zone.h"

#include <charconv>
#include <date/tz.h>
#include <exception>
#include <fmt/core.h>
#include <optional>

namespace vedette::notify::routing {
namespace {

using base::Duration;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

// The next run of exactly `digits` digits, then `end` unless that is 0.
std::optional<int> Number(std::string_view& text, size_t digits, char end) {
  int value = 0;
  if (text.size() < digits) return std::nullopt;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc() || rest != text.data() + digits || value < 0) return std::nullopt;
  text.remove_prefix(digits);
  if (end != 0) {
    if (!text.starts_with(end)) return std::nullopt;
    text.remove_prefix(1);
  }
  return value;
}

}  // namespace

base::Result<TimeZone> TimeZone::Find(std::string_view name) {
  if (name == "UTC" || name == "Etc/UTC") return TimeZone();
  // The library opens a file of this name.
  const bool plain = !name.empty() && name.size() <= 64 && !name.starts_with('/') &&
                     name.find("..") == std::string_view::npos;
  if (plain) {
    try {
      return TimeZone(date::locate_zone(std::string(name)));
    } catch (const std::exception&) {  // the error below names the zone better
    }
  }
  return base::InvalidArgument(
      fmt::format("\"{}\" is no time zone: write one such as Europe/Berlin", name), "time_zone");
}

std::string TimeZone::name() const { return zone_ == nullptr ? "UTC" : zone_->name(); }

LocalTime TimeZone::ToLocal(base::TimePoint time) const {
  if (zone_ == nullptr) return LocalTime(time.time_since_epoch());
  return LocalTime(zone_->to_local(time).time_since_epoch());
}

base::TimePoint TimeZone::ToUtc(LocalTime local) const {
  if (zone_ == nullptr) return base::TimePoint(local.time_since_epoch());
  const date::local_time<Duration> reading(local.time_since_epoch());
  return zone_->to_sys(reading, date::choose::earliest);
}

std::string FormatLocal(LocalTime local) {
  const auto day = std::chrono::floor<days>(local);
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02} {}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     FormatClock(local - day));
}

base::Result<LocalTime> ParseLocal(std::string_view text) {
  const std::string_view whole = text;
  const auto bad = [&] {
    return base::InvalidArgument(fmt::format(
        "\"{}\" is no local time: write a day and a time, such as 2026-11-23 09:00", whole));
  };
  const std::optional<int> year = Number(text, 4, '-');
  const std::optional<int> month = year ? Number(text, 2, '-') : std::nullopt;
  const std::optional<int> day = month ? Number(text, 2, 0) : std::nullopt;
  if (!day) return bad();
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *year < 1970) return bad();
  const LocalTime midnight{std::chrono::local_days(date)};
  if (text.empty()) return midnight;
  if (text.front() != ' ' && text.front() != 'T') return bad();
  const base::Result<Duration> clock = ParseClock(text.substr(1));
  if (!clock.ok()) return bad();
  return midnight + *clock;
}

base::Result<Duration> ParseClock(std::string_view text) {
  const std::string_view whole = text;
  const std::optional<int> hour = Number(text, 2, ':');
  const std::optional<int> minute = hour ? Number(text, 2, 0) : std::nullopt;
  const bool fits = minute && text.empty() && *minute < 60 && *hour * 60 + *minute <= 24 * 60;
  if (!fits) {
    return base::InvalidArgument(
        fmt::format("\"{}\" is no time of the day: write it as 09:30", whole));
  }
  return Duration(hours(*hour) + minutes(*minute));
}

std::string FormatClock(Duration since_midnight) {
  const auto total = std::chrono::duration_cast<minutes>(since_midnight).count();
  return fmt::format("{:02}:{:02}", total / 60, total % 60);
}

}  // namespace vedette::notify::routing
