#include "base/id.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>
#include <sys/random.h>

#include "base/check.h"

namespace vedette::base {

void FillSecureRandom(std::span<std::byte> out) {
  while (!out.empty()) {
    const ssize_t n = getrandom(out.data(), out.size(), 0);
    VEDETTE_CHECK(n > 0 || errno == EINTR);  // cannot fail once the kernel is up
    if (n > 0) out = out.subspan(static_cast<size_t>(n));
  }
}

std::string NewId(TimePoint now) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string id(26, '0');
  auto millis = static_cast<uint64_t>(ToMillis(now));
  for (size_t i = 10; i-- > 0;) {
    id[i] = kAlphabet[millis & 31];
    millis >>= 5;
  }
  std::array<std::byte, 16> random;
  FillSecureRandom(random);
  for (size_t i = 0; i < random.size(); ++i) {
    id[10 + i] = kAlphabet[static_cast<size_t>(random[i]) & 31];
  }
  return id;
}

}  // namespace vedette::base
