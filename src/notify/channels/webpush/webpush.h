#pragma once

#include <string>

#include "net/client.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/push_book.h"

namespace vedette::notify::channels {

struct WebPushSettings {
  std::string subject;             // mailto: or https: of who runs this server, for push services
  bool private_addresses = false;  // for a push service of one's own
};

// Wakes the browsers of a person (RFC 8030): a message for each subscription in the push book,
// encrypted for that browser alone. A person's address is the name under which they subscribed;
// without one, all who did are told. Endpoints come from browsers, so only public addresses are
// connected to unless the settings say otherwise. A subscription that has ended is forgotten. It
// has arrived when one browser's service took it.
class WebPush final : public delivery::Channel {
 public:
  WebPush(WebPushSettings settings, const delivery::ChannelParts& parts);

  delivery::Answer Send(const model::Page& page, const delivery::Attempt& attempt) override;
  std::string Preview(const model::Page& page, const delivery::Attempt& attempt) const override;

 private:
  base::Result<net::ClientRequest> RequestFor(const delivery::PushDevice& device,
                                              const model::Page& page,
                                              const delivery::Attempt& attempt,
                                              const std::string& payload) const;
  delivery::Answer SendTo(const delivery::PushDevice& device, const model::Page& page,
                          const delivery::Attempt& attempt, const std::string& payload);

  const WebPushSettings settings_;
  const std::string external_url_;
  net::HttpClient& client_;
  delivery::PushBook* const push_;
};

}  // namespace vedette::notify::channels
