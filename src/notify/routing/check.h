#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "notify/routing/plan.h"

namespace vedette::notify::routing {

// Something that works and will disappoint somebody one night.
struct Finding {
  std::string kind;     // "no_contact", "never_matches", "gap", "unused", "nobody"
  std::string subject;  // "user ann", "route payments/nights", ...
  std::string message;
  int line = 0;  // of the configuration; 0: not known
};

// The static check of a valid plan: people without a working contact, routes that can never match,
// gaps in schedules within 30 days of `now`, policies and schedules that nothing uses. Pure.
std::vector<Finding> Check(const Plan& plan, const std::vector<Override>& overrides,
                           base::TimePoint now);

}  // namespace vedette::notify::routing
