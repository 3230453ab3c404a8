#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/address_policy.h"
#include "net/client.h"

namespace vedette::net {

enum class MailSecurity {
  kStartTls,  // the server must offer STARTTLS and show a certificate that is trusted
  kTls,       // TLS from the first byte, usually on port 465
  kPlain,     // neither, for a relay on this machine; never with a password
};

struct MailRequest {
  std::string host;
  uint16_t port = 587;
  MailSecurity security = MailSecurity::kStartTls;
  std::string user = {};  // empty: no AUTH
  std::string password = {};
  std::string hello = {};    // the name in EHLO; empty: curl's choice
  std::string ca_file = {};  // PEM, instead of the client's
  std::string from;          // the envelope's, without angle brackets
  std::vector<std::string> to;
  std::string message;  // RFC 5322 with CRLF; dots are doubled on the way
  base::Duration timeout{10'000};
  AddressPolicy addresses = AddressPolicy::kPublicOnly;
  std::function<bool()> cancelled = {};
};

// The server's last word, or its first refusal.
struct MailAnswer {
  int status = 0;         // 250 and the like: taken; 4xx: later perhaps; 5xx: refused
  std::string text;       // what it says beside the code, in its own words; of its last line
  bool at_login = false;  // refused before the message: user or password
};

// Hands a message to an SMTP server, blocking: call it from workers. An Error means that there was
// no complete answer, with the codes of HttpClient; kInvalidArgument for an address or a name that
// would break the protocol, kFailedPrecondition when TLS is not offered or not trusted. Errors name
// the host and hold no password. A message is taken when any of its addressees is. Thread-safe.
class MailClient {
 public:
  virtual ~MailClient() = default;
  virtual base::Result<MailAnswer> Send(const MailRequest& request) = 0;
};

// SMTP through libcurl; one connection per message. Of `options` the certificates and the timeout
// of connecting count.
base::Result<std::unique_ptr<MailClient>> MakeCurlMailClient(ClientOptions options = {});

}  // namespace vedette::net
