#include "net/tls_context.h"

#include <array>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string_view>
#include <utility>

namespace vedette::net {
namespace {

// OpenSSL's reason, without the path of its source file. Empties its error queue.
base::Error TlsError(std::string_view what, const std::string& file, std::string field) {
  std::array<char, 160> reason{};
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  ERR_clear_error();
  return base::InvalidArgument(std::string(what) + " \"" + file + "\": " + reason.data(),
                               std::move(field));
}

int ChooseProtocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_length,
                   const unsigned char* in, unsigned int in_length, void* /*unused*/) {
  static constexpr unsigned char kHttp11[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  const int found =
      SSL_select_next_proto(&chosen, out_length, kHttp11, sizeof(kHttp11) - 1, in, in_length);
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

base::Result<TlsContext::Shared> MakeContext(const std::string& certificate_file,
                                             const std::string& key_file) {
  ERR_clear_error();
  TlsContext::Shared context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (context == nullptr) return base::Internal("OpenSSL has no memory for a context");
  SSL_CTX* ctx = context.get();
  SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
  SSL_CTX_set_options(
      ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);  // idle connections stay small
  SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_alpn_select_cb(ctx, &ChooseProtocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(ctx, certificate_file.c_str()) != 1) {
    return TlsError("cannot use the certificate", certificate_file, "tls.certificate_file");
  }
  if (SSL_CTX_use_PrivateKey_file(ctx, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return TlsError("cannot use the private key", key_file, "tls.key_file");
  }
  if (SSL_CTX_check_private_key(ctx) != 1) {
    return TlsError("the private key does not belong to the certificate", key_file, "tls.key_file");
  }
  return context;
}

}  // namespace

TlsContext::TlsContext(std::string certificate_file, std::string key_file)
    : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {}

base::Result<std::unique_ptr<TlsContext>> TlsContext::Load(std::string certificate_file,
                                                           std::string key_file) {
  auto context = std::make_unique<TlsContext>(std::move(certificate_file), std::move(key_file));
  VEDETTE_TRY_VOID(context->Reload());
  return context;
}

base::Result<> TlsContext::Reload() {
  VEDETTE_TRY(Shared fresh, MakeContext(certificate_file_, key_file_));
  base::MutexLock lock(mutex_);
  current_ = std::move(fresh);
  return {};
}

TlsContext::Shared TlsContext::current() const {
  base::MutexLock lock(mutex_);
  return current_;
}

}  // namespace vedette::net
