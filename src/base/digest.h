#pragma once

#include <string>
#include <string_view>

namespace vedette::base {

// SHA-256 as 64 lower-case hexadecimal digits: for hash chains and checksums. Thread-safe.
std::string Sha256Hex(std::string_view bytes);

// The 16 bytes of the MD5 digest, for what other systems spread or name by it; never for security.
// Thread-safe.
std::string Md5(std::string_view bytes);

// HMAC-SHA-256, in the same form: for signatures of messages. Thread-safe.
std::string HmacSha256Hex(std::string_view key, std::string_view message);

// Whether two texts of the same length are the same, in a time that tells nothing of where they
// differ. Thread-safe.
bool SameSecret(std::string_view a, std::string_view b);

}  // namespace vedette::base
