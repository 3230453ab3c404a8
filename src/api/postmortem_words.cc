#include "api/postmortem_words.h"

#include <algorithm>
#include <cstdint>
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "model/quantity.h"

namespace vedette::api {

std::string Plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += ' ';
    } else {
      if (std::string_view("\\`*_{}[]<>#|!").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string Moment(base::TimePoint time) { return Moment(base::FormatTime(time)); }

std::string Moment(std::string_view time) {
  constexpr size_t kSeconds = sizeof("2026-11-22T11:29:52") - 1;
  if (time.size() < kSeconds || time[10] != 'T') return Plain(time);
  return fmt::format("{} {} UTC", time.substr(0, 10), time.substr(11, 8));
}

std::string Lasting(base::Duration span) {
  const int64_t seconds = std::max<int64_t>(0, span.count() / 1000);
  const int64_t minutes = seconds / 60, hours = minutes / 60;
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (minutes < 60) return fmt::format("{} min {} s", minutes, seconds % 60);
  if (hours < 48) return fmt::format("{} h {} min", hours, minutes % 60);
  return fmt::format("{} d {} h", hours / 24, hours % 24);
}

std::string Percent(double share) {
  if (share >= 0.9995 && share < 1) return "more than 99.9 %";
  return fmt::format("{:.3g} %", share * 100);
}

std::string Measured(double value, std::string_view unit) {
  if (unit == "ratio") return Percent(value);
  if (unit == "percent") return fmt::format("{:.3g} %", value);
  if (unit == "s") return model::FormatQuantity("_seconds", value, false);
  if (unit == "B") return model::FormatQuantity("_bytes", value, false);
  if (unit == "B/s") return model::FormatQuantity("_bytes", value, true);
  const std::string number = model::FormatQuantity("", value, false);
  if (unit.empty() || unit == "1") return number;
  if (unit.starts_with("1/")) return fmt::format("{} per {}", number, Plain(unit.substr(2)));
  return fmt::format("{} {}", number, Plain(unit));
}

std::string Blank(std::string_view what) { return fmt::format("**[To fill in: {}]**", what); }

std::string Grouped(double count) {
  std::string digits = fmt::format("{:.0f}", std::max(0.0, count));
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string Counted(size_t count, std::string_view noun) {
  if (count == 1) return fmt::format("1 {}", noun);
  if (noun.ends_with('y')) return fmt::format("{} {}ies", count, noun.substr(0, noun.size() - 1));
  return fmt::format("{} {}s", count, noun);
}

std::string TextOf(const base::Json& object, std::string_view key) {
  if (!object.is_object()) return {};
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::optional<double> NumberOf(const base::Json& object, std::string_view key) {
  if (!object.is_object()) return std::nullopt;
  const auto it = object.find(key);
  if (it == object.end() || !it->is_number()) return std::nullopt;
  return it->get<double>();
}

const base::Json& ListOf(const base::Json& object, std::string_view key) {
  static const base::Json kNone = base::Json::array();
  if (!object.is_object()) return kNone;
  const auto it = object.find(key);
  return it != object.end() && it->is_array() ? *it : kNone;
}

}  // namespace vedette::api
