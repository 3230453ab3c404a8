#include "ingest/token_bucket.h"

#include <algorithm>
#include <chrono>

namespace vedette::ingest {

bool TokenBucket::Take(double count, double rate, double burst_seconds, base::SteadyPoint now) {
  if (rate <= 0) return true;
  const double capacity = rate * burst_seconds;
  if (!filled_) {
    tokens_ = capacity;
    filled_ = true;
  } else {
    const double seconds = std::chrono::duration<double>(now - last_).count();
    tokens_ = std::min(capacity, tokens_ + rate * std::max(0.0, seconds));
  }
  last_ = now;
  if (tokens_ <= 0) return false;
  tokens_ -= count;
  return true;
}

}  // namespace vedette::ingest
