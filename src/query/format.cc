#include "query/format.h"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace vedette::query {
namespace {

bool IsPlainName(std::string_view name, bool colons) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!letter && !(c >= '0' && c <= '9') && !(colons && c == ':')) return false;
  }
  return true;
}

}  // namespace

void AppendGoFloat(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
    return;
  }
  const double size = std::abs(value);
  if (size < 1e15 && size == std::trunc(size) && !(value == 0 && std::signbit(value))) {
    const fmt::format_int whole(static_cast<int64_t>(value));
    out.append(whole.data(), whole.size());
    return;
  }
  std::array<char, 32> text;
  if (value == 0 || (size >= 1e-6 && size < 1e15)) {
    const auto [end, error] =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    out.append(text.data(), end);
    return;
  }
  // The shortest digits come in the form d.ddde+xx; the point is then put where it belongs. (The
  // fixed form of to_chars gives all digits of large numbers instead.)
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  std::string_view rest(text.data(), static_cast<size_t>(end - text.data()));
  if (rest.front() == '-') {
    out += '-';
    rest.remove_prefix(1);
  }
  const size_t e = rest.find('e');
  int exponent = 0;
  const std::string_view digits_of_exponent = rest.substr(rest[e + 1] == '+' ? e + 2 : e + 1);
  std::from_chars(digits_of_exponent.data(), digits_of_exponent.data() + digits_of_exponent.size(),
                  exponent);
  std::string digits(1, rest[0]);
  if (e > 2) digits += rest.substr(2, e - 2);
  const int count = static_cast<int>(digits.size());
  if (exponent < 0) {
    out += "0.";
    out.append(static_cast<size_t>(-exponent - 1), '0');
    out += digits;
  } else if (exponent + 1 >= count) {
    out += digits;
    out.append(static_cast<size_t>(exponent + 1 - count), '0');
  } else {
    out.append(digits, 0, static_cast<size_t>(exponent + 1));
    out += '.';
    out.append(digits, static_cast<size_t>(exponent + 1), std::string::npos);
  }
}

void AppendApiFloat(std::string& out, double value) {
  const double size = std::abs(value);
  if (std::isfinite(value) && value != 0 && (size < 1e-6 || size >= 1e21)) {
    std::array<char, 32> text;
    const auto [end, error] =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
    out.append(text.data(), end);
    return;
  }
  AppendGoFloat(out, value);
}

std::string GoFloat(double value) {
  std::string out;
  AppendGoFloat(out, value);
  return out;
}

std::string GoShort(double value) {
  const double size = std::abs(value);
  if (!std::isfinite(value) || value == 0 || (size >= 1e-4 && size < 1e6)) return GoFloat(value);
  std::array<char, 32> text;
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  return std::string(text.data(), end);
}

std::string FormatLiteral(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Inf" : "-Inf";
  std::array<char, 32> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return std::string(text.data(), end);
}

std::string FormatPromDuration(int64_t ms) {
  if (ms == 0) return "0s";
  struct Unit {
    const char* name;
    int64_t ms;
    bool only_exact;  // 8d is "8d", not "1w1d"
  };
  constexpr std::array<Unit, 7> kUnits = {{{"y", 365 * 86'400'000LL, true},
                                           {"w", 7 * 86'400'000LL, true},
                                           {"d", 86'400'000, false},
                                           {"h", 3'600'000, false},
                                           {"m", 60'000, false},
                                           {"s", 1000, false},
                                           {"ms", 1, false}}};
  std::string out;
  for (const Unit& unit : kUnits) {
    if (ms < unit.ms || (unit.only_exact && ms % unit.ms != 0)) continue;
    out += fmt::format("{}{}", ms / unit.ms, unit.name);
    ms %= unit.ms;
  }
  return out;
}

std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
  return out;
}

std::string FormatSeconds(int64_t ms) {
  const uint64_t size = ms < 0 ? ~static_cast<uint64_t>(ms) + 1 : static_cast<uint64_t>(ms);
  return fmt::format("{}{}.{:03}", ms < 0 ? "-" : "", size / 1000, size % 1000);
}

bool IsPlainLabelName(std::string_view name) { return IsPlainName(name, false); }
bool IsPlainMetricName(std::string_view name) { return IsPlainName(name, true); }

}  // namespace vedette::query
