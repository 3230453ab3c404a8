#pragma once

#include <cstdint>
#include <type_traits>

#include "detect/baseline/options.h"

namespace vedette::detect::baseline {

// How much surprise it takes, in nats. NoiseBudget (detect/noise_budget.h) sets them for the whole
// fleet; the defaults are those of a single series.
struct Levels {
  double listed = 7;       // an episode begins: it is reported as information
  double alarm = 12;       // it is a warning
  double strict = 12;      // what counts as a discovery: other series need less for a while
  double critical = 7;     // with a deviation that hurts: it is critical
  double hurts = 0;        // the same: it is an anomaly at all
  double deviation = 0.7;  // the score from which a deviation of the baseline is an anomaly
};

// A stretch of time in which a series surprises: begins with a value that surprises enough (unless
// that is only the way back from the last one, within an hour of its end), ends when values are as
// usual as before it began for close_after and close_points, or is what is usual now after
// relearn_after, and twelve intervals. Beside the baseline's own deviation, which it does not
// touch. Flat.
struct Episode {
  bool open = false;
  bool alarmed = false;  // has passed Levels::alarm
  float nats = 0;        // the most so far
  float low = 0;         // what was usual when it began
  float high = 0;
  uint32_t points = 0;         // its first value, and those outside of low to high
  uint32_t normal_points = 0;  // of the others, the last in a row
  int64_t since_ms = 0;
  int64_t normal_since_ms = 0;  // also after it has ended
};
static_assert(std::is_trivially_copyable_v<Episode>);

// A value and what is known of it.
struct Surprising {
  int64_t t_ms = 0;
  double interval_ms = 0;
  double nats = 0;  // times what the sensitivity makes of them
  double observed = 0;
  double low = 0;  // what is usual
  double high = 0;
  int64_t usual_since_ms = 0;  // when the last deviation or episode ended; 0: never
  bool may_hurt = true;        // else it raises no alarm
};

// Takes the next value.
void Follow(const BaselineOptions& options, const Levels& levels, const Surprising& value,
            Episode& episode);

// How bad it is on the severity scale: information below the alarm, a warning from there on. It
// grows with the surprise alone, wherever the alarm stood at the time, so that scores of different
// moments are in the order of their surprise: 12 nats are 0.7, what is an alarm below that or none
// above it lies within 0.01 of that. How long it lasts decides between equals. Never critical:
// whether it hurts is for severity.h to say.
double ScoreOf(const Episode& episode);

}  // namespace vedette::detect::baseline
