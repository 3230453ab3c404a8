#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "detect/baseline/day_profile.h"
#include "detect/baseline/options.h"
#include "detect/baseline/signal.h"

namespace vedette::detect::baseline {

// Values beyond are taken as this: nothing on earth is measured to be more, and squares, floats
// and differences stay finite.
inline constexpr double kValueMax = 1e30;

enum class Phase : uint8_t { kLearning, kNormal, kOpen };

// All that is remembered of a series: fixed size, no pointers. What the fields mean is explained
// where they are used, in series_state.cc. Zero-initialised means: nothing seen.
struct SeriesState {
  static constexpr size_t kRecent = 12;

  // The value's past.
  double level = 0;         // clipped exponential mean
  double spread = 0;        // the same of |value - expected|
  double season_level = 0;  // of the profile, over the same past
  double tail_up = 0;       // of the square of what lies above, and below
  double tail_down = 0;
  double raw = 0;  // the last value of a counter
  int64_t first_ms = 0;
  int64_t last_ms = 0;  // of the last value that was taken
  uint32_t count = 0;   // values judged or learnt, saturating
  uint32_t season_count = 0;
  float interval_ms = 0;
  float race_level = 0;  // errors of both ways to expect, also while open
  float race_season = 0;

  // The deviation that goes on, if any.
  float up = 0;  // cumulative sums of what exceeds the drift, per side
  float down = 0;
  float support = 0;  // share of the last values on its side
  int8_t side = 0;    // +1 above, -1 below, 0 none
  Phase phase = Phase::kLearning;
  bool has_raw = false;
  bool fractional = false;  // not only whole numbers so far: no count
  bool negative = false;    // has been below zero
  bool season_used = false;
  uint8_t recent_next = 0;
  uint8_t recent_size = 0;
  uint32_t points = 0;         // deviating values
  uint32_t normal_points = 0;  // normal values in a row, while open
  int64_t since_ms = 0;        // first deviating value
  int64_t normal_since_ms = 0;
  double sustained = 0;  // what the value is now, over a few points
  double expected = 0;   // of the last value
  double scale_up = 0;   // one standard deviation of what is usual, per side
  double scale_down = 0;
  float score = 0;  // the worst so far, while open

  // The newest values as they were compared, for evidence.
  std::array<float, kRecent> recent{};
  std::array<uint32_t, kRecent> recent_ms{};  // low bits of the time
};
static_assert(std::is_trivially_copyable_v<SeriesState>);
static_assert(sizeof(SeriesState) <= 320);

enum class Change : uint8_t {
  kNone,
  kOpened,
  kClosed,    // values are usual again
  kRelearnt,  // closed, because what lasts that long is usual
};

// What the step said about a value.
struct Verdict {
  Change change = Change::kNone;
  bool taken = false;   // the value was new and could be compared with others
  bool judged = false;  // false while learning, and for values that cannot be judged
  double observed = 0;  // the value, or the rate of a counter
  double learnt = 0;    // the same, as a profile should take it: no mean hangs on a few wild ones
  double low = 0;       // the expected range
  double high = 0;
  double score = 0;  // 0 to 1; the severity scale while open
};

// Takes one value of a series: the whole baseline. Strictly causal, O(1), no allocation. Values
// that are not numbers, stale markers and times that do not advance are ignored. `season` is what
// the day and the week say, without this value.
Verdict Step(const BaselineOptions& options, const Signal& signal, const Seasonal& season,
             SeriesState& state, int64_t t_ms, double value);

// Makes the state that of a series with this usual range and an open anomaly since `since_ms`:
// after a restart that found too little to learn from.
void Seed(SeriesState& state, int64_t t_ms, double low, double high, int side, int64_t since_ms);

// Ends an open anomaly without a value: the series has stopped.
void Abandon(SeriesState& state);

}  // namespace vedette::detect::baseline
