#include "notify/wording/text.h"

#include <algorithm>

#include "base/utf8.h"

namespace vedette::notify::wording {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kDots = "...";

size_t UnitsOf(std::string_view character) { return character.size() == 4 ? 2 : 1; }

// U+202A to U+202E and U+2066 to U+2069 turn the direction; U+200E, U+200F and U+FEFF are unseen.
bool IsUnseen(std::string_view c) {
  if (c.size() != 3) return false;
  if (c.starts_with("\xE2\x80")) {
    return c[2] == '\x8E' || c[2] == '\x8F' || (c[2] >= '\xAA' && c[2] <= '\xAE');
  }
  if (c.starts_with("\xE2\x81")) return c[2] >= '\xA6' && c[2] <= '\xA9';
  return c == "\xEF\xBB\xBF";
}

bool IsLineSeparator(std::string_view c) { return c == "\xE2\x80\xA8" || c == "\xE2\x80\xA9"; }

// What stands for the character in a message; empty: nothing.
std::string_view Shown(std::string_view c, bool lines) {
  if (c.size() == 1) {
    const auto byte = static_cast<unsigned char>(c[0]);
    if (c[0] == '\n') return lines ? "\n" : " ";
    if (c[0] == '\r') return {};
    if (byte < 0x20 || byte == 0x7F) return " ";
    return c;
  }
  const bool c1 = c.size() == 2 && c[0] == '\xC2' && static_cast<unsigned char>(c[1]) < 0xA0;
  if (c1) return " ";
  if (IsLineSeparator(c)) return lines ? "\n" : " ";
  return IsUnseen(c) ? std::string_view() : c;
}

std::string Fit(std::string_view text, size_t units_max, bool lines) {
  std::string out;
  size_t units = 0;
  size_t cut = 0;  // where the dots still fit
  while (!text.empty()) {
    const size_t length = base::Utf8SequenceLength(text);
    const std::string_view shown =
        length == 0 ? kReplacement : Shown(text.substr(0, length), lines);
    text.remove_prefix(std::max<size_t>(1, length));
    if (shown.empty()) continue;
    units += UnitsOf(shown);
    if (units > units_max) {
      out.resize(cut);
      if (units_max >= kDots.size()) out += kDots;
      return out;
    }
    out += shown;
    if (units + kDots.size() <= units_max) cut = out.size();
  }
  return out;
}

}  // namespace

std::string OneLine(std::string_view text, size_t units_max) {
  return Fit(text, units_max, /*lines=*/false);
}

std::string Lines(std::string_view text, size_t units_max) {
  return Fit(text, units_max, /*lines=*/true);
}

size_t Utf16Units(std::string_view text) {
  size_t units = 0;
  while (!text.empty()) {
    const size_t length = std::max<size_t>(1, base::Utf8SequenceLength(text));
    units += UnitsOf(text.substr(0, length));
    text.remove_prefix(length);
  }
  return units;
}

std::string EscapeWith(std::string_view text, std::string_view special, std::string_view mark) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += mark;
    out += c;
  }
  return out;
}

std::string EscapeMarkdown(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (std::string_view("\\`*_~|[]()>#").find(c) != std::string_view::npos) out += '\\';
    out += c;
    if (c == '@') out += "\xE2\x80\x8B";  // a blank of no width: it names nobody any more
  }
  return out;
}

}  // namespace vedette::notify::wording
