// The idea. A value is compared with what its recent past, and the hour of the day, make likely.
//
//   expected  level            an exponential mean over `memory`, of values clipped at 3 sigma
//             + season(t) - season_level     once an hourly profile is known and predicts better;
//                              season_level is the same mean of the profile, so that only the
//                              profile's movement counts and the level follows everything else
//   scale     1.25 x an exponential mean of |value - expected|, clipped at 5 sigma, and not below
//             3 % of the level, nor below the square root of the count for rates of whole events
//             (Poisson), nor below 1/2 for whole numbers
//   z         (value - expected) / scale, clipped at 10
//   sums      S+ = max(0, S+ + z - 2.5), S- alike (Page's cumulative sum): one wild value is
//             forgotten after a few usual ones, three in a row or many moderate ones are not
//
// A deviation opens when its sum passes 12 and it has lasted `open_after` and `open_points`. From
// then on nothing is learnt, so that the anomaly cannot become its own excuse; it closes when the
// last few values lie within the usual range for `close_after`, or when it has lasted so long that
// it is the new normal. How bad it is, is judged separately: see severity.h.
//
// Cost: a few dozen operations and one division by a varying number per value, about 350 bytes.
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
constexpr double kNormalFactor = 1.2533;  // mean absolute to standard deviation, normal law
constexpr double kRelativeFloor = 0.03;
constexpr double kWholeNumberFloor = 0.5;
constexpr double kScaleMin = 1e-300;  // of a constant
constexpr double kDoubt = 0.25;       // weight of what may be a deviation
constexpr double kFollow = 0.3;       // weight of the newest value in `sustained`
constexpr uint32_t kClipAfter = 5;
constexpr double kSeasonGain = 0.95;  // the profile must predict better by this
constexpr uint32_t kSeasonCountMin = 200;
constexpr uint32_t kCountMax = 1U << 30;

// One value under judgement.
struct Moment {
  int64_t t_ms;
  double seconds;  // since the value before
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
  state.recent_next = static_cast<uint8_t>((state.recent_next + 1) % SeriesState::kRecent);
  if (state.recent_size < SeriesState::kRecent) ++state.recent_size;
}

double ScaleOf(const Signal& signal, const SeriesState& state, const Moment& moment,
               double spread) {
  // An estimate from few values is too small as often as too large: widen it.
  const double learnt = kNormalFactor * spread * (1 + 10.0 / (state.count + 1));
  double scale = std::max(learnt, kRelativeFloor * std::abs(state.expected));
  if (IsCount(signal, state)) {
    scale = std::max(
        scale, std::sqrt(std::max(0.0, state.expected) * moment.seconds + 1) / moment.seconds);
  } else if (!state.fractional && signal.kind != SignalKind::kAvailability) {
    scale = std::max(scale, kWholeNumberFloor);
  }
  return scale;
}

struct Weights {
  double level;
  double spread;
};

// Plain means until enough was seen, exponential ones from then on.
Weights WeightsOf(const BaselineOptions& options, const SeriesState& state, const Moment& moment) {
  const double ms = moment.seconds * 1000;
  const double steady = std::min(ms / (static_cast<double>(options.memory.count()) + ms),
                                 1.0 / options.memory_points_min);
  const double starting = 1.0 / (static_cast<double>(state.count) + 1);
  return {std::max(steady, starting), std::max(steady / 2, starting)};
}

// The profile's part: its value now, and whether it is used.
struct Profile {
  bool known = false;
  double value = 0;
};

Profile Consult(const BaselineOptions& options, SeriesState& state, int64_t t_ms) {
  if (!options.time_of_day || !state.season.Knows(t_ms)) return {};
  const Profile profile{true, state.season.At(t_ms)};
  if (state.season_count == 0) {
    state.season_level = profile.value;
    state.season_spread = state.spread;
  }
  return profile;
}

void Learn(const BaselineOptions& options, SeriesState& state, const Moment& moment,
           const Profile& profile, double trust) {
  Weights weights = WeightsOf(options, state, moment);
  weights.level *= trust;
  weights.spread *= trust;
  const double clip = state.count < kClipAfter ? kValueMax : kLevelClip * state.scale;
  const double residual = std::clamp(moment.value - state.expected, -clip, clip);
  const double cap = state.count < kClipAfter ? kValueMax : kSpreadClip * state.scale;
  const double plain = std::min(std::abs(moment.value - state.level), cap);
  if (profile.known) {
    const double with = moment.value - state.level - (profile.value - state.season_level);
    state.season_spread += weights.spread * (std::min(std::abs(with), cap) - state.season_spread);
    const double moved = weights.level * (profile.value - state.season_level);
    state.season_level += moved;
    if (state.season_used) state.level += moved;
    if (state.season_count < kCountMax) ++state.season_count;
    state.season_used =
        state.season_count >= kSeasonCountMin && state.season_spread < kSeasonGain * state.spread;
  }
  state.level += weights.level * residual;
  state.spread += weights.spread * (plain - state.spread);
  if (options.time_of_day) state.season.Add(moment.t_ms, state.expected + residual);
  if (state.count < kCountMax) ++state.count;
}

// Both sums, and the deviation that they describe.
void Accumulate(SeriesState& state, const Moment& moment, double z) {
  const double up = std::max(0.0, static_cast<double>(state.up) + z - kDrift);
  const double down = std::max(0.0, static_cast<double>(state.down) - z - kDrift);
  state.up = static_cast<float>(std::min(up, kSumMax));
  state.down = static_cast<float>(std::min(down, kSumMax));
  const int side = state.up > state.down ? 1 : state.down > 0 ? -1 : 0;
  if (side == 0) {
    state.side = 0;
    return;
  }
  if (side != state.side) {
    state.side = static_cast<int8_t>(side);
    state.points = 0;
    state.since_ms = moment.t_ms;
    state.sustained = moment.value;
  }
  if (z * side > kDrift) ++state.points;
  state.sustained += std::max(kFollow, 1.0 / (state.points + 1)) * (moment.value - state.sustained);
}

bool MayOpen(const BaselineOptions& options, const SeriesState& state, int64_t t_ms) {
  return std::max(state.up, state.down) >= static_cast<float>(kDecision) &&
         state.points >= static_cast<uint32_t>(options.open_points) &&
         t_ms - state.since_ms >= options.open_after.count();
}

void Judge(const BaselineOptions& options, const Signal& signal, SeriesState& state, int64_t t_ms) {
  const Deviation deviation{
      .sustained = state.sustained,
      .expected = state.expected,
      .sigmas = std::abs(state.sustained - state.expected) / std::max(state.scale, kScaleMin),
      .lasted_s = static_cast<double>(t_ms - state.since_ms) / 1000,
      .side = state.side,
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
  state.sustained += kFollow * (moment.value - state.sustained);
  const double beyond = z * state.side;
  const double lasting = (state.sustained - state.expected) / std::max(state.scale, kScaleMin);
  if (beyond > kRangeSigmas + 1 || lasting * state.side > kRangeSigmas) {
    state.normal_points = 0;
    Judge(options, signal, state, moment.t_ms);
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
  state.scale = ScaleOf(signal, state, moment, seasonal ? state.season_spread : state.spread);
  const double difference = moment.value - state.expected;
  if (difference == 0) return 0;
  return std::clamp(options.sensitivity * difference / std::max(state.scale, kScaleMin), -kZMax,
                    kZMax);
}

// 0 for a usual value, 1/2 where a deviation may open, towards 1 beyond.
double SuspicionOf(const SeriesState& state) {
  const double sum = std::max(state.up, state.down);
  return sum / (sum + kDecision);
}

}  // namespace

Verdict Step(const BaselineOptions& options, const Signal& signal, SeriesState& state, int64_t t_ms,
             double value) {
  Verdict verdict;
  Moment moment;
  if (!Admit(options, signal, state, {t_ms, value}, moment)) return verdict;
  Remember(state, moment);
  if (moment.after_gap && state.phase != Phase::kOpen) ForgetDeviation(state);
  const Profile profile = Consult(options, state, t_ms);
  const double z = Compare(options, signal, state, moment, profile);
  verdict.observed = moment.value;

  if (state.phase == Phase::kLearning) {
    Learn(options, state, moment, profile, 1);
    if (state.count >= static_cast<uint32_t>(options.warmup_points) &&
        t_ms - state.first_ms >= options.warmup.count()) {
      state.phase = Phase::kNormal;
    }
    return verdict;
  }
  verdict.judged = true;
  if (state.phase == Phase::kOpen) {
    verdict.change = Continue(options, signal, state, moment, z);
  } else {
    Accumulate(state, moment, z);
    if (MayOpen(options, state, t_ms)) {
      state.phase = Phase::kOpen;
      state.normal_points = 0;
      Judge(options, signal, state, t_ms);
      verdict.change = Change::kOpened;
    } else {
      Learn(options, state, moment, profile, state.side == 0 ? 1 : kDoubt);
    }
  }
  const double margin = kRangeSigmas * state.scale / options.sensitivity;
  verdict.low = state.expected - margin;
  if (!state.negative) verdict.low = std::max(0.0, verdict.low);
  verdict.high = state.expected + margin;
  verdict.score = state.phase == Phase::kOpen ? static_cast<double>(state.score)
                                              : SuspicionOf(state) * model::kWarningScore;
  return verdict;
}

void Seed(SeriesState& state, int64_t t_ms, double low, double high, int side, int64_t since_ms) {
  state.level = state.expected = std::clamp(low / 2 + high / 2, -kValueMax, kValueMax);
  state.scale = std::clamp((high - low) / (2 * kRangeSigmas), 0.0, kValueMax);
  state.spread = state.scale / kNormalFactor;
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
