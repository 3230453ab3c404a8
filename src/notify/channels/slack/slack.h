#pragma once

#include <string>

#include "net/client.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/http_channel.h"

namespace vedette::notify::channels {

// Posts a page to a Slack channel through an incoming webhook, as blocks: title, severity, text,
// services, a button that leads to the incident. Slack takes about one message a second per
// channel: give the receiver that min_interval. The webhook's URL is a secret and shows nowhere.
class Slack final : public delivery::HttpChannel {
 public:
  Slack(std::string url, const delivery::ChannelParts& parts);

  std::string Preview(const model::Page& page, const delivery::Attempt& attempt) const override;

 private:
  net::ClientRequest RequestFor(const model::Page& page,
                                const delivery::Attempt& attempt) const override;
  delivery::Answer Judge(const net::Response& response) const override;

  const std::string url_;
  const std::string external_url_;
};

}  // namespace vedette::notify::channels
