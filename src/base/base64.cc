#include "base/base64.h"

#include <cstddef>
#include <cstdint>

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

}  // namespace

std::string Base64(std::string_view bytes) { return Encode(bytes, kStandard); }

std::string Base64Url(std::string_view bytes) {
  std::string out = Encode(bytes, kForUrls);
  while (out.ends_with('=')) out.pop_back();
  return out;
}

Result<std::string> DecodeBase64Url(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t digit = kForUrls.find(text[i]);
    if (digit == std::string_view::npos) return InvalidArgument("is no base64url");
    bits = bits << 6 | static_cast<uint32_t>(digit);
    if (i % 4 == 0) continue;
    out += static_cast<char>(bits >> (6 - 2 * (i % 4)) & 0xFF);
  }
  // Bits that belong to no byte must be zero, so that a text has one form only.
  const size_t left = text.size() % 4;
  const uint32_t spare = left == 2 ? 0xFU : left == 3 ? 0x3U : 0U;
  if (left == 1 || (bits & spare) != 0) return InvalidArgument("is no base64url");
  return out;
}

}  // namespace vedette::base
