#include "rules/duration.h"

#include <cstdint>
#include <fmt/core.h>

namespace vedette::rules {
namespace {

struct Unit {
  std::string_view name;
  int64_t millis;
};
constexpr Unit kUnits[] = {{"y", 365LL * 86'400'000},
                           {"w", 7LL * 86'400'000},
                           {"d", 86'400'000},
                           {"h", 3'600'000},
                           {"m", 60'000},
                           {"s", 1000},
                           {"ms", 1}};
constexpr int64_t kMillisMax = 9'223'372'036'854;  // what Go's duration holds

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

base::Result<base::Duration> ParsePrometheusDuration(std::string_view text) {
  if (text == "0") return base::Duration(0);
  if (text.empty()) return base::InvalidArgument("empty duration string");
  const base::Error invalid =
      base::InvalidArgument(fmt::format("not a valid duration string: \"{}\"", text));
  int64_t total = 0;
  size_t at = 0;
  size_t next_unit = 0;
  while (at < text.size()) {
    int64_t number = 0;
    const size_t begin = at;
    while (at < text.size() && IsDigit(text[at])) {
      number = number * 10 + (text[at++] - '0');
      if (number > kMillisMax) return base::InvalidArgument("duration out of range");
    }
    const size_t unit_begin = at;
    while (at < text.size() && !IsDigit(text[at])) ++at;
    const std::string_view name = text.substr(unit_begin, at - unit_begin);
    while (next_unit < std::size(kUnits) && kUnits[next_unit].name != name) ++next_unit;
    if (unit_begin == begin || next_unit == std::size(kUnits)) return invalid;
    const int64_t millis = kUnits[next_unit++].millis;
    if (number > (kMillisMax - total) / millis) {
      return base::InvalidArgument("duration out of range");
    }
    total += number * millis;
  }
  return base::Duration(total);
}

std::string FormatPrometheusDuration(base::Duration duration) {
  int64_t rest = duration.count();
  if (rest == 0) return "0s";
  std::string out;
  for (const Unit& unit : kUnits) {
    // Weeks and years only where nothing is left over, as Prometheus prints them.
    const bool coarse = unit.name == "y" || unit.name == "w";
    if (coarse && rest % unit.millis != 0) continue;
    if (rest < unit.millis) continue;
    out += fmt::format("{}{}", rest / unit.millis, unit.name);
    rest %= unit.millis;
  }
  return out;
}

}  // namespace vedette::rules
