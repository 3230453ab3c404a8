#pragma once

#include <string>

#include "net/client.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/receiver.h"

namespace vedette::notify::channels {

// Posts a page to a Slack channel through an incoming webhook, as blocks: title, severity, text,
// services, a button that leads to the incident. Slack takes about one message a second per
// channel: give the receiver that min_interval. The webhook's URL is a secret and shows nowhere.
class Slack final : public delivery::Channel {
 public:
  // As for Webhook.
  Slack(delivery::Receiver receiver, std::string external_url, net::HttpClient& client);

  delivery::Answer Send(const model::Page& page, const delivery::Attempt& attempt) override;

 private:
  const delivery::Receiver receiver_;
  const std::string external_url_;
  net::HttpClient& client_;
};

// The message as Slack wants it: for Send and for a golden test.
std::string SlackMessage(const model::Page& page, const delivery::Attempt& attempt,
                         const std::string& external_url);

// Text for a mrkdwn block: & < > escaped, at most `characters_max` characters of the outcome, never
// cut within an escape or a character.
std::string SlackText(std::string_view text, size_t characters_max);

}  // namespace vedette::notify::channels
