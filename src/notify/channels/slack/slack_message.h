#pragma once

#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "model/page.h"
#include "notify/delivery/channel.h"

namespace vedette::notify::channels {

struct SlackLook {
  std::string external_url;
  bool buttons = false;  // of notify/delivery/buttons.h; their presses come as interactions
};

// Writes the members "text" and "blocks" of a message about a page into an object that is open:
// title, severity, text, services, buttons.
void WriteSlackMembers(base::JsonWriter& json, const model::Page& page,
                       const delivery::Attempt& attempt, const SlackLook& look);

// Text for a mrkdwn block: & < > escaped, at most `characters_max` characters of the outcome, never
// cut within an escape or a character.
std::string SlackText(std::string_view text, size_t characters_max);

}  // namespace vedette::notify::channels
