#pragma once

#include <string>

#include "net/client.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/http_channel.h"

namespace vedette::notify::channels {

struct TelegramSettings {
  std::string bot_token;  // a secret
  std::string chat_id;    // a number, or "@channel"; a person's address replaces it
  std::string api_url = "https://api.telegram.org";
};

// Sends a page through a Telegram bot as HTML. Telegram takes about one message a second per chat,
// and twenty a minute per group: give the receiver that min_interval.
class Telegram final : public delivery::HttpChannel {
 public:
  Telegram(TelegramSettings settings, const delivery::ChannelParts& parts);

  std::string Preview(const model::Page& page, const delivery::Attempt& attempt) const override;

 private:
  net::ClientRequest RequestFor(const model::Page& page,
                                const delivery::Attempt& attempt) const override;
  delivery::Answer Judge(const net::Response& response) const override;

  const TelegramSettings settings_;
  const std::string external_url_;
};

}  // namespace vedette::notify::channels
