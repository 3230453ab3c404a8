#pragma once

#include <string>

#include "net/client.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/http_channel.h"

namespace vedette::notify::channels {

// Posts a page to a Discord channel through a webhook, whose URL is a secret, as an embed. Nobody
// is mentioned, whatever the texts say.
class Discord final : public delivery::HttpChannel {
 public:
  Discord(std::string url, const delivery::ChannelParts& parts);

  std::string Preview(const model::Page& page, const delivery::Attempt& attempt) const override;

 private:
  net::ClientRequest RequestFor(const model::Page& page,
                                const delivery::Attempt& attempt) const override;
  delivery::Answer Judge(const net::Response& response) const override;

  const std::string url_;
  const std::string external_url_;
};

}  // namespace vedette::notify::channels
