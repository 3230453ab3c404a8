// The idea. A value is compared with what its recent past, and the hour of the day, make likely.
//
//   expected  level            an exponential mean over `memory`, of values clipped at 3 sigma
//             + season(t) - season_level     once an hourly profile is known and predicts better;
//                              season_level is the same mean of the profile, so that only the
//                              profile's movement counts and the level follows everything else
//   scale     per side, the larger of 1.25 x an exponential mean of |value - expected| and the root
//             mean square of what lies on that side, both clipped; not below 3 % of the level,
//             nor the square root of the count for rates of whole events (Poisson), nor 1/2 for
//             whole numbers
//   z         (value - expected) / scale, clipped at 10
//   sums      S+ = max(0, S+ + z - 2.5), S- alike (Page's cumulative sum): one wild value is
//             forgotten after a few usual ones, three in a row or many moderate ones are not
//
// A deviation opens when its sum passes 12 and it has lasted `open_after` and `open_points`. From
// then on nothing is learnt, so that the anomaly cannot become its own excuse; it closes when the
// last few values lie within the usual range for `close_after`, or when it has lasted so long that
// it is the new normal. How bad it is, is judged separately: see severity.h.
//
// Cost: about 340 instructions a value, four or five divisions and at most three roots; 264 bytes.
// Source: Page 1954 for the sums, Huber for the clipping. Not taken: a median of the last n (needs
// the n values), quantile sketches (slow to follow the day), a learned model (explains nothing).

#include "detect/baseline/series_state.h"

#include <algorithm>
#include <cmath>

#include "detect/baseline/severity.h"
#include "model/sample.h"
#include "model/severity.h"

namespace vedette::detect::baseline {
namespace {

constexpr double kDrift = 2.5;
constexpr double kDecision = 12;
constexpr double kSumMax = 30;
constexpr double kZMax = 10;
constexpr double kRangeSigmas = 3;  // half the width of the expected range
constexpr double kLevelClip = 3;
constexpr double kSpreadClip = 5;
constexpr double kTailClip = 6;  // what happens in 1.4 % of the time widens the scale to itself
constexpr double kNormalFactor = 1.2533;  // mean absolute to standard deviation, normal law
constexpr double kRelativeFloor = 0.03;
constexpr double kWholeNumberFloor = 0.5;
constexpr double kScaleMin = 1e-300;  // of a constant
constexpr double kDoubt = 0.25;       // weight of what may be a deviation
constexpr double kFollow = 0.3;       // weight of the newest value in `sustained`
constexpr uint32_t kClipAfter = 5;
constexpr int64_t kProfileAfterMs = 2 * 86'400'000;  // each half hour was seen on two days
constexpr double kSeasonGain = 0.9;                  // the profile must predict better by this
constexpr double kSeasonClip = 30;
constexpr double kRaceClip = 10;
constexpr double kRaceSeconds = 1.5 * 86'400;  // its memory: a day and a half
constexpr double kSupports = 1;                // sigmas on the side of a deviation
constexpr double kSupportWeight = 0.2;         // of the newest value
constexpr double kSupportToOpen = 0.65;
constexpr uint32_t kSeasonCountMin = 200;
constexpr uint32_t kCountMax = 1U << 30;

// One value under judgement.
struct Moment {
  int64_t t_ms;
  double seconds;  // since the value before
  double share;    // of a plain mean: one of the values so far and this one
  double value;    // as compared
  bool after_gap;
};

bool IsCount(const Signal& signal, const SeriesState& state) {
  return signal.reading == Reading::kCounter && !state.fractional;
}

// Reads the value as the signal wants it. False: there is nothing to compare yet.
bool Read(const Signal& signal, SeriesState& state, Moment& moment) {
  if (signal.reading == Reading::kGauge) {
    state.fractional = state.fractional || moment.value != std::trunc(moment.value);
    state.negative = state.negative || moment.value < 0;
    return true;
  }
  const double before = state.raw;
  const bool had = state.has_raw;
  state.raw = moment.value;
  state.has_raw = true;
  // After a reset or a gap it is unknown what was missed.
  if (!had || moment.value < before || moment.after_gap) return false;
  const double increase = moment.value - before;
  state.fractional = state.fractional || increase != std::trunc(increase);
  moment.value = std::min(increase / moment.seconds, kValueMax);
  return true;
}

void Remember(SeriesState& state, const Moment& moment) {
  state.recent[state.recent_next] = static_cast<float>(moment.value);
  state.recent_ms[state.recent_next] = static_cast<uint32_t>(moment.t_ms);
  if (++state.recent_next == SeriesState::kRecent) state.recent_next = 0;
  if (state.recent_size < SeriesState::kRecent) ++state.recent_size;
}

// One standard deviation per side: of a lopsided distribution the long side is wider.
void SetScales(const Signal& signal, SeriesState& state, const Moment& moment) {
  // An estimate from few values is too small as often as too large: widen it.
  const double caution = 1 + 10 * moment.share;
  double least =
      std::max(kNormalFactor * state.spread * caution, kRelativeFloor * std::abs(state.expected));
  if (IsCount(signal, state)) {
    const double chance = std::sqrt(std::max(0.0, state.expected) * moment.seconds + 1);
    least = std::max(least, chance / moment.seconds);
  } else if (!state.fractional && signal.kind != SignalKind::kAvailability) {
    least = std::max(least, kWholeNumberFloor);
  }
  least = std::max({least, static_cast<double>(signal.scale_min), kScaleMin});
  const auto of_tail = [&](double tail) {
    const double square = 2 * tail * caution * caution;
    return square > least * least ? std::sqrt(square) : least;
  };
  state.scale_up = of_tail(state.tail_up);
  state.scale_down = of_tail(state.tail_down);
}

double ScaleTowards(const SeriesState& state, double difference) {
  return difference > 0 ? state.scale_up : state.scale_down;
}

struct Weights {
  double level;
  double spread;
};

// Plain means until enough was seen, exponential ones from then on.
Weights WeightsOf(const BaselineOptions& options, const Moment& moment) {
  const double ms = moment.seconds * 1000;
  const double all = static_cast<double>(options.memory.count()) + ms;
  const double points = options.memory_points_min;
  const double steady = ms * points < all ? ms / all : 1 / points;
  return {std::max(steady, moment.share), std::max(steady / 2, moment.share)};
}

// The profile's part: its value now, and whether it is used.
struct Profile {
  bool known = false;
  double value = 0;
};

Profile Consult(const BaselineOptions& options, const Seasonal& season, SeriesState& state,
                int64_t t_ms) {
  if (!options.time_of_day || t_ms - state.first_ms < kProfileAfterMs || season.count == 0) {
    return {};
  }
  const Profile profile{true, season.mean};
  if (state.season_count == 0) {
    state.season_level = profile.value;
    state.race_level = state.race_season = 0;
  }
  return profile;
}

double ForProfile(const SeriesState& state, double value) {
  if (state.count + 1 < kClipAfter) return value;
  const double difference = value - state.expected;
  const double clip = kSeasonClip * ScaleTowards(state, difference);
  return state.expected + std::clamp(difference, -clip, clip);
}

// Lets both ways to expect compete, in good times and bad: a profile of the day proves itself just
// where the level alone sees a deviation.
void Race(SeriesState& state, const Moment& moment, const Profile& profile) {
  if (!profile.known) return;
  const double all = kRaceSeconds + moment.seconds;
  const double values = static_cast<double>(state.season_count) + 1;
  const double weight = moment.seconds * values < all ? 1 / values : moment.seconds / all;
  const double cap = kRaceClip * std::max(state.scale_up, state.scale_down);
  const double plain = moment.value - state.level;
  const double seasonal = plain - (profile.value - state.season_level);
  const auto score = [&](float& error, double miss) {
    error +=
        static_cast<float>(weight * (std::min(std::abs(miss), cap) - static_cast<double>(error)));
  };
  score(state.race_level, plain);
  score(state.race_season, seasonal);
  if (state.season_count < kCountMax) ++state.season_count;
  state.season_used =
      state.season_count >= kSeasonCountMin &&
      static_cast<double>(state.race_season) < kSeasonGain * static_cast<double>(state.race_level);
}

void Learn(const BaselineOptions& options, SeriesState& state, const Moment& moment,
           const Profile& profile, double trust) {
  Weights weights = WeightsOf(options, moment);
  weights.level *= trust;
  weights.spread *= trust;
  const double difference = moment.value - state.expected;
  const double scale = ScaleTowards(state, difference);
  const double size = std::abs(difference);
  const auto clipped = [&](double sigmas) {
    return state.count < kClipAfter ? size : std::min(size, sigmas * scale);
  };
  if (profile.known) {
    const double moved = weights.level * (profile.value - state.season_level);
    state.season_level += moved;
    if (state.season_used) state.level += moved;
  }
  state.level += weights.level * std::copysign(clipped(kLevelClip), difference);
  state.spread += weights.spread * (clipped(kSpreadClip) - state.spread);
  const double tail = clipped(kTailClip) * clipped(kTailClip);
  state.tail_up += weights.spread * ((difference > 0 ? tail : 0) - state.tail_up);
  state.tail_down += weights.spread * ((difference < 0 ? tail : 0) - state.tail_down);
  if (state.count < kCountMax) ++state.count;
}

void Support(SeriesState& state, double z) {
  const float now = z * state.side > kSupports ? 1.0F : 0.0F;
  state.support += static_cast<float>(kSupportWeight) * (now - state.support);
}

// Both sums, and the deviation that they describe.
void Accumulate(SeriesState& state, const Moment& moment, double z) {
  const double up = std::max(0.0, static_cast<double>(state.up) + z - kDrift);
  const double down = std::max(0.0, static_cast<double>(state.down) - z - kDrift);
  state.up = static_cast<float>(std::min(up, kSumMax));
  state.down = static_cast<float>(std::min(down, kSumMax));
  if (state.up <= 0 && state.down <= 0) {
    state.side = 0;
    return;
  }
  const int side = state.up > state.down ? 1 : -1;
  if (side != state.side) {
    state.side = static_cast<int8_t>(side);
    state.points = 0;
    state.since_ms = moment.t_ms;
    state.sustained = moment.value;
    state.support = 1;
  }
  Support(state, z);
  if (z * side > kDrift) ++state.points;
  state.sustained += std::max(kFollow, 1.0 / (state.points + 1)) * (moment.value - state.sustained);
}

bool MayOpen(const BaselineOptions& options, const SeriesState& state, int64_t t_ms) {
  return std::max(state.up, state.down) >= static_cast<float>(kDecision) &&
         state.points >= static_cast<uint32_t>(options.open_points) &&
         state.support >= static_cast<float>(kSupportToOpen) &&
         t_ms - state.since_ms >= options.open_after.count();
}

// How bad it is, by the lesser of the newest value and the last few: a burst that is over counts as
// little as a single value.
void Judge(const BaselineOptions& options, const Signal& signal, SeriesState& state,
           const Moment& moment) {
  const double lasting = state.side > 0 ? std::min(state.sustained, moment.value)
                                        : std::max(state.sustained, moment.value);
  const Deviation deviation{
      .sustained = lasting,
      .expected = state.expected,
      .sigmas = std::abs(lasting - state.expected) / ScaleTowards(state, state.side),
      .lasted_s = static_cast<double>(moment.t_ms - state.since_ms) / 1000,
      .side = state.side,
      .support = static_cast<double>(state.support),
      .counts = IsCount(signal, state)};
  state.score = std::max(state.score, static_cast<float>(ScoreOf(options, signal, deviation)));
}

void ForgetDeviation(SeriesState& state) {
  state.up = state.down = 0;
  state.side = 0;
  state.points = state.normal_points = 0;
  state.score = 0;
}

// An open anomaly meets its next value.
Change Continue(const BaselineOptions& options, const Signal& signal, SeriesState& state,
                const Moment& moment, double z) {
  const double beyond = z * state.side;
  Support(state, z);
  // The first usual value starts afresh; otherwise the mean would take long to come back.
  const bool returns = beyond <= kRangeSigmas && state.normal_points == 0;
  state.sustained += (returns ? 1 : kFollow) * (moment.value - state.sustained);
  const double lasting = (state.sustained - state.expected) / ScaleTowards(state, state.side);
  if (beyond > kRangeSigmas + 1 || lasting * state.side > kRangeSigmas) {
    state.normal_points = 0;
    if (beyond > kSupports) Judge(options, signal, state, moment);
  } else {
    if (state.normal_points == 0) state.normal_since_ms = moment.t_ms;
    ++state.normal_points;
    if (state.normal_points >= static_cast<uint32_t>(options.close_points) &&
        moment.t_ms - state.normal_since_ms >= options.close_after.count()) {
      state.phase = Phase::kNormal;
      ForgetDeviation(state);
      return Change::kClosed;
    }
  }
  const base::Duration patience = state.score >= static_cast<float>(model::kCriticalScore)
                                      ? options.relearn_critical_after
                                      : options.relearn_after;
  if (moment.t_ms - state.since_ms < patience.count()) return Change::kNone;
  state.level = state.sustained;
  state.spread = std::max(state.spread, std::abs(moment.value - state.sustained));
  state.count = std::min<uint32_t>(state.count, static_cast<uint32_t>(options.warmup_points));
  state.season_count = 0;
  state.season_used = false;
  state.phase = Phase::kNormal;
  state.normal_since_ms = moment.t_ms;
  ForgetDeviation(state);
  return Change::kRelearnt;
}

// How near to opening an anomaly the series is: 0 for usual values, 1/2 where one may open.
double SuspicionOf(const SeriesState& state) {
  const double sum = std::max(state.up, state.down);
  return sum > 0 ? sum / (sum + kDecision) : 0;
}

// Takes a value in, unless it says nothing new; counters give nothing the first time.
bool Admit(const BaselineOptions& options, const Signal& signal, SeriesState& state,
           const model::Sample& sample, Moment& moment) {
  if (signal.reading == Reading::kSkip || !std::isfinite(sample.value)) return false;
  const bool first = state.first_ms == 0;
  if (!first && sample.t_ms <= state.last_ms) return false;
  const double ms = first ? 0 : static_cast<double>(sample.t_ms - state.last_ms);
  const auto interval = static_cast<double>(state.interval_ms);
  const double gap_ms = std::max(static_cast<double>(options.gap.count()), 5 * interval);
  moment = {.t_ms = sample.t_ms,
            .seconds = std::max(ms, 1.0) / 1000,
            .share = 1 / (static_cast<double>(state.count) + 1),
            .value = std::clamp(sample.value, -kValueMax, kValueMax),
            .after_gap = ms > gap_ms};
  if (first) {
    state.first_ms = sample.t_ms;
  } else if (!moment.after_gap) {
    const double weight = interval == 0 ? 1 : 0.1;
    state.interval_ms = static_cast<float>(interval + weight * (ms - interval));
  }
  state.last_ms = sample.t_ms;
  return Read(signal, state, moment);
}

// Sets what was expected and the scale; returns how many of it the value lies off.
double Compare(const BaselineOptions& options, const Signal& signal, SeriesState& state,
               const Moment& moment, const Profile& profile) {
  if (state.count == 0) state.level = moment.value;
  const bool seasonal = state.season_used && profile.known;
  state.expected = state.level + (seasonal ? profile.value - state.season_level : 0);
  SetScales(signal, state, moment);
  const double difference = moment.value - state.expected;
  return std::clamp(options.sensitivity * difference / ScaleTowards(state, difference), -kZMax,
                    kZMax);
}

}  // namespace

Verdict Step(const BaselineOptions& options, const Signal& signal, const Seasonal& season,
             SeriesState& state, int64_t t_ms, double value) {
  Verdict verdict;
  Moment moment;
  if (!Admit(options, signal, state, {t_ms, value}, moment)) return verdict;
  Remember(state, moment);
  if (moment.after_gap && state.phase != Phase::kOpen) ForgetDeviation(state);
  const Profile profile = Consult(options, season, state, t_ms);
  const double z = Compare(options, signal, state, moment, profile);
  verdict.taken = true;
  verdict.observed = moment.value;
  verdict.learnt = ForProfile(state, moment.value);
  Race(state, moment, profile);

  const bool learning = state.phase == Phase::kLearning;
  if (state.phase == Phase::kOpen) {
    verdict.change = Continue(options, signal, state, moment, z);
  } else {
    if (!learning) Accumulate(state, moment, z);
    if (MayOpen(options, state, t_ms)) {
      state.phase = Phase::kOpen;
      state.normal_points = 0;
      Judge(options, signal, state, moment);
      verdict.change = Change::kOpened;
    } else {
      Learn(options, state, moment, profile, state.side == 0 ? 1 : kDoubt);
    }
  }
  if (learning) {
    if (state.count >= static_cast<uint32_t>(options.warmup_points) &&
        t_ms - state.first_ms >= options.warmup.count()) {
      state.phase = Phase::kNormal;
    }
    return verdict;
  }
  verdict.judged = true;
  const double margin = kRangeSigmas / options.sensitivity;
  verdict.low = state.expected - margin * state.scale_down;
  if (!state.negative) verdict.low = std::max(0.0, verdict.low);
  verdict.high = state.expected + margin * state.scale_up;
  verdict.score = state.phase == Phase::kOpen ? static_cast<double>(state.score)
                                              : SuspicionOf(state) * model::kWarningScore;
  return verdict;
}

void Seed(SeriesState& state, int64_t t_ms, double low, double high, int side, int64_t since_ms) {
  state.level = state.expected = std::clamp(low / 2 + high / 2, -kValueMax, kValueMax);
  const double scale = std::clamp((high - low) / (2 * kRangeSigmas), 0.0, kValueMax);
  state.scale_up = state.scale_down = scale;
  state.spread = scale / kNormalFactor;
  state.tail_up = state.tail_down = scale * scale / 2;
  state.count = std::max<uint32_t>(state.count, 30);
  state.negative = low < 0;
  state.phase = Phase::kOpen;
  state.side = static_cast<int8_t>(side);
  state.since_ms = since_ms;
  state.points = 1;
  state.normal_points = 0;
  state.up = state.down = 0;
  state.score = 0;
  if (state.first_ms == 0) state.first_ms = state.last_ms = t_ms - 1;
}

void Abandon(SeriesState& state) {
  if (state.phase == Phase::kOpen) state.phase = Phase::kNormal;
  state.normal_since_ms = state.last_ms;
  ForgetDeviation(state);
}

}  // namespace vedette::detect::baseline
