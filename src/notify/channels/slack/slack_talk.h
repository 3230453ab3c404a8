#pragma once

#include <string>

#include "notify/delivery/receiver.h"

namespace vedette::notify::channels {

// Says things as the bot whose token it is: answers to people who talk to it.
delivery::Talk MakeSlackTalk(std::string bot_token, std::string api_url);

}  // namespace vedette::notify::channels
