#pragma once

#include <string>

#include "net/client.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/receiver.h"

namespace vedette::notify::channels {

// Posts a page as JSON to a URL of the configuration:
//
//   the members of notify/delivery/page_json.h, and "attempt" (1, 2, ...), "delayed_seconds" (since
//   the page was ordered), "incident_url" (null without an external URL)
//
// Headers: Idempotency-Key is the dedup_key, the same in each attempt. With a secret,
// X-Vedette-Signature is "t=<unix seconds>,v1=<hex>" with the HMAC-SHA-256 of "<t>.<body>"; a
// receiver should refuse a `t` that is more than five minutes away.
class Webhook final : public delivery::Channel {
 public:
  // `external_url` is where people reach this server: "https://vedette.example"; may be empty.
  // `client` must outlive the channel.
  Webhook(delivery::Receiver receiver, std::string external_url, net::HttpClient& client);

  delivery::Answer Send(const model::Page& page, const delivery::Attempt& attempt) override;

 private:
  const delivery::Receiver receiver_;
  const std::string external_url_;
  net::HttpClient& client_;
};

}  // namespace vedette::notify::channels
