#include "auth/token.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <openssl/crypto.h>

#include "base/digest.h"
#include "base/id.h"

namespace vedette::auth {
namespace {

constexpr std::string_view kPrefix = "vdt_";
constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr size_t kIdChars = 8;
constexpr size_t kSecretBytes = 32;
constexpr size_t kSecretChars = 43;  // 62^43 > 2^256 > 62^42
constexpr size_t kTokenChars = kPrefix.size() + kIdChars + 1 + kSecretChars;

// A big number, most significant byte first, as `chars` digits: long division by 62.
template <size_t N>
std::string InBase62(std::array<std::byte, N> number, size_t chars) {
  std::string out(chars, kDigits[0]);
  for (size_t i = chars; i-- > 0;) {
    uint32_t remainder = 0;
    for (std::byte& byte : number) {
      const uint32_t value = remainder * 256 + std::to_integer<uint32_t>(byte);
      byte = static_cast<std::byte>(value / 62);
      remainder = value % 62;
    }
    out[i] = kDigits[remainder];
  }
  return out;
}

template <size_t N>
std::string RandomInBase62(size_t chars) {
  std::array<std::byte, N> bytes{};
  base::FillSecureRandom(bytes);
  return InBase62(bytes, chars);
}

bool IsBase62(std::string_view text) {
  return text.find_first_not_of(kDigits) == std::string_view::npos;
}

}  // namespace

std::string NewToken() {
  std::string token(kPrefix);
  token += RandomInBase62<8>(kIdChars);  // the lowest 8 digits of 64 bits
  token += '_';
  token += RandomInBase62<kSecretBytes>(kSecretChars);
  return token;
}

std::optional<std::string_view> TokenId(std::string_view token) {
  if (token.size() != kTokenChars || !token.starts_with(kPrefix)) return std::nullopt;
  const std::string_view id = token.substr(kPrefix.size(), kIdChars);
  const std::string_view secret = token.substr(kPrefix.size() + kIdChars + 1);
  if (token[kPrefix.size() + kIdChars] != '_' || !IsBase62(id) || !IsBase62(secret)) {
    return std::nullopt;
  }
  return id;
}

std::string TokenHash(std::string_view token) { return base::Sha256Hex(token); }

bool SameHash(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace vedette::auth
