#pragma once

#include <string>

#include "net/client.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/http_channel.h"

namespace vedette::notify::channels {

struct PagerDutySettings {
  std::string routing_key;  // of a service's Events API v2 integration; a secret
  std::string url = "https://events.pagerduty.com/v2/enqueue";  // EU: events.eu.pagerduty.com
};

// Sends events to PagerDuty's Events API v2: an incident here is one there, by its id as dedup_key.
// Opened and changed pages trigger, acknowledged and resolved ones do what they say. PagerDuty
// forgets an acknowledgement of what it never saw triggered, so one that stands for earlier pages
// triggers first.
class PagerDuty final : public delivery::HttpChannel {
 public:
  PagerDuty(PagerDutySettings settings, const delivery::ChannelParts& parts);

  delivery::Answer Send(const model::Page& page, const delivery::Attempt& attempt) override;
  std::string Preview(const model::Page& page, const delivery::Attempt& attempt) const override;

 private:
  net::ClientRequest RequestFor(const model::Page& page,
                                const delivery::Attempt& attempt) const override;
  delivery::Answer Judge(const net::Response& response) const override;

  const PagerDutySettings settings_;
  const std::string external_url_;
};

}  // namespace vedette::notify::channels
