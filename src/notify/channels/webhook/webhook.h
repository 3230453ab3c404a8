#pragma once

#include <string>
#include <vector>

#include "net/client.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/http_channel.h"

namespace vedette::notify::channels {

struct WebhookSettings {
  std::string url;
  std::string secret = {};                // signs what is sent; empty: unsigned
  std::vector<net::Header> headers = {};  // besides those below
};

// Posts a page as JSON to a URL of the configuration:
//
//   the members of notify/delivery/page_json.h, and "attempt" (1, 2, ...), "delayed_seconds" (since
//   the page was ordered), "replaced" (earlier pages that it stands for), "to" (a person, or ""),
//   "incident_url" (null without an external URL)
//
// Headers: Idempotency-Key is the dedup_key, the same in each attempt. With a secret,
// X-Vedette-Signature is "t=<unix seconds>,v1=<hex>" with the HMAC-SHA-256 of "<t>.<body>"; a
// receiver should refuse a `t` that is more than five minutes away.
class Webhook final : public delivery::HttpChannel {
 public:
  Webhook(WebhookSettings settings, const delivery::ChannelParts& parts);

  std::string Preview(const model::Page& page, const delivery::Attempt& attempt) const override;

 private:
  net::ClientRequest RequestFor(const model::Page& page,
                                const delivery::Attempt& attempt) const override;

  const WebhookSettings settings_;
  const std::string external_url_;
};

}  // namespace vedette::notify::channels
