#include "base/id.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>
#include <sys/random.h>

#include "base/check.h"
#include "base/digest.h"

namespace vedette::base {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// The time, and a zero for each of the bits to come.
std::string IdAt(TimePoint time) {
  std::string id(26, '0');
  auto millis = static_cast<uint64_t>(ToMillis(time));
  for (size_t i = 10; i-- > 0;) {
    id[i] = kAlphabet[millis & 31];
    millis >>= 5;
  }
  return id;
}

size_t DigitOf(char c) { return static_cast<size_t>(c <= '9' ? c - '0' : c - 'a' + 10); }

}  // namespace

void FillSecureRandom(std::span<std::byte> out) {
  while (!out.empty()) {
    const ssize_t n = getrandom(out.data(), out.size(), 0);
    VEDETTE_CHECK(n > 0 || errno == EINTR);  // cannot fail once the kernel is up
    if (n > 0) out = out.subspan(static_cast<size_t>(n));
  }
}

std::string NewId(TimePoint now) {
  std::string id = IdAt(now);
  std::array<std::byte, 16> random;
  FillSecureRandom(random);
  for (size_t i = 0; i < random.size(); ++i) {
    id[10 + i] = kAlphabet[static_cast<size_t>(random[i]) & 31];
  }
  return id;
}

std::string DerivedId(TimePoint time, std::string_view thing) {
  std::string id = IdAt(time);
  const std::string digest = Sha256Hex(thing);
  for (size_t i = 10; i < id.size(); ++i) {
    const size_t at = 2 * (i - 10);
    id[i] = kAlphabet[(16 * DigitOf(digest[at]) + DigitOf(digest[at + 1])) & 31];
  }
  return id;
}

}  // namespace vedette::base
