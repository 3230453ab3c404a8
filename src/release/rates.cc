#include "release/rates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

// Bad requests are rare events: the old version gives x0 of n0, the new one x1 of n1, each as a
// Poisson process over its requests, with an unknown rate p of the old version and a factor f
// between them. Harmless means f <= 1. Integrating p out with the prior dp/p, which the scaling of
// the rate leaves as it is, the likelihood of f relative to a factor g is
//
//   E(f, g) = (f/g)^x1 * ((n0 + g*n1) / (n0 + f*n1))^(x0 + x1)
//
// While n0 and n1 grow in proportion this is the conditional test of Lindon and Malek ("Anytime-
// Valid Inference for Multinomial Count Data", NeurIPS 2022): each bad request is a bet on which
// version served it. E(f, 1) is a test martingale for f = 1, and less for any smaller factor, so by
// Ville's inequality it passes 1/level with a probability of at most `level`, at whatever time and
// however often one looks. Nobody knows f, so the bets are spread over a few factors (kEffects);
// an average of such e-values is one (Vovk and Wang, "E-values: calibration, combination and
// applications", 2021). Turner, Ly and Grunwald (2024) have the same for Bernoulli streams.
//
// Real shares wander more than chance. Three things take evidence away and never add any, so that
// the level holds as it is:
//   - the scatter of the old share (quasi-Poisson: log E is divided by the dispersion),
//   - the old version beside the new one: where its share rose too, only the comparison step by
//     step counts, which no change over time can mislead ("test then pool": Viele et al. 2014),
//   - what the share did without the release, in other weeks and other services, becomes g.

namespace vedette::release {
namespace {

struct Effect {
  double factor;
  double weight;
};
// Most of the stake on a doubling; the large ones find errors that were never seen before.
constexpr std::array<Effect, 6> kEffects = {
    {{1.25, 0.04}, {1.5, 0.1}, {2, 0.58}, {4, 0.16}, {20, 0.08}, {200, 0.04}}};
using Logs = std::array<double, kEffects.size()>;

constexpr double kSignificant = 1.645;  // one-sided 5 % of the normal distribution
constexpr double kSuspect = 0.84;       // 20 %: to doubt the past takes less
constexpr double kWitness = 0.5;  // traffic of the old version beside, relative to the new one's

double LogMean(const Logs& logs) {
  double top = -std::numeric_limits<double>::infinity();
  for (const double each : logs) top = std::max(top, each);
  double sum = 0;
  for (size_t i = 0; i < logs.size(); ++i) {
    sum += kEffects[i].weight * std::exp(logs[i] - top);
  }
  return top + std::log(sum);
}

// log E(f, g) without the check that there is something to compare.
double LogRatio(const Tally& fresh, const Tally& old, double f, double g) {
  return fresh.bad * std::log(f / g) +
         (old.bad + fresh.bad) *
             (std::log(old.total + g * fresh.total) - std::log(old.total + f * fresh.total));
}

// Evidence that the factor is above g.
double LogAbove(const Tally& fresh, const Tally& old, double g) {
  if (fresh.total <= 0 || old.total <= 0) return 0;
  Logs logs{};
  for (size_t i = 0; i < logs.size(); ++i) {
    logs[i] = LogRatio(fresh, old, g * kEffects[i].factor, g);
  }
  return LogMean(logs);
}

// And that it is below.
double LogBelow(const Tally& fresh, const Tally& old, double g) {
  if (fresh.total <= 0 || old.total <= 0) return 0;
  Logs logs{};
  for (size_t i = 0; i < logs.size(); ++i) {
    logs[i] = LogRatio(fresh, old, g / kEffects[i].factor, g);
  }
  return LogMean(logs);
}

// Evidence that the new share is below `harmful`, a known one.
double LogSafe(double total, double bad, double harmful) {
  Logs logs{};
  for (size_t i = 0; i < logs.size(); ++i) {
    const double f = kEffects[i].factor;
    logs[i] = -bad * std::log(f) + (1 - 1 / f) * harmful * total;
  }
  return LogMean(logs);
}

// Pearson's statistic of shares around the mean of their own time, per degree of freedom; 1 unless
// it is beyond what chance does once in twenty (Wilson and Hilferty's approximation).
double Dispersion(const std::vector<std::vector<Tally>>& groups) {
  double statistic = 0;
  double freedom = 0;
  for (const std::vector<Tally>& parts : groups) {
    Tally sum;
    double used = 0;
    for (const Tally& part : parts) sum += part;
    const double p = sum.ratio();
    if (p <= 0 || p >= 1) continue;
    for (const Tally& part : parts) {
      if (part.total <= 0) continue;
      const double off = part.bad - p * part.total;
      statistic += off * off / (p * (1 - p) * part.total);
      used += 1;
    }
    freedom += std::max(0.0, used - 1);
  }
  if (freedom < 3) return 1;
  const double ratio = statistic / freedom;
  const double part = 2 / (9 * freedom);
  const double z = (std::cbrt(ratio) - (1 - part)) / std::sqrt(part);
  return z > kSignificant ? std::max(1.0, ratio) : 1;
}

// The factor by which a share rose; 1 unless by z_min standard deviations.
double Rise(const Tally& before, const Tally& after, double dispersion, double z_min) {
  if (before.total <= 0 || after.total <= 0) return 1;
  const double p = (before.bad + after.bad) / (before.total + after.total);
  const double variance = p * (1 - p) * (1 / before.total + 1 / after.total) * dispersion;
  if (variance <= 0) return 1;
  if ((after.ratio() - before.ratio()) / std::sqrt(variance) < z_min) return 1;
  return std::max(1.0, (after.bad + 0.5) / after.total / ((before.bad + 0.5) / before.total));
}

// The g from which on a condition holds.
template <typename Condition>
std::optional<double> Turn(Condition holds) {
  double low = std::log(1e-4);
  double high = std::log(1e5);
  if (holds(std::exp(low)) || !holds(std::exp(high))) return std::nullopt;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (holds(std::exp(middle)) ? high : low) = middle;
  }
  return std::exp((low + high) / 2);
}

// The evidence step by step.
class Walk {
 public:
  Walk(const RateInput& input, const RateOptions& options, RateResult& result)
      : input_(input), options_(options), result_(result) {}

  void Run() {
    double best = 0;
    for (size_t i = 0; i < input_.fresh.size(); ++i) {
      Take(i);
      const double evidence = LogEvidence();
      best = std::max(best, evidence);
      if (!result_.decided_at && evidence >= std::log(result_.threshold) && Matters()) {
        result_.decided_at = i;
      }
    }
    result_.e_value = std::exp(std::min(best, 700.0));
  }

 private:
  void Take(size_t i) {
    const Tally fresh = input_.fresh[i];
    const Tally beside = i < input_.beside.size() ? input_.beside[i] : Tally{};
    result_.fresh += fresh;
    result_.beside += beside;
    old_ = result_.before;
    old_ += result_.beside;
    if (fresh.total <= 0 || beside.total <= 0) return;
    for (size_t k = 0; k < in_step_.size(); ++k) {
      in_step_[k] += LogRatio(fresh, beside, kEffects[k].factor, 1);
    }
  }

  double LogEvidence() {
    double evidence = LogAbove(result_.fresh, old_, 1);
    result_.beside_drift = Rise(result_.before, result_.beside, result_.dispersion, kSuspect);
    if (result_.beside_drift > 1) evidence = std::min(evidence, LogMean(in_step_));
    // Who has the old version beside the new one needs no other witness.
    const bool alone = result_.beside.total < kWitness * result_.fresh.total;
    const double anyway = std::max(result_.weeks_drift, result_.others_drift);
    if (alone && anyway > 1) evidence = std::min(evidence, LogAbove(result_.fresh, old_, anyway));
    return evidence / result_.dispersion;
  }

  bool Matters() const {
    const double fresh = result_.fresh.ratio();
    const double old = old_.ratio();
    return result_.fresh.bad >= options_.bad_min && fresh >= options_.factor_min * old &&
           fresh - old >= options_.points_min;
  }

  const RateInput& input_;
  const RateOptions& options_;
  RateResult& result_;
  Tally old_;
  Logs in_step_{};
};

// Requests until LogSafe passes, if from now on the new version is as good as the old one.
double Needed(const RateResult& result, double p, double harmful, double want) {
  const auto enough = [&](double more) {
    return LogSafe(result.fresh.total + more, result.fresh.bad + p * more, harmful) >= want;
  };
  double high = 1;
  while (!enough(high) && high < 1e12) high *= 2;
  double low = 0;
  for (int i = 0; i < 60 && high - low > 0.5; ++i) {
    const double middle = (low + high) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return std::ceil(high);
}

void Conclude(const RateOptions& options, const Tally& old, RateResult& result) {
  const double p = old.ratio();
  const double harmful = std::min(1.0, std::max(options.harm_factor * p, p + options.harm_points));
  const double want = std::log(1 / options.miss) * result.dispersion;
  if (result.decided_at) {
    result.outcome = Outcome::kWorse;
  } else if (result.fresh.total > 0 &&
             LogSafe(result.fresh.total, result.fresh.bad, harmful) >= want) {
    result.outcome = Outcome::kNotWorse;
  } else {
    result.outcome = Outcome::kUndecided;
    result.needs = Needed(result, p, harmful, want);
  }
  result.factor = p > 0 ? result.fresh.ratio() / p
                        : (result.fresh.bad > 0 ? std::numeric_limits<double>::infinity() : 1);
  const double bound = std::log(1 / options.level) * result.dispersion;
  result.factor_low = Turn([&](double g) { return LogAbove(result.fresh, old, g) < bound; });
  result.factor_high = Turn([&](double g) { return LogBelow(result.fresh, old, g) >= bound; });
}

// Of a share at its most likely.
double LogLikelihood(const Tally& tally) {
  const double p = tally.ratio();
  if (p <= 0 || p >= 1) return 0;
  return tally.bad * std::log(p) + (tally.total - tally.bad) * std::log(1 - p);
}

}  // namespace

size_t ShiftAt(const std::vector<Tally>& steps) {
  Tally all;
  for (const Tally& step : steps) all += step;
  size_t shift = 0;
  double best = LogLikelihood(all);
  Tally earlier;
  for (size_t i = 0; i < steps.size(); ++i) {
    const Tally later = {all.total - earlier.total, all.bad - earlier.bad};
    const double likelihood = LogLikelihood(earlier) + LogLikelihood(later);
    if (likelihood > best) {
      best = likelihood;
      shift = i;
    }
    earlier += steps[i];
  }
  return shift;
}

RateResult TestRate(const RateInput& input, const RateOptions& options) {
  RateResult result;
  result.threshold = 1 / options.level;
  for (const Tally& part : input.before) result.before += part;
  std::vector<std::vector<Tally>> all = input.elsewhere;
  all.push_back(input.before);
  result.dispersion = Dispersion(all);
  result.weeks_drift = Rise(input.weeks.before, input.weeks.after, result.dispersion, kSignificant);
  result.others_drift =
      Rise(input.others.before, input.others.after, result.dispersion, kSignificant);
  Walk(input, options, result).Run();
  Tally old = result.before;
  old += result.beside;
  if (old.total <= 0) return result;
  Conclude(options, old, result);
  return result;
}

}  // namespace vedette::release
