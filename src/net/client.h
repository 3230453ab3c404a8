#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "net/address_policy.h"
#include "net/http.h"

namespace vedette::net {

struct ClientRequest {
  std::string method = "GET";
  // http or https; no user:password in it (use a header), no fragment needed.
  std::string url = {};
  Headers headers = {};
  std::string body = {};
  base::Duration timeout{10'000};       // for all of it, redirects too
  size_t response_bytes_max = 1 << 20;  // decoded body; more is an error
  int redirects_max = 0;                // 0: a redirect is an ordinary response
  // Loopback and private targets need kAny, said by the feature that trusts its configuration.
  AddressPolicy addresses = AddressPolicy::kPublicOnly;
  // Looked at about once a second; true gives the request up.
  std::function<bool()> cancelled = {};
};

// Outbound HTTP, blocking: call it from workers. Any status is a Response; an Error means that
// there was no complete answer:
//   kInvalidArgument     the URL, method or a header is malformed
//   kPermissionDenied    the address policy forbids the target
//   kUnavailable         not resolved, refused, reset, or ended early: a retry may help
//   kDeadlineExceeded    the timeout passed
//   kResourceExhausted   the answer is larger than response_bytes_max
//   kFailedPrecondition  the certificate is not trusted; too many or unsafe redirects
// Errors name the host, never the path or query, which may hold a secret. Thread-safe.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual base::Result<Response> Fetch(const ClientRequest& request) = 0;
};

struct ClientOptions {
  std::string ca_file = {};           // PEM; empty: the system's
  std::string certificate_file = {};  // PEM, shown to servers that ask; both or none
  std::string key_file = {};
  std::string server_name = {};  // which the certificate must have, instead of the URL's host
  bool verify = true;            // certificates and their names
  std::string user_agent = "vedette";
  base::Duration connect_timeout{5'000};
  size_t idle_handles_max = 16;  // kept with their connections for reuse
};

// HTTP/1.1 through libcurl. Certificates are verified (files are read at each connection), proxies
// of the environment, cookies and .netrc are ignored, gzip is decoded. Redirects are followed for
// GET and HEAD only, never from https to http; to another origin only Accept goes along, so no
// credential leaks.
base::Result<std::unique_ptr<HttpClient>> MakeCurlClient(ClientOptions options = {});

}  // namespace vedette::net
