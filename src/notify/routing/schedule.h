#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "notify/routing/plan.h"

namespace vedette::notify::routing {

// Who is on call when. Pure functions; overrides are those of any schedule, and only the schedule's
// own count. With two that overlap the one made last wins.

// Between two moments the same person, for the same reason.
struct Duty {
  base::TimePoint from;
  base::TimePoint to;
  std::string user;   // empty: nobody
  std::string cause;  // "layer week", "override ov_..."; empty: nobody
};

// Who is on call at `time`, and until when; `from` is `time`. Looks a year ahead at most.
Duty OnCall(const Schedule& schedule, const std::vector<Override>& overrides, base::TimePoint time);

// All duties between two moments, cut there, without gaps between them; at most `limit`, which
// leaves out the last ones.
std::vector<Duty> Duties(const Schedule& schedule, const std::vector<Override>& overrides,
                         base::TimePoint from, base::TimePoint to, size_t limit = 20'000);

// What duty costs a person, to see whether it is shared fairly.
struct Load {
  base::Duration total{0};
  base::Duration nights{0};    // 22:00 to 06:00 by the person's clock
  base::Duration weekends{0};  // Saturday and Sunday by the person's clock
  int64_t shifts = 0;
};
// By user; time that nobody covers is under the empty name.
std::map<std::string, Load> LoadOf(const std::vector<Duty>& duties, const Plan& plan);

}  // namespace vedette::notify::routing
