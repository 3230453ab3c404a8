#include "detect/baseline/episode.h"

#include <algorithm>
#include <cmath>

#include "model/severity.h"

namespace vedette::detect::baseline {
namespace {

constexpr double kInfoScore = 0.5;
constexpr double kWidth = 0.19;     // of each level's scores: below the next
constexpr double kPerSpan = 20;     // nats that take 63 % of the width
constexpr double kPersistence = 3;  // nats that lasting counts for at most
constexpr double kRelearnIntervals = 12;
constexpr double kFloatMax = 3e38;

float Bounded(double value) { return static_cast<float>(std::clamp(value, -kFloatMax, kFloatMax)); }

}  // namespace

void Follow(const BaselineOptions& options, const Levels& levels, const Surprising& value,
            Episode& episode) {
  const double nats = value.nats * options.sensitivity;
  const double patience_ms = std::max(static_cast<double>(options.relearn_after.count()),
                                      kRelearnIntervals * value.interval_ms);
  const auto lasted = [&](int64_t since_ms) {
    return static_cast<double>(value.t_ms - since_ms) >= patience_ms;
  };
  const bool begins = !episode.open;
  if (begins) {
    const bool usual = value.observed >= value.low && value.observed <= value.high;
    const bool returns = usual && value.usual_since_ms > 0 && !lasted(value.usual_since_ms);
    if (nats < levels.listed || returns) return;
    episode = {.open = true,
               .low = Bounded(value.low),
               .high = Bounded(value.high),
               .since_ms = value.t_ms,
               .normal_since_ms = episode.normal_since_ms};
  }
  episode.nats = std::max(episode.nats, Bounded(nats));
  episode.alarmed = episode.alarmed || (value.may_hurt && nats >= levels.alarm);
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
  if (episode.open && lasted(episode.since_ms)) {
    episode.open = false;
    episode.normal_since_ms = value.t_ms;
  }
}

double ScoreOf(const Episode& episode) {
  const double floor = episode.alarmed ? model::kWarningScore : kInfoScore;
  const double lasting = std::min(kPersistence, std::log(std::max(1U, episode.points)));
  const double nats = static_cast<double>(episode.nats) + (episode.alarmed ? lasting : 0);
  return floor + kWidth * (1 - std::exp(-nats / kPerSpan));
}

}  // namespace vedette::detect::baseline
