#pragma once

#include <string>
#include <string_view>

namespace vedette::net {

// The character classes of RFC 9110 that the parsers share. ASCII only, no locale. Pure.

// A character of a token: methods, header names.
constexpr bool IsTokenChar(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  constexpr std::string_view kOther = "!#$%&'*+-.^_`|~";
  return kOther.find(c) != std::string_view::npos;
}

// A character of a header value: printable ASCII, tab, and bytes above 0x7f.
constexpr bool IsValueChar(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

bool IsToken(std::string_view text);
bool IsHeaderValue(std::string_view text);

// Without spaces and tabs at both ends.
std::string_view TrimBlanks(std::string_view text);

char ToLowerAscii(char c);
std::string LowerAscii(std::string_view text);
bool EqualsIgnoreCase(std::string_view a, std::string_view b);

// The value of a hexadecimal digit, or -1.
int HexValue(char c);

// Resolves %xx once. False for an incomplete or wrong escape; `out` is then unspecified.
enum class PlusMeans { kPlus, kSpace };
bool PercentDecode(std::string_view text, PlusMeans plus, std::string& out);

// Calls `visit` with each trimmed, non-empty element of a comma-separated list.
template <typename Visitor>
void ForEachListElement(std::string_view list, Visitor&& visit) {
  while (!list.empty()) {
    const size_t comma = list.find(',');
    const std::string_view element = TrimBlanks(list.substr(0, comma));
    if (!element.empty()) visit(element);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace vedette::net
