#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/page.h"
#include "notify/channels/slack/slack_api.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/receiver.h"

namespace vedette::notify::channels {

// A channel of its own for each incident that is at least as severe.
struct SlackRoomSettings {
  std::string prefix = "inc-";
  model::Severity from = model::Severity::kCritical;
  std::vector<std::string> invite;  // ids of users
  bool archive = false;             // when the incident ends
};

// Where those are told who do not work on it but must know.
struct SlackStakeholderSettings {
  std::string channel;
  model::Severity from = model::Severity::kCritical;
};

struct SlackRoomsSettings {
  std::optional<SlackRoomSettings> rooms;
  std::optional<SlackStakeholderSettings> stakeholders;
};

// What a bot does beside the message about an incident: opens a channel for it, with those who
// shall be there, and follows it there; keeps one message in plain words up to date for
// stakeholders. Which there are is remembered, so that nothing is made twice. The page itself has
// arrived whatever becomes of this: failures are in the log, and the next page tries again.
class SlackRooms {
 public:
  // The parts must outlive it.
  SlackRooms(SlackRoomsSettings settings, const SlackApi& api, const delivery::ChannelParts& parts);

  // Where people work on the incident, if a channel is there now: "<#C012>".
  std::string Follow(const model::Page& page, const delivery::Attempt& attempt);

 private:
  struct Place {
    std::string channel;
    std::string ts;
  };
  delivery::ThreadKey KeyOf(const model::Page& page, std::string_view what) const;
  std::optional<Place> Find(const model::Page& page, std::string_view what);
  void Save(const model::Page& page, std::string_view what, const Place& place);
  std::string Open(const model::Page& page, const delivery::Attempt& attempt);
  void TellRoom(const model::Page& page, const delivery::Attempt& attempt,
                const std::string& channel);
  void TellStakeholders(const model::Page& page, const delivery::Attempt& attempt);

  const SlackRoomsSettings settings_;
  const SlackApi& api_;
  const std::string receiver_;
  const std::string external_url_;
  delivery::Threads& threads_;
};

// Brings what a person writes to the stakeholders' thread of an incident, and files to the thread
// of its message: as the bot, outside of pages. kNotFound when it was told of no such incident.
delivery::Errand MakeSlackUpdate(std::string bot_token, std::string api_url);
delivery::Errand MakeSlackUpload(std::string bot_token, std::string api_url);

// The name of an incident's channel: what Slack allows, with the end of its id.
std::string RoomName(std::string_view prefix, const model::Page& page);

}  // namespace vedette::notify::channels
