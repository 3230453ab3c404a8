#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace vedette::base {

constexpr double ToSeconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1000;
}

// Reads a Go- and Prometheus-style duration: one or more of a decimal number and a unit (ms, s, m,
// h, d, w, y with d = 24 h, w = 7 d, y = 365 d), for instance "90s", "1h30m", "1.5h", or plain
// "0". Signs are not accepted. Error: kInvalidArgument that quotes the text.
Result<Duration> ParseDuration(std::string_view text);

// The shortest Go-style form that ParseDuration reads back exactly: "1h30m", "250ms", "0s".
std::string FormatDuration(Duration duration);

// RFC 3339 in UTC with milliseconds: "2026-11-21T07:24:00.000Z". What lies outside the years 0 to
// 9999, which it cannot say, is told as milliseconds since 1970: "-9223372036854775808 ms".
std::string FormatTime(TimePoint time);

// Reads RFC 3339 with any offset and up to nanosecond fractions (truncated to milliseconds), or a
// number of seconds since 1970 with an optional fraction. Error: kInvalidArgument.
Result<TimePoint> ParseTime(std::string_view text);

}  // namespace vedette::base
