#include "base/base64.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace vedette::base {

namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kForUrls =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string Encode(std::string_view bytes, std::string_view digits) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (k < group.size() ? static_cast<unsigned char>(group[k]) : 0U);
    }
    for (size_t k = 0; k < 4; ++k) {
      out += k <= group.size() ? digits[bits >> (18 - 6 * k) & 63] : '=';
    }
  }
  return out;
}

std::optional<uint32_t> Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return std::nullopt;
}

}  // namespace

std::string Base64(std::string_view bytes) { return Encode(bytes, kStandard); }

std::string Base64Url(std::string_view bytes) {
  std::string out = Encode(bytes, kForUrls);
  while (out.ends_with('=')) out.pop_back();
  return out;
}

Result<std::string> DecodeBase64Url(std::string_view text) {
  VEDETTE_TRY(std::string bytes, DecodeBase64(text));
  // A text has one form only.
  if (Base64Url(bytes) != text) return InvalidArgument("is no base64url");
  return bytes;
}

Result<std::string> DecodeBase64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::optional<uint32_t> digit = Digit(text[i]);
    if (!digit) return InvalidArgument("is no base64");
    bits = bits << 6 | *digit;
    if (i % 4 != 0) bytes += static_cast<char>(bits >> (6 - 2 * (i % 4)) & 0xFF);
  }
  if (text.size() % 4 == 1) return InvalidArgument("is no base64");
  return bytes;
}

}  // namespace vedette::base
