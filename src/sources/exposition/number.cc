#include "sources/exposition/number.h"

#include <charconv>
#include <system_error>

namespace vedette::sources::exposition {
namespace {

constexpr size_t kRangeTextMax = 64;

// std::from_chars says "out of range" at both ends. True when the number is too small: its exponent
// is negative, or it has none and begins with "0.". Only for short texts, where this tells it.
bool IsUnderflow(std::string_view digits, bool hexadecimal) {
  const size_t mark = digits.find_first_of(hexadecimal ? "pP" : "eE");
  if (mark == std::string_view::npos) return digits.starts_with("0.");
  return digits.substr(mark + 1).starts_with('-');
}

}  // namespace

std::optional<double> ParseValue(std::string_view text) {
  bool negative = false;
  if (text.starts_with('+') || text.starts_with('-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  // from_chars would take a second sign, "nan(...)" and "0xinf".
  if (text.empty() || text[0] == '-' || text.back() == ')') return std::nullopt;
  if (hexadecimal && text.find_first_of("nNiI") != std::string_view::npos) return std::nullopt;
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(
      text.data(), end, value, hexadecimal ? std::chars_format::hex : std::chars_format::general);
  if (rest != end || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    if (text.size() > kRangeTextMax || !IsUnderflow(text, hexadecimal)) return std::nullopt;
    value = 0;
  }
  return negative ? -value : value;
}

std::optional<int64_t> ParseInteger(std::string_view text) {
  int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (rest != end || error != std::errc{} || text.empty()) return std::nullopt;
  return value;
}

}  // namespace vedette::sources::exposition
