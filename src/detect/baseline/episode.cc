#include "detect/baseline/episode.h"

#include <algorithm>
#include <cmath>

#include "model/severity.h"

namespace vedette::detect::baseline {
namespace {

constexpr double kInfoScore = 0.5;
constexpr double kUsualAlarm = 12;       // nats where a few series raise an alarm
constexpr double kMargin = 0.005;        // of scores, for what is on the other side of that
constexpr double kWidth = 0.185;         // of warnings' scores: below critical
constexpr double kPerSpan = 20;          // nats that take 63 % of the width
constexpr double kPersistence = 3;       // logarithms of points
constexpr double kLastingWeight = 0.01;  // nats for each
constexpr double kRelearnIntervals = 12;
constexpr base::Duration kReturns{3'600'000};  // so long what is usual again is the way back
constexpr double kFloatMax = 3e38;

float Bounded(double value) { return static_cast<float>(std::clamp(value, -kFloatMax, kFloatMax)); }

}  // namespace

void Follow(const BaselineOptions& options, const Levels& levels, const Surprising& value,
            Episode& episode) {
  const double least_ms = kRelearnIntervals * value.interval_ms;
  const auto passed = [&](int64_t since_ms, base::Duration patience) {
    return static_cast<double>(value.t_ms - since_ms) >=
           std::max(static_cast<double>(patience.count()), least_ms);
  };
  const bool begins = !episode.open;
  if (begins) {
    const bool usual = value.observed >= value.low && value.observed <= value.high;
    const bool returns =
        usual && value.usual_since_ms > 0 && !passed(value.usual_since_ms, kReturns);
    if (value.nats < levels.listed || returns) return;
    episode = {.open = true,
               .low = Bounded(value.low),
               .high = Bounded(value.high),
               .since_ms = value.t_ms,
               .normal_since_ms = episode.normal_since_ms};
  }
  episode.nats = std::max(episode.nats, Bounded(value.nats));
  episode.alarmed = episode.alarmed || (value.may_hurt && value.nats >= levels.alarm);
  const bool outside = value.observed < static_cast<double>(episode.low) ||
                       value.observed > static_cast<double>(episode.high);
  if (begins || outside) {
    ++episode.points;
    episode.normal_points = 0;
  } else {
    if (episode.normal_points == 0) episode.normal_since_ms = value.t_ms;
    ++episode.normal_points;
    episode.open = episode.normal_points < static_cast<uint32_t>(options.close_points) ||
                   value.t_ms - episode.normal_since_ms < options.close_after.count();
  }
  if (episode.open && passed(episode.since_ms, options.relearn_after)) {
    episode.open = false;
    episode.normal_since_ms = value.t_ms;
  }
}

double ScoreOf(const Episode& episode) {
  const double lasting = std::min(kPersistence, std::log(std::max(1U, episode.points)));
  const double nats = static_cast<double>(episode.nats) + kLastingWeight * lasting;
  const double below = std::min(nats, kUsualAlarm) / kUsualAlarm;
  const double beyond = 1 - std::exp(-std::max(0.0, nats - kUsualAlarm) / kPerSpan);
  if (episode.alarmed) return model::kWarningScore + kMargin * below + kWidth * beyond;
  const double info = model::kWarningScore - 2 * kMargin;  // what kUsualAlarm nats come to
  return kInfoScore + (info - kInfoScore) * below + kMargin * beyond;
}

}  // namespace vedette::detect::baseline
