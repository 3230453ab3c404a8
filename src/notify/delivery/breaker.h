#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"
#include "base/random.h"

namespace vedette::notify::delivery {

struct BackoffOptions {
  base::Duration first = std::chrono::seconds(1);
  // Short, so that what waited through an outage is through soon after it.
  base::Duration longest = std::chrono::seconds(30);
  double jitter = 0.2;  // each wait is this share longer or shorter, by chance
};

// The wait after the n-th failure in a row, from 1: doubled each time, within bounds.
inline base::Duration Backoff(const BackoffOptions& options, int64_t failures,
                              base::Random& random) {
  base::Duration wait = options.first;
  for (int64_t i = 1; i < failures && wait < options.longest; ++i) wait *= 2;
  wait = std::min(wait, options.longest);
  const double factor = 1 + options.jitter * random.Uniform(-1, 1);
  return base::Duration(static_cast<int64_t>(static_cast<double>(wait.count()) * factor));
}

// Spares a receiver that is down: after a number of failures in a row nothing is sent but one probe
// at a time, less and less often; one success closes it. Not thread-safe.
class Breaker {
 public:
  Breaker(int64_t failures_max, BackoffOptions backoff)
      : failures_max_(failures_max), backoff_(backoff) {}

  // When something may be sent; the past when it may now.
  base::SteadyPoint opens_at() const { return hold_until_; }
  bool is_open() const { return failures_ >= failures_max_; }
  int64_t failures() const { return failures_; }

  void Succeeded() {
    failures_ = 0;
    hold_until_ = {};
  }
  void Failed(base::SteadyPoint now, base::Random& random) {
    ++failures_;
    if (is_open()) HoldUntil(now + Backoff(backoff_, failures_ - failures_max_ + 1, random));
  }
  // Nothing at all before that: the receiver asked for it.
  void HoldUntil(base::SteadyPoint time) { hold_until_ = std::max(hold_until_, time); }

 private:
  const int64_t failures_max_;
  const BackoffOptions backoff_;
  int64_t failures_ = 0;
  base::SteadyPoint hold_until_{};
};

}  // namespace vedette::notify::delivery
