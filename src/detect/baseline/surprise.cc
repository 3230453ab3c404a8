#include "detect/baseline/surprise.h"

#include <algorithm>
#include <cmath>

namespace vedette::detect::baseline {
namespace {

constexpr double kValueMax = 1e30;  // squares, floats and differences stay finite

// Rates are per time: a member's threshold depends on how many values there are in it.
constexpr double kUsualInterval = 300;
constexpr double kLogIntervalMin = -1.6;
constexpr double kLogIntervalMax = 2.5;
constexpr double kNoveltyPerLog = 4.5;  // only of shorter intervals
constexpr double kEnergyPerLog = 2;     // half of it of shorter ones

constexpr double kAgreement = 0.9;  // nats for a lesser member that says as much as the greater

constexpr double kEnergyOffset = 10;  // where an energy as large as its odds are rare begins
constexpr double kWeighedMin = 400;   // no interval makes less than that count

// An alert raises the threshold of its member by the logarithm of those in memory.
constexpr double kNoveltyAlert = 10.4;
constexpr double kNoveltyWeight = 1.25;
constexpr double kEnergyAlert = 11;
constexpr double kEnergyWeight = 2.7;
constexpr float kForgotten = 1e-6F;
constexpr float kForget = 0.99765F;  // exp(-1 / 425) per value

// The rest of the same deviation is no news.
constexpr double kRecentAlert = 10.4;
constexpr double kRecentWeight = 5;
constexpr float kRecentMax = 3;
constexpr float kForgetRecent = 0.7515F;  // exp(-1 / 3.5)

constexpr double kProfileWeight = 0.12;  // of a value, when there are six in the half hour
constexpr float kGapIntervals = 5;

double Together(double one, double other) {
  const double greater = std::max(one, other);
  const double lesser = std::min(one, other);
  return lesser > 0 ? greater + kAgreement * lesser / greater : greater;
}

}  // namespace

inline bool Surprise::Advance(int64_t t_ms) {
  const auto seconds = static_cast<float>(t_ms - last_ms_) / 1000;
  const bool had = interval_s_ > 0;
  const bool gap = had && seconds > kGapIntervals * interval_s_;
  if (seconds == interval_s_) return false;
  interval_s_ =
      had ? interval_s_ + 0.1F * (std::min(seconds, kGapIntervals * interval_s_) - interval_s_)
          : seconds;
  const double log = std::log(static_cast<double>(interval_s_) / kUsualInterval);
  log_interval_ = static_cast<float>(std::clamp(log, kLogIntervalMin, kLogIntervalMax));
  return gap;
}

inline void Surprise::FadeAlerts() {
  if (novelty_alerts_ + energy_alerts_ + recent_alerts_ <= 0) return;  // nearly always
  // To nothing in the end: what hardly is would be slow to reckon with.
  const auto fade = [](float& count, float keep) { count = count > kForgotten ? count * keep : 0; };
  fade(novelty_alerts_, kForget);
  fade(energy_alerts_, kForget);
  fade(recent_alerts_, kForgetRecent);
}

inline double Surprise::OfNovelty(double nats) {
  if (nats <= 0) return 0;
  nats += kNoveltyPerLog * std::min(0.0, static_cast<double>(log_interval_));
  nats -= kNoveltyWeight * std::log1p(static_cast<double>(novelty_alerts_));
  if (nats > kNoveltyAlert) novelty_alerts_ += 1;
  return nats;
}

inline double Surprise::OfEnergy(const Energy::Reading& reading) {
  const double weighed = reading.energy * reading.odds * reading.odds;
  if (weighed <= kWeighedMin) return 0;
  double nats = std::log(weighed) - kEnergyOffset +
                kEnergyPerLog * (log_interval_ < 0 ? 0.5 : 1) * static_cast<double>(log_interval_);
  nats -= kEnergyWeight * std::log1p(static_cast<double>(energy_alerts_));
  if (nats > kEnergyAlert) energy_alerts_ += 1;
  return nats;
}

double Surprise::ProfileWeight() const {
  constexpr double kPerSecond = kProfileWeight / kUsualInterval;
  return std::min(kProfileWeight, kPerSecond * static_cast<double>(interval_s_));
}

double Surprise::Step(int64_t t_ms, double value, const Seasonal& season, double grain) {
  if (!std::isfinite(value) || (started_ && t_ms <= last_ms_)) return 0;
  value = std::clamp(value, -kValueMax, kValueMax);
  if (started_ && Advance(t_ms)) novelty_.AfterGap(value);
  started_ = true;
  last_ms_ = t_ms;
  FadeAlerts();

  const double by_energy = OfEnergy(energy_.Step(value, season, grain));
  const double by_novelty = OfNovelty(novelty_.Step(value, season, grain));
  const double nats =
      Together(by_energy, by_novelty) - kRecentWeight * static_cast<double>(recent_alerts_);
  if (nats > kRecentAlert) recent_alerts_ = std::min(recent_alerts_ + 1, kRecentMax);
  return std::max(0.0, nats);
}

}  // namespace vedette::detect::baseline
