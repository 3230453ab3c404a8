#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "notify/channels/slack/slack_api.h"
#include "notify/channels/slack/slack_rooms.h"
#include "notify/delivery/channel.h"

namespace vedette::notify::channels {

struct SlackBotSettings {
  std::string bot_token;  // "xoxb-...", with the scope chat:write; a secret
  std::string channel;    // id or "#name"; a person's address ("U...") replaces it
  std::string api_url = std::string(kSlackApiUrl);
  bool buttons = false;  // see slack_message.h
  SlackRoomsSettings rooms = {};
};

// Posts pages through Slack's web API as a bot: the first of an incident is a message in the
// channel; a later one changes that message to how things stand now and adds a reply to its thread,
// which the channel sees too when it got worse. Which message it is is remembered; one that is gone
// is posted anew. Slack takes about one message a second per channel: give the receiver that
// min_interval. With rooms it also does what slack_rooms.h says.
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
  std::string Message(const model::Page& page, const delivery::Attempt& attempt,
                      const std::string& channel, std::string_view ts) const;
  delivery::Answer Post(const model::Page& page, const delivery::Attempt& attempt);
  // Nothing when the message is gone.
  std::optional<delivery::Answer> FollowUp(const model::Page& page,
                                           const delivery::Attempt& attempt, const Place& place);
  void Follow(const model::Page& page, const delivery::Attempt& attempt);
  delivery::ThreadKey KeyOf(const model::Page& page, const delivery::Attempt& attempt) const;

  const SlackBotSettings settings_;
  const std::string receiver_;
  const std::string external_url_;
  const SlackApi api_;
  delivery::Threads& threads_;
  SlackRooms rooms_;
};

}  // namespace vedette::notify::channels
