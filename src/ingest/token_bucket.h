#pragma once

#include "base/clock.h"

namespace vedette::ingest {

// A rate limit with bursts: a bucket of `rate * burst_seconds` tokens, filled at `rate` per second.
// A taker may overdraw it once, so that a request larger than the bucket is not refused for ever;
// the debt is paid before anybody takes again. Not thread-safe.
class TokenBucket {
 public:
  // True when `count` may pass. A rate of 0 lets everything pass. Rates may differ between calls.
  bool Take(double count, double rate, double burst_seconds, base::SteadyPoint now);

 private:
  bool filled_ = false;
  double tokens_ = 0;
  base::SteadyPoint last_;
};

}  // namespace vedette::ingest
