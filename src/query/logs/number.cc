#include "query/logs/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace vedette::query::logs {
namespace {

struct Unit {
  std::string_view name;
  double factor;
  bool time;
};
constexpr Unit kUnits[] = {{"ns", 1e-9, true},
                           {"us", 1e-6, true},
                           {"\u00b5s", 1e-6, true},  // the micro sign
                           {"\u03bcs", 1e-6, true},  // the Greek letter, as Go has it
                           {"ms", 1e-3, true},
                           {"s", 1, true},
                           {"m", 60, true},
                           {"h", 3600, true},
                           {"d", 86'400, true},
                           {"B", 1, false},
                           {"kB", 1e3, false},
                           {"KB", 1e3, false},
                           {"MB", 1e6, false},
                           {"GB", 1e9, false},
                           {"KiB", 1024, false},
                           {"MiB", 1024.0 * 1024, false},
                           {"GiB", 1024.0 * 1024 * 1024, false}};

// Takes a number from the beginning of the text.
std::optional<double> TakeNumber(std::string_view& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

}  // namespace

std::optional<double> NumberOf(std::string_view text) {
  const auto first = TakeNumber(text);
  if (!first.has_value() || text.empty()) return first;
  double number = *first;
  double sum = 0;
  while (true) {
    const size_t end = std::min(text.find_first_of("0123456789.+-"), text.size());
    const auto unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                   [&](const Unit& u) { return u.name == text.substr(0, end); });
    if (unit == std::end(kUnits)) return std::nullopt;
    sum += number * unit->factor;
    text.remove_prefix(end);
    if (text.empty()) return sum;
    const bool digit = text[0] == '.' || (text[0] >= '0' && text[0] <= '9');
    const auto next = unit->time && digit ? TakeNumber(text) : std::nullopt;
    if (!next.has_value()) return std::nullopt;
    number = *next;
  }
}

}  // namespace vedette::query::logs
