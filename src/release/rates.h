#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace vedette::release {

// Did the share of bad requests rise with a release? A test that may be looked at after every
// request, for as long as one likes: of all harmless releases at most `level` are ever called
// worse, however often somebody looks. Pure; counts are of requests. The idea, the formulas and
// what was not taken: rates.cc and docs/decisions/0021-release-verdicts.md.

struct Tally {
  double total = 0;
  double bad = 0;
  double ratio() const { return total > 0 ? bad / total : 0; }
  Tally& operator+=(const Tally& other) {
    total += other.total;
    bad += other.bad;
    return *this;
  }
};

struct RateOptions {
  double level = 0.04;  // of harmless releases, the share that may be called worse
  double miss = 0.05;   // the same of harmful releases that may be called not worse
  // Less than this is not called worse, however certain it is: a factor, a difference, a number.
  double factor_min = 1.2;
  double points_min = 0;
  double bad_min = 3;
  // What "not worse" excludes: so many times the old ratio, but at least so much above it.
  double harm_factor = 2;
  double harm_points = 0.005;
};

// A share at two times, without the release in between: what happens anyway.
struct Drift {
  Tally before;
  Tally after;
};

struct RateInput {
  // The old version before the release, in parts of equal length: their scatter says how far the
  // share wanders by itself.
  std::vector<Tally> before;
  // The same at other times, for the scatter alone.
  std::vector<std::vector<Tally>> elsewhere;
  // Since the release, step by step; `beside` is what the old version served in the same steps.
  std::vector<Tally> fresh;
  std::vector<Tally> beside;
  Drift weeks;   // at the same hours of the weeks before
  Drift others;  // services without a release, now
};

enum class Outcome { kNoData, kUndecided, kNotWorse, kWorse };

struct RateResult {
  Outcome outcome = Outcome::kNoData;
  Tally before;  // of the old version, before the release
  Tally beside;  // and since
  Tally fresh;
  double factor = 1;  // fresh ratio to the old one; infinite when that was zero
  // The factors that the data allow, at any time with a probability of 1 - 2 * level.
  std::optional<double> factor_low;
  std::optional<double> factor_high;
  double e_value = 0;    // evidence for "worse" at its height: against chance so many to one
  double threshold = 0;  // what it must reach
  std::optional<size_t> decided_at;  // the step in which it did
  double needs = 0;                  // requests until "not worse" can be said, as things look
  // What weakened the evidence; 1: nothing.
  double dispersion = 1;    // variance of the old share, in multiples of pure chance
  double beside_drift = 1;  // factor by which the old version's share rose beside the new one
  double weeks_drift = 1;
  double others_drift = 1;
};

// The step from which on the share is most clearly another one than before; the first when there is
// no such.
size_t ShiftAt(const std::vector<Tally>& steps);

RateResult TestRate(const RateInput& input, const RateOptions& options);

}  // namespace vedette::release
