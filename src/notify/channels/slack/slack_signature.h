#pragma once

#include <string>

#include "notify/delivery/receiver.h"

namespace vedette::notify::channels {

// Believes requests that Slack signed with the app's signing secret ("v0", HMAC-SHA-256 of
// "v0:<timestamp>:<body>") at most five minutes ago or ahead.
delivery::InboundCheck MakeSlackCheck(std::string signing_secret);

}  // namespace vedette::notify::channels
