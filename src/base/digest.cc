#include "base/digest.h"

#include <array>
#include <cstddef>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <span>

#include "base/check.h"

namespace vedette::base {
namespace {

constexpr size_t kBytes = 32;
using Digest = std::array<unsigned char, kBytes>;

std::string Hex(std::span<const unsigned char> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

std::string Sha256Hex(std::string_view bytes) {
  Digest digest;
  unsigned int size = 0;
  VEDETTE_CHECK(
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  return Hex(digest);
}

std::string Md5(std::string_view bytes) {
  Digest digest;
  unsigned int size = 0;
  VEDETTE_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_md5(), nullptr) ==
                1);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string HmacSha256Hex(std::string_view key, std::string_view message) {
  Digest digest;
  unsigned int size = 0;
  VEDETTE_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                     reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                     digest.data(), &size) != nullptr);
  return Hex(digest);
}

bool SameSecret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

}  // namespace vedette::base
