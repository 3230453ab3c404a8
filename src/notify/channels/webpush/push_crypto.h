#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace vedette::notify::channels {

// The cryptography of Web Push: encryption of a message for one browser (RFC 8291, the content
// coding aes128gcm of RFC 8188), and the token by which a push service knows the sender (VAPID, RFC
// 8292). All arguments and results are raw bytes unless said otherwise. Pure; thread-safe. Errors:
// kInvalidArgument for keys that are none, kInternal when OpenSSL fails.

// The browser's side of a subscription.
struct PushTarget {
  std::string public_key;  // 65 bytes, an uncompressed point of P-256
  std::string auth;        // 16 bytes
};

// What must be new for every message.
struct PushNonce {
  std::string secret;  // 32 bytes, a private key of P-256
  std::string salt;    // 16 bytes
};
PushNonce NewPushNonce();

// One record of 4096 bytes fits; more would be refused by push services anyway.
inline constexpr size_t kPushPlaintextMax = 3993;

base::Result<std::string> EncryptPush(std::string_view plaintext, const PushTarget& target,
                                      const PushNonce& nonce);

// The public key, 65 bytes, of a private one of 32.
base::Result<std::string> PublicKeyOf(std::string_view secret);

// The value of the header Authorization for a push service. `audience` is its origin, `subject` a
// mailto: or https: URL of who runs this server.
base::Result<std::string> VapidHeader(std::string_view secret, std::string_view audience,
                                      std::string_view subject, base::TimePoint expires_at);

}  // namespace vedette::notify::channels
