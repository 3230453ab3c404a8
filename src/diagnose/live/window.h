#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "model/anomaly.h"

namespace vedette::diagnose::live {

// When what an incident tells of began and ended, by its anomalies. Pure.

// Starts with a longer pause between them are not of one beginning.
inline constexpr base::Duration kBeginningPauseMax = std::chrono::minutes(10);
// What ended longer before an onset does not matter to it.
inline constexpr base::Duration kTroublesLook = std::chrono::hours(3);

// The first start of the beginning that matters: of which something is still open, the worst of it
// first and then the most; where nothing is, that which most of the anomalies share. The earlier
// one of equals; `opened` without anomalies. One that was found at last may have begun an hour
// before the others, for reasons of its own; and what joins an incident later, when what it was
// opened for is over, is what is to be explained now.
base::TimePoint OnsetOf(const std::vector<model::Anomaly>& anomalies, base::TimePoint opened);

// When half of those of that beginning had ended; nothing while half of them are open. While the
// last ones fade, what broke is healthy again, and that would dilute the incident. Rules count only
// where nothing else does: the alert of a budget stays for hours.
std::optional<base::TimePoint> EndOf(const std::vector<model::Anomaly>& anomalies);

// A stretch of time, without its end.
struct Stretch {
  base::TimePoint from;
  base::TimePoint to;
  friend bool operator==(const Stretch&, const Stretch&) = default;
};

// When something else was wrong before the onset: of those anomalies that had ended by then and
// began too early to be of its beginning, warnings and worse, but for rules. Ascending, apart. What
// was measured then says nothing of what is usual.
std::vector<Stretch> TroublesBefore(const std::vector<model::Anomaly>& anomalies,
                                    base::TimePoint onset);

}  // namespace vedette::diagnose::live
