#include "notify/channels/webpush/push_crypto.h"

#include <array>
#include <fmt/core.h>
#include <memory>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>
#include <span>

#include "base/base64.h"
#include "base/id.h"
#include "base/json_writer.h"

namespace vedette::notify::channels {
namespace {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freer<EVP_CIPHER_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

constexpr size_t kSecretBytes = 32;
constexpr size_t kPointBytes = 65;
constexpr size_t kAuthBytes = 16;
constexpr size_t kSaltBytes = 16;
constexpr size_t kTagBytes = 16;
constexpr size_t kHalfSignatureBytes = 32;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

base::Error Failed(std::string_view what) {
  return base::Internal(fmt::format("OpenSSL could not {}", what));
}

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  base::FillSecureRandom(std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

// The private key in the form of SEC 1 (RFC 5915), from which OpenSSL makes the public one.
base::Result<Key> ReadSecret(std::string_view secret) {
  if (secret.size() != kSecretBytes) return base::InvalidArgument("a private key has 32 bytes");
  std::string der("\x30\x31\x02\x01\x01\x04\x20", 7);
  der += secret;
  der += std::string_view("\xa0\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", 12);
  const unsigned char* at = Bytes(std::string_view(der));
  Key key(d2i_PrivateKey(EVP_PKEY_EC, nullptr, &at, static_cast<long>(der.size())));
  if (!key) return base::InvalidArgument("this is no private key of P-256");
  return key;
}

base::Result<std::string> PointOf(EVP_PKEY* key) {
  unsigned char* bytes = nullptr;
  const size_t size = EVP_PKEY_get1_encoded_public_key(key, &bytes);
  std::string point;
  if (bytes != nullptr) point.assign(reinterpret_cast<const char*>(bytes), size);
  OPENSSL_free(bytes);
  if (point.size() != kPointBytes) return Failed("give the public key");
  return point;
}

// The secret that both sides of a Diffie-Hellman exchange have.
base::Result<std::string> Agree(EVP_PKEY* own, std::string_view point) {
  const Key peer(EVP_PKEY_new());
  if (!peer || EVP_PKEY_copy_parameters(peer.get(), own) != 1) return Failed("copy parameters");
  if (point.size() != kPointBytes ||
      EVP_PKEY_set1_encoded_public_key(peer.get(), Bytes(point), point.size()) != 1) {
    return base::InvalidArgument("this is no public key of P-256", "p256dh");
  }
  const KeyContext context(EVP_PKEY_CTX_new(own, nullptr));
  size_t size = kSecretBytes;
  std::string shared(size, '\0');
  if (!context || EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer(context.get(), peer.get()) != 1 ||
      EVP_PKEY_derive(context.get(), Bytes(shared), &size) != 1 || size != shared.size()) {
    return Failed("agree on a secret");
  }
  return shared;
}

std::string Hmac(std::string_view key, std::string_view message) {
  std::string out(32, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(message), message.size(),
       Bytes(out), &size);
  return out;
}

// HKDF with SHA-256 (RFC 5869) for at most 32 bytes.
std::string Hkdf(std::string_view salt, std::string_view secret, std::string_view info,
                 size_t size) {
  return Hmac(Hmac(salt, secret), std::string(info) + '\x01').substr(0, size);
}

base::Result<std::string> Seal(std::string_view key, std::string_view nonce,
                               std::string_view plaintext) {
  const CipherContext context(EVP_CIPHER_CTX_new());
  std::string out(plaintext.size() + kTagBytes, '\0');
  int size = 0;
  int rest = 0;
  if (!context ||
      EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, Bytes(key), Bytes(nonce)) !=
          1 ||
      EVP_EncryptUpdate(context.get(), Bytes(out), &size, Bytes(plaintext),
                        static_cast<int>(plaintext.size())) != 1 ||
      EVP_EncryptFinal_ex(context.get(), Bytes(out) + size, &rest) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                          Bytes(out) + plaintext.size()) != 1) {
    return Failed("encrypt");
  }
  return out;
}

// ES256 (RFC 7518): both numbers of the signature in 32 bytes each.
base::Result<std::string> Sign(EVP_PKEY* key, std::string_view message) {
  const DigestContext context(EVP_MD_CTX_new());
  std::array<unsigned char, 128> der{};
  size_t size = der.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), der.data(), &size, Bytes(message), message.size()) != 1) {
    return Failed("sign");
  }
  const unsigned char* at = der.data();
  const Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  std::string out(2 * kHalfSignatureBytes, '\0');
  const int half = static_cast<int>(kHalfSignatureBytes);
  if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), Bytes(out), half) != half ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), Bytes(out) + half, half) != half) {
    return Failed("write a signature");
  }
  return out;
}

}  // namespace

PushNonce NewPushNonce() {
  PushNonce nonce{.secret = RandomBytes(kSecretBytes), .salt = RandomBytes(kSaltBytes)};
  nonce.secret[0] = static_cast<char>(nonce.secret[0] & 0x7f);  // below the order of the curve
  return nonce;
}

base::Result<std::string> EncryptPush(std::string_view plaintext, const PushTarget& target,
                                      const PushNonce& nonce) {
  if (plaintext.size() > kPushPlaintextMax) {
    return base::InvalidArgument(
        fmt::format("a push message has at most {} bytes", kPushPlaintextMax));
  }
  if (target.auth.size() != kAuthBytes) return base::InvalidArgument("has 16 bytes", "auth");
  if (nonce.salt.size() != kSaltBytes) return base::InvalidArgument("has 16 bytes", "salt");
  VEDETTE_TRY(const Key key, ReadSecret(nonce.secret));
  VEDETTE_TRY(const std::string point, PointOf(key.get()));
  VEDETTE_TRY(const std::string shared, Agree(key.get(), target.public_key));
  const std::string info = std::string("WebPush: info") + '\0' + target.public_key + point;
  const std::string input = Hkdf(target.auth, shared, info, 32);
  const std::string_view end("\0", 1);
  const std::string content =
      Hkdf(nonce.salt, input, std::string("Content-Encoding: aes128gcm").append(end), 16);
  const std::string counter =
      Hkdf(nonce.salt, input, std::string("Content-Encoding: nonce").append(end), 12);
  // 0x02 ends the last record.
  VEDETTE_TRY(const std::string sealed, Seal(content, counter, std::string(plaintext) + '\x02'));
  const std::string_view record_size("\x00\x00\x10\x00", 4);
  return nonce.salt + std::string(record_size) + static_cast<char>(kPointBytes) + point + sealed;
}

base::Result<std::string> PublicKeyOf(std::string_view secret) {
  VEDETTE_TRY(const Key key, ReadSecret(secret));
  return PointOf(key.get());
}

base::Result<std::string> VapidHeader(std::string_view secret, std::string_view audience,
                                      std::string_view subject, base::TimePoint expires_at) {
  VEDETTE_TRY(const Key key, ReadSecret(secret));
  VEDETTE_TRY(const std::string point, PointOf(key.get()));
  std::string claims;
  base::JsonWriter(claims)
      .BeginObject()
      .Field("aud", audience)
      .Field("exp", base::ToMillis(expires_at) / 1000)
      .Field("sub", subject)
      .EndObject();
  const std::string token =
      base::Base64Url(R"({"typ":"JWT","alg":"ES256"})") + "." + base::Base64Url(claims);
  VEDETTE_TRY(const std::string signature, Sign(key.get(), token));
  return fmt::format("vapid t={}.{}, k={}", token, base::Base64Url(signature),
                     base::Base64Url(point));
}

}  // namespace vedette::notify::channels
