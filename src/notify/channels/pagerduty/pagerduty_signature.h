#pragma once

#include <string>

#include "notify/delivery/receiver.h"

namespace vedette::notify::channels {

// Believes webhooks (version 3) that PagerDuty signed with the subscription's secret (one of the
// `v1=` of X-PagerDuty-Signature is the HMAC-SHA-256 of the body) about something that occurred at
// most five minutes ago or ahead: the signature itself has no time.
delivery::InboundCheck MakePagerDutyCheck(std::string webhook_secret);

}  // namespace vedette::notify::channels
