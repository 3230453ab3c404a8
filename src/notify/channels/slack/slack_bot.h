#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/client.h"
#include "notify/delivery/channel.h"

namespace vedette::notify::channels {

struct SlackBotSettings {
  std::string bot_token;  // "xoxb-...", with the scope chat:write; a secret
  std::string channel;    // id or "#name"; a person's address ("U...") replaces it
  std::string api_url = "https://slack.com/api";
  bool buttons = false;  // see slack_message.h
};

// Posts pages through Slack's web API as a bot: the first of an incident is a message in the
// channel; a later one changes that message to how things stand now and adds a reply to its thread,
// which the channel sees too when it got worse. Which message it is is remembered; one that is gone
// is posted anew. Slack takes about one message a second per channel: give the receiver that
// min_interval.
class SlackBot final : public delivery::Channel {
 public:
  SlackBot(SlackBotSettings settings, const delivery::ChannelParts& parts);

  delivery::Answer Send(const model::Page& page, const delivery::Attempt& attempt) override;
  std::string Preview(const model::Page& page, const delivery::Attempt& attempt) const override;

 private:
  // Where a message stands.
  struct Place {
    std::string channel;  // an id
    std::string ts;
  };
  struct Outcome {
    delivery::Answer answer;
    std::string error;  // Slack's word for it
    Place place;        // of a message that was posted
  };
  Outcome Call(std::string_view method, const model::Page& page, const delivery::Attempt& attempt,
               std::string body) const;
  std::string Message(const model::Page& page, const delivery::Attempt& attempt,
                      const std::string& channel, std::string_view ts) const;
  delivery::Answer Post(const model::Page& page, const delivery::Attempt& attempt);
  // Nothing when the message is gone.
  std::optional<delivery::Answer> FollowUp(const model::Page& page,
                                           const delivery::Attempt& attempt, const Place& place);
  delivery::ThreadKey KeyOf(const model::Page& page, const delivery::Attempt& attempt) const;

  const SlackBotSettings settings_;
  const std::string receiver_;
  const std::string external_url_;
  net::HttpClient& client_;
  delivery::Threads& threads_;
};

}  // namespace vedette::notify::channels
