#include "notify/routing/hours.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/core.h>

namespace vedette::notify::routing {
namespace {

using base::TimePoint;
using std::chrono::days;

constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::array<std::string_view, 7> kLongDays = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

struct Interval {
  TimePoint from;
  TimePoint to;
};

// The window that begins on the local day, if one does.
std::optional<Interval> On(const Window& window, TimeZone zone, LocalTime midnight) {
  if ((window.days >> WeekdayOf(midnight) & 1) == 0) return std::nullopt;
  const base::Duration to = window.to <= window.from ? window.to + days(1) : window.to;
  return Interval{zone.ToUtc(midnight + window.from), zone.ToUtc(midnight + to)};
}

std::optional<TimePoint> Next(const Hours& hours, TimeZone zone, TimePoint time, bool inside) {
  constexpr int kEdgesMax = 200;  // a week of as many windows as anybody has
  for (int i = 0; i < kEdgesMax; ++i) {
    if (Contains(hours, zone, time) == inside) return time;
    const std::optional<TimePoint> edge = NextEdge(hours, zone, time);
    if (!edge) return std::nullopt;
    time = *edge;
  }
  return std::nullopt;
}

std::optional<int> ParseDay(std::string_view text) {
  for (size_t i = 0; i < kDays.size(); ++i) {
    if (text == kDays[i] || text == kLongDays[i]) return static_cast<int>(i);
  }
  return std::nullopt;
}

}  // namespace

bool Contains(const Hours& hours, TimeZone zone, TimePoint time) {
  const LocalTime today = Midnight(zone.ToLocal(time));
  return std::any_of(hours.begin(), hours.end(), [&](const Window& window) {
    for (const LocalTime midnight : {today - days(1), today}) {
      const std::optional<Interval> interval = On(window, zone, midnight);
      if (interval && interval->from <= time && time < interval->to) return true;
    }
    return false;
  });
}

std::optional<TimePoint> NextEdge(const Hours& hours, TimeZone zone, TimePoint time) {
  const LocalTime today = Midnight(zone.ToLocal(time));
  std::optional<TimePoint> next;
  for (const Window& window : hours) {
    for (int day = -1; day <= 8; ++day) {
      const std::optional<Interval> interval = On(window, zone, today + days(day));
      if (!interval) continue;
      for (const TimePoint edge : {interval->from, interval->to}) {
        if (edge > time && (!next || edge < *next)) next = edge;
      }
      if (next && interval->from > *next) break;
    }
  }
  return next;
}

std::optional<TimePoint> NextInside(const Hours& hours, TimeZone zone, TimePoint time) {
  return Next(hours, zone, time, true);
}

std::optional<TimePoint> NextOutside(const Hours& hours, TimeZone zone, TimePoint time) {
  return Next(hours, zone, time, false);
}

base::Result<int64_t> ParseDays(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "daily") return kEveryDay;
  if (lower == "weekdays") return int64_t{0x1F};
  if (lower == "weekend") return int64_t{0x60};
  const size_t dash = lower.find('-');
  const std::optional<int> first = ParseDay(lower.substr(0, dash));
  const std::optional<int> last =
      dash == std::string::npos ? first : ParseDay(lower.substr(dash + 1));
  if (!first || !last) {
    return base::InvalidArgument(
        fmt::format("\"{}\" is no day: write mon, mon-fri, weekdays, weekend or daily", text));
  }
  int64_t bits = 0;
  for (int day = *first;; day = (day + 1) % 7) {
    bits |= int64_t{1} << day;
    if (day == *last) return bits;
  }
}

std::string Describe(const Window& window) {
  std::string names;
  for (size_t i = 0; i < kDays.size() && window.days != kEveryDay; ++i) {
    if ((window.days >> i & 1) == 0) continue;
    size_t end = i;
    while (end + 1 < kDays.size() && (window.days >> (end + 1) & 1) != 0) ++end;
    names += names.empty() ? "" : ",";
    names += kDays[i];
    if (end > i) names += fmt::format("-{}", kDays[end]);
    i = end;
  }
  return fmt::format("{}{}{}-{}", names, names.empty() ? "" : " ", FormatClock(window.from),
                     FormatClock(window.to));
}

}  // namespace vedette::notify::routing
