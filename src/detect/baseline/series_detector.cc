#include "detect/baseline/series_detector.h"

#include <algorithm>
#include <cmath>

#include "detect/baseline/severity.h"
#include "model/severity.h"

namespace vedette::detect::baseline {
namespace {

constexpr double kErrorClip = 10;  // in scales
constexpr double kShareGrain = 0.01;
constexpr float kMinuteMs = 60'000;
constexpr float kForgotten = 0.01F;  // nats
constexpr double kAlmost = 0.01;     // of the severity scale

Seasonal Expect(const SeriesDetector& series, const TimeOfWeek& time) {
  Seasonal season = series.day.Near(time, static_cast<double>(series.state.interval_ms));
  if (season.count > 0) season.mean += series.week.Offset(time.three_hours);
  return season;
}

void LearnSeason(SeriesDetector& series, const TimeOfWeek& time, double value) {
  const SeriesState& state = series.state;
  if (const Seasonal day = series.day.At(time.half_hour); day.count > 0) {
    series.week.Add(time.three_hours, static_cast<double>(state.interval_ms) / 1000,
                    value - day.mean, kErrorClip * std::max(state.scale_up, state.scale_down));
  }
  series.day.Add(time.half_hour, value, series.surprise.ProfileWeight());
}

// The smallest step of what a name says to be whole events or a share of something; 0: unknown.
double GrainOf(const Signal& signal, const SeriesState& state) {
  const auto interval_ms = static_cast<double>(state.interval_ms);
  if (signal.reading == Reading::kCounter && !state.fractional && interval_ms > 0) {
    return 1000 / interval_ms;
  }
  return kShareGrain * static_cast<double>(signal.full);
}

// What begins within a minute is one event, in however many values it comes.
void GatherRarity(SeriesDetector& series, double nats) {
  const SeriesState& state = series.state;
  const bool calm = state.side == 0 && state.phase != Phase::kOpen && !series.episode.open;
  if (calm) series.rarity = 0;
  if (nats <= 0 && series.minute < kForgotten) return;
  const float kept = std::exp(-state.interval_ms / kMinuteMs);
  series.minute = series.minute * kept + static_cast<float>(nats);
  series.rarity = std::max(series.rarity, series.minute);
}

void FollowEpisode(const BaselineOptions& options, const Signal& signal, const Levels& levels,
                   SeriesDetector& series, int64_t t_ms, const Finding& finding) {
  const double nats = finding.nats * options.sensitivity;
  if (!series.episode.open && nats < levels.listed) return;
  const Verdict& verdict = finding.verdict;
  Follow(options, levels,
         {.t_ms = t_ms,
          .interval_ms = static_cast<double>(series.state.interval_ms),
          .nats = nats,
          .observed = verdict.observed,
          .low = verdict.low,
          .high = verdict.high,
          .usual_since_ms = std::max(series.state.normal_since_ms, series.episode.normal_since_ms),
          .may_hurt =
              !signal.estimated && MayHurt(signal, verdict.observed, verdict.low, verdict.high)},
         series.episode);
}

// One anomaly per series: it opens when a deviation is bad enough or an episode begins, lasts as
// long as either and never begins before the last one has ended.
void Track(const Levels& levels, SeriesDetector& series, int64_t t_ms, bool judged) {
  const bool deviates = series.state.phase == Phase::kOpen;
  const bool lasts = deviates || series.episode.open;
  if (series.since_ms != 0) {
    if (lasts) return;
    const int64_t ended_ms = std::max(series.state.normal_since_ms, series.episode.normal_since_ms);
    series.ended_ms = ended_ms > 0 ? ended_ms : t_ms;
    series.since_ms = 0;
    return;
  }
  if (!lasts || !judged) return;
  if (!series.episode.open && ScoreOf(levels, series) < levels.deviation) return;
  series.since_ms = t_ms;
  if (deviates) series.since_ms = std::min(series.since_ms, series.state.since_ms);
  if (series.episode.open) series.since_ms = std::min(series.since_ms, series.episode.since_ms);
  series.since_ms = std::max(series.since_ms, series.ended_ms);
}

}  // namespace

Finding Step(const BaselineOptions& options, const Signal& signal, const Levels& levels,
             SeriesDetector& series, int64_t t_ms, double value) {
  const TimeOfWeek time(t_ms);
  const Seasonal season = Expect(series, time);
  Finding finding{.verdict = Step(options, signal, season, series.state, t_ms, value)};
  if (!finding.verdict.taken) return finding;
  const double observed = finding.verdict.observed;
  finding.nats = series.surprise.Step(t_ms, observed, season, GrainOf(signal, series.state));
  if (options.time_of_day) LearnSeason(series, time, finding.verdict.learnt);
  if (finding.verdict.judged && !signal.internal) {
    FollowEpisode(options, signal, levels, series, t_ms, finding);
  }
  GatherRarity(series, finding.nats);
  Track(levels, series, t_ms, finding.verdict.judged);
  return finding;
}

double ScoreOf(const Levels& levels, const SeriesDetector& series) {
  double deviation =
      series.state.phase == Phase::kOpen ? static_cast<double>(series.state.score) : 0;
  const auto rarity = static_cast<double>(series.rarity);
  if (series.surprise.judges() && rarity < levels.critical) {
    const double below = rarity < levels.hurts ? model::kWarningScore : model::kCriticalScore;
    deviation = std::min(deviation, below - kAlmost);
  }
  if (!series.episode.open) return deviation;
  // How many standard deviations it is says less than how rare it is.
  const double surprise = ScoreOf(series.episode);
  return deviation < model::kWarningScore ? surprise : std::max(deviation, surprise);
}

void Abandon(SeriesDetector& series) {
  Abandon(series.state);
  series.episode.open = false;
  if (series.since_ms != 0) series.ended_ms = series.state.last_ms;
  series.since_ms = 0;
}

}  // namespace vedette::detect::baseline
