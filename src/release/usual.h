#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"

namespace vedette::release {

struct Span {
  base::TimePoint from;
  base::TimePoint to;
};

// What of a service's past may be compared with: all of it but the times in which something was
// wrong already. Pure.
class UsualTime {
 public:
  UsualTime() = default;
  explicit UsualTime(std::vector<Span> trouble);

  // Whether nothing was wrong after `from` and until `to`.
  bool Has(base::TimePoint from, base::TimePoint to) const;
  // How much was wrong in that time.
  base::Duration TroubleIn(base::TimePoint from, base::TimePoint to) const;
  // The times, as far as they are in that one.
  std::vector<Span> TroublesIn(base::TimePoint from, base::TimePoint to) const;
  // From when on there is so much usual time before `end`: further back where something was wrong,
  // by a day at most. Nothing when there is less than a quarter of an hour of it even so.
  std::optional<base::TimePoint> StartOf(base::Duration wanted, base::TimePoint end) const;

 private:
  std::vector<Span> trouble_;  // apart, in order
};

}  // namespace vedette::release
