#pragma once

#include <string>

#include "net/client.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/http_channel.h"

namespace vedette::notify::channels {

// Posts an Adaptive Card to a Microsoft Teams channel through the URL of a workflow ("when a Teams
// webhook request is received"), which is a secret. Texts stand in runs of text, which read no
// Markdown, so that a title cannot forge a link.
class Teams final : public delivery::HttpChannel {
 public:
  Teams(std::string url, const delivery::ChannelParts& parts);

  std::string Preview(const model::Page& page, const delivery::Attempt& attempt) const override;

 private:
  net::ClientRequest RequestFor(const model::Page& page,
                                const delivery::Attempt& attempt) const override;
  delivery::Answer Judge(const net::Response& response) const override;

  const std::string url_;
  const std::string external_url_;
};

}  // namespace vedette::notify::channels
