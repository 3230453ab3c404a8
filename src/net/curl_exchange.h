#pragma once

#include <curl/curl.h>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "net/address_policy.h"
#include "net/client.h"

namespace vedette::net {

// What an exchange through libcurl has in common whatever its protocol is: an address policy that
// holds for each socket, cancellation, certificates, errors. Private to net.

// One exchange as curl's callbacks see it, and why they ended it.
struct CurlWatch {
  const AddressPolicy addresses;
  const std::function<bool()>& cancel;  // may be empty
  bool address_refused = false;
  bool cancelled = false;
  bool too_large = false;  // said by the callbacks of the protocol
};

// Once for the process, by whoever comes first.
base::Result<> InitCurl();

// On `easy`: the certificates and the time to connect of `options`, the time in all, the address
// policy and the cancellation of `watch`, which must live until the exchange has ended; no proxy,
// no signals.
void SetUpExchange(CURL* easy, const ClientOptions& options, base::Duration timeout,
                   CurlWatch& watch);

// Why an exchange failed that ended with `code`, which is not CURLE_OK; `where` begins the message.
base::Error ExchangeError(CURLcode code, const CurlWatch& watch, const std::string& where);

}  // namespace vedette::net
