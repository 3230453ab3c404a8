#pragma once

#include <cstdint>
#include <type_traits>

#include "detect/baseline/day_profile.h"
#include "detect/baseline/episode.h"
#include "detect/baseline/options.h"
#include "detect/baseline/series_state.h"
#include "detect/baseline/signal.h"
#include "detect/baseline/surprise.h"
#include "detect/baseline/week_profile.h"

namespace vedette::detect::baseline {

// All that detection remembers of a series, and the one way in which a value is judged, in the
// server and by `vedette detect --csv`: by the baseline (does it deviate in a way that hurts?) and
// by its surprise (how rare is it here?), which share the profiles of the day and the week. Flat,
// no pointers: a copy of the bytes goes on bit-exactly. Not thread-safe.
struct SeriesDetector {
  SeriesState state{};
  DayProfile day;
  WeekProfile week;
  Episode episode;
  float minute = 0;      // nats of about the last minute
  float rarity = 0;      // the most of that since there was nothing unusual
  int64_t since_ms = 0;  // when the anomaly that is open began; 0: none is open
  int64_t ended_ms = 0;  // when the last one ended
  Surprise surprise;     // at the end, since its own end is what hardly any value touches
};
static_assert(std::is_trivially_copyable_v<SeriesDetector>);
static_assert(sizeof(SeriesDetector) <= 1400);

// What was said about a value.
struct Finding {
  Verdict verdict;  // of the baseline
  double nats = 0;  // its surprise
};

// Takes one value. Strictly causal, O(1), no allocation. `nats` depends on the series' own values
// alone; `levels` say what it takes for an episode. Values that are not numbers, stale markers and
// times that do not advance are ignored.
Finding Step(const BaselineOptions& options, const Signal& signal, const Levels& levels,
             SeriesDetector& series, int64_t t_ms, double value);

// How bad what deviates or surprises now is on the severity scale, 0 when nothing does. What hurts
// is critical if it is also rare enough (Levels::critical), or too young for that to be known, and
// no more than information if it is not even rare enough to be told (Levels::hurts).
double ScoreOf(const Levels& levels, const SeriesDetector& series);

// Ends what is open, for want of values: the deviation begins anew with the next one.
void Abandon(SeriesDetector& series);

}  // namespace vedette::detect::baseline
