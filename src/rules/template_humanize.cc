#include "rules/template_humanize.h"

#include <cmath>
#include <cstdint>
#include <ctime>
#include <fmt/core.h>
#include <span>
#include <string_view>

namespace vedette::rules {
namespace {

// Go's %.4g.
std::string FourDigits(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  return fmt::format("{:.4g}", value);
}

constexpr std::string_view kLarge[] = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
constexpr std::string_view kSmall[] = {"m", "u", "n", "p", "f", "a", "z", "y"};
constexpr std::string_view kBinary[] = {"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"};

std::string Shrunk(double value, double base, std::span<const std::string_view> prefixes) {
  std::string_view prefix;
  for (const std::string_view next : prefixes) {
    if (std::fabs(value) < base) break;
    prefix = next;
    value /= base;
  }
  return FourDigits(value) + std::string(prefix);
}

std::string Grown(double value) {
  std::string_view prefix;
  for (const std::string_view next : kSmall) {
    if (std::fabs(value) >= 1) break;
    prefix = next;
    value *= 1000;
  }
  return FourDigits(value) + std::string(prefix);
}

}  // namespace

std::string Humanize(double value) {
  if (value == 0 || !std::isfinite(value)) return FourDigits(value);
  return std::fabs(value) >= 1 ? Shrunk(value, 1000, kLarge) : Grown(value);
}

std::string Humanize1024(double value) {
  if (std::fabs(value) <= 1 || !std::isfinite(value)) return FourDigits(value);
  return Shrunk(value, 1024, kBinary);
}

std::string HumanizeDuration(double seconds) {
  if (!std::isfinite(seconds)) return FourDigits(seconds);
  if (seconds == 0) return FourDigits(seconds) + "s";
  const double magnitude = std::fabs(seconds);
  if (magnitude < 1) return Grown(seconds) + "s";
  const std::string_view sign = seconds < 0 ? "-" : "";
  const auto whole = magnitude < 9e18 ? static_cast<int64_t>(magnitude) : INT64_MAX;
  const int64_t s = whole % 60, m = whole / 60 % 60, h = whole / 3600 % 24, d = whole / 86400;
  if (d != 0) return fmt::format("{}{}d {}h {}m {}s", sign, d, h, m, s);
  if (h != 0) return fmt::format("{}{}h {}m {}s", sign, h, m, s);
  if (m != 0) return fmt::format("{}{}m {}s", sign, m, s);
  return fmt::format("{}{}s", sign, FourDigits(magnitude));
}

std::string HumanizePercentage(double ratio) { return FourDigits(ratio * 100) + "%"; }

std::string HumanizeTimestamp(double unix_seconds) {
  if (!(std::fabs(unix_seconds) < 9e15)) return FourDigits(unix_seconds);
  // Nanoseconds first, as far as 64 bits hold them: so Go comes to its milliseconds.
  const auto millis = std::fabs(unix_seconds) < 9.2e9
                          ? static_cast<int64_t>(unix_seconds * 1e9) / 1'000'000
                          : static_cast<int64_t>(unix_seconds * 1e3);
  const int64_t fraction_ms = (millis % 1000 + 1000) % 1000;
  const auto seconds = static_cast<std::time_t>((millis - fraction_ms) / 1000);
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return FourDigits(unix_seconds);
  std::string out =
      fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                  parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  if (fraction_ms > 0) {
    std::string fraction = fmt::format("{:03}", fraction_ms);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    out += "." + fraction;
  }
  return out + " +0000 UTC";
}

std::string GoDuration(double seconds) {
  if (!(std::fabs(seconds) < 9e9)) return FourDigits(seconds);
  const double magnitude = std::fabs(seconds);
  const std::string_view sign = seconds < 0 ? "-" : "";
  if (magnitude == 0) return "0s";
  if (magnitude < 1e-6) return fmt::format("{}{:.9g}ns", sign, magnitude * 1e9);
  if (magnitude < 1e-3) return fmt::format("{}{:.9g}\u00b5s", sign, magnitude * 1e6);
  if (magnitude < 1) return fmt::format("{}{:.9g}ms", sign, magnitude * 1e3);
  const auto minutes = static_cast<int64_t>(magnitude / 60);
  const double rest = magnitude - static_cast<double>(minutes) * 60;
  if (minutes == 0) return fmt::format("{}{:.12g}s", sign, rest);
  if (minutes < 60) return fmt::format("{}{}m{:.12g}s", sign, minutes, rest);
  return fmt::format("{}{}h{}m{:.12g}s", sign, minutes / 60, minutes % 60, rest);
}

}  // namespace vedette::rules
