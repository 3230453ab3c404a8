#include "base/duration.h"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <optional>

namespace vedette::base {
namespace {

struct Unit {
  std::string_view name;
  int64_t millis;
};

constexpr int64_t kSecond = 1000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

constexpr std::array<Unit, 7> kUnits = {{{"ms", 1},
                                         {"s", kSecond},
                                         {"m", kMinute},
                                         {"h", kHour},
                                         {"d", kDay},
                                         {"w", 7 * kDay},
                                         {"y", 365 * kDay}}};

// The years 0 to 9999, which RFC 3339 can say.
constexpr TimePoint kTimeMin = FromMillis(-62'167'219'200'000);
constexpr TimePoint kTimeMax = FromMillis(253'402'300'799'999);
constexpr double kMillisMax = 9.0e15;  // far beyond any calendar, exact as a double

Error BadDuration(std::string_view text) {
  return InvalidArgument(
      fmt::format("\"{}\" is no duration: write for instance 90s, 5m or 1h30m", text));
}

Error BadTime(std::string_view text) {
  return InvalidArgument(
      fmt::format("\"{}\" is no time: write 2026-11-21T07:24:00Z or seconds since 1970", text));
}

// Reads a decimal number without a sign from the front of `rest`.
std::optional<double> TakeNumber(std::string_view& rest) {
  if (rest.empty() || rest[0] < '0' || rest[0] > '9') return std::nullopt;
  double number = 0;
  const auto [end, error] =
      std::from_chars(rest.data(), rest.data() + rest.size(), number, std::chars_format::fixed);
  if (error != std::errc()) return std::nullopt;
  rest.remove_prefix(static_cast<size_t>(end - rest.data()));
  return number;
}

std::optional<int64_t> TakeUnit(std::string_view& rest) {
  size_t length = 0;
  while (length < rest.size() && rest[length] >= 'a' && rest[length] <= 'z') ++length;
  const std::string_view name = rest.substr(0, length);
  for (const Unit& unit : kUnits) {
    if (unit.name == name) {
      rest.remove_prefix(length);
      return unit.millis;
    }
  }
  return std::nullopt;
}

// Reads exactly `digits` decimal digits.
std::optional<int> TakeDigits(std::string_view& rest, size_t digits) {
  if (rest.size() < digits) return std::nullopt;
  int value = 0;
  for (size_t i = 0; i < digits; ++i) {
    if (rest[i] < '0' || rest[i] > '9') return std::nullopt;
    value = value * 10 + (rest[i] - '0');
  }
  rest.remove_prefix(digits);
  return value;
}

bool TakeChar(std::string_view& rest, std::string_view any_of) {
  if (rest.empty() || any_of.find(rest[0]) == std::string_view::npos) return false;
  rest.remove_prefix(1);
  return true;
}

// ".123456" as milliseconds; 0 without a fraction.
std::optional<int> TakeFraction(std::string_view& rest) {
  if (!TakeChar(rest, ".,")) return 0;
  int millis = 0;
  size_t digits = 0;
  for (; digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9'; ++digits) {
    if (digits < 3) millis = millis * 10 + (rest[digits] - '0');
  }
  if (digits == 0) return std::nullopt;
  for (size_t i = digits; i < 3; ++i) millis *= 10;
  rest.remove_prefix(digits);
  return millis;
}

// "Z" or "+02:00" as the offset from UTC in milliseconds.
std::optional<int64_t> TakeOffset(std::string_view& rest) {
  if (TakeChar(rest, "Zz")) return 0;
  const bool negative = !rest.empty() && rest[0] == '-';
  if (!TakeChar(rest, "+-")) return std::nullopt;
  const std::optional<int> hours = TakeDigits(rest, 2);
  if (!hours || !TakeChar(rest, ":")) return std::nullopt;
  const std::optional<int> minutes = TakeDigits(rest, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const int64_t offset = *hours * kHour + *minutes * kMinute;
  return negative ? -offset : offset;
}

std::optional<TimePoint> ParseRfc3339(std::string_view rest) {
  const std::optional<int> year = TakeDigits(rest, 4);
  if (!year || !TakeChar(rest, "-")) return std::nullopt;
  const std::optional<int> month = TakeDigits(rest, 2);
  if (!month || !TakeChar(rest, "-")) return std::nullopt;
  const std::optional<int> day = TakeDigits(rest, 2);
  if (!day || !TakeChar(rest, "Tt ")) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  const std::optional<int> hour = TakeDigits(rest, 2);
  if (!hour || !TakeChar(rest, ":")) return std::nullopt;
  const std::optional<int> minute = TakeDigits(rest, 2);
  if (!minute || !TakeChar(rest, ":")) return std::nullopt;
  const std::optional<int> second = TakeDigits(rest, 2);
  const std::optional<int> millis = TakeFraction(rest);
  if (!second || !millis) return std::nullopt;
  const std::optional<int64_t> offset = TakeOffset(rest);
  // A leap second, 23:59:60, counts as the first moment of the next minute.
  if (!offset || !rest.empty() || !date.ok() || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return FromMillis(days * kDay + *hour * kHour + *minute * kMinute + *second * kSecond + *millis -
                    *offset);
}

}  // namespace

Result<Duration> ParseDuration(std::string_view text) {
  if (text == "0") return Duration(0);
  std::string_view rest = text;
  double total = 0;
  do {
    const std::optional<double> number = TakeNumber(rest);
    const std::optional<int64_t> unit = number ? TakeUnit(rest) : std::nullopt;
    if (!unit) return BadDuration(text);
    total += *number * static_cast<double>(*unit);
    if (total > kMillisMax) return BadDuration(text);
  } while (!rest.empty());
  return Duration(std::llround(total));
}

std::string FormatDuration(Duration duration) {
  if (duration.count() == 0) return "0s";
  uint64_t rest = static_cast<uint64_t>(duration.count());
  std::string out;
  if (duration.count() < 0) {
    out = "-";
    rest = 0 - rest;
  }
  const auto take = [&](int64_t millis, std::string_view name) {
    const uint64_t count = rest / static_cast<uint64_t>(millis);
    rest %= static_cast<uint64_t>(millis);
    if (count > 0) out += fmt::format("{}{}", count, name);
  };
  take(kHour, "h");
  take(kMinute, "m");
  take(kSecond, "s");
  take(1, "ms");
  return out;
}

std::string FormatTime(TimePoint time) {
  if (time < kTimeMin || time > kTimeMax) return fmt::format("{} ms", ToMillis(time));
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const int64_t millis = (time - days).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     millis / kHour, millis / kMinute % 60, millis / kSecond % 60, millis % 1000);
}

Result<TimePoint> ParseTime(std::string_view text) {
  if (const std::optional<TimePoint> time = ParseRfc3339(text)) return *time;
  std::string_view rest = text;
  const bool negative = TakeChar(rest, "-");
  const std::optional<double> seconds = TakeNumber(rest);
  if (!seconds || !rest.empty() || *seconds * 1000 > kMillisMax) return BadTime(text);
  const int64_t millis = std::llround(*seconds * 1000);
  return FromMillis(negative ? -millis : millis);
}

}  // namespace vedette::base
