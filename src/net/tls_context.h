#pragma once

#include <memory>
#include <string>

#include "base/mutex.h"
#include "base/result.h"

struct ssl_ctx_st;

namespace vedette::net {

// The server's certificate and TLS settings (1.2 and later, forward secrecy only). Reload swaps
// them for connections to come; connections that exist keep the ones they began with.
// Thread-safe.
class TlsContext {
 public:
  using Shared = std::shared_ptr<ssl_ctx_st>;

  // Without a certificate until Reload; Load does both.
  TlsContext(std::string certificate_file, std::string key_file);

  // kInvalidArgument when the files cannot be read or do not belong together.
  static base::Result<std::unique_ptr<TlsContext>> Load(std::string certificate_file,
                                                        std::string key_file);

  // On error the present certificate stays.
  base::Result<> Reload() EXCLUDES(mutex_);

  Shared current() const EXCLUDES(mutex_);

 private:
  const std::string certificate_file_;
  const std::string key_file_;
  mutable base::Mutex mutex_;
  Shared current_ GUARDED_BY(mutex_);
};

}  // namespace vedette::net
