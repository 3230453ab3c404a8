#pragma once

#include <string>

#include "net/client.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/http_channel.h"

namespace vedette::notify::channels {

struct MattermostSettings {
  std::string url;           // of an incoming webhook; a secret
  std::string channel = {};  // instead of the webhook's own, where it allows that
};

// Posts a page to Mattermost as an attachment with fields. A person's address is "@name" or the
// name of a channel. Mentions in texts are taken apart, so that a title cannot wake everybody.
class Mattermost final : public delivery::HttpChannel {
 public:
  Mattermost(MattermostSettings settings, const delivery::ChannelParts& parts);

  std::string Preview(const model::Page& page, const delivery::Attempt& attempt) const override;

 private:
  net::ClientRequest RequestFor(const model::Page& page,
                                const delivery::Attempt& attempt) const override;
  delivery::Answer Judge(const net::Response& response) const override;

  const MattermostSettings settings_;
  const std::string external_url_;
};

}  // namespace vedette::notify::channels
