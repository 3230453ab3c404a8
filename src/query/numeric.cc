#include "query/numeric.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace vedette::query {

void StreamingMean::Add(double value) {
  count_ += 1;
  if (!incremental_) {
    CompensatedSum next = sum_;
    next.Add(value);
    if (count_ == 1 || !std::isinf(next.value()) || std::isinf(value) || std::isinf(sum_.raw())) {
      sum_ = next;
      return;
    }
    incremental_ = true;
    mean_ = sum_.value() / (count_ - 1);
  }
  if (std::isinf(mean_)) {
    // An infinite mean stays, unless NaN or the other infinity comes.
    if (std::isinf(value) && (mean_ > 0) == (value > 0)) return;
    if (!std::isinf(value) && !std::isnan(value)) return;
  }
  mean_ += value / count_ - mean_ / count_;
}

double StreamingMean::value() const { return incremental_ ? mean_ : sum_.value() / count_; }

double Quantile(double phi, std::vector<double>& values) {
  if (values.empty() || std::isnan(phi)) return std::numeric_limits<double>::quiet_NaN();
  if (phi < 0) return -std::numeric_limits<double>::infinity();
  if (phi > 1) return std::numeric_limits<double>::infinity();
  std::sort(values.begin(), values.end(), [](double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && !std::isnan(b);
    return a < b;
  });
  const double last = static_cast<double>(values.size() - 1);
  const double rank = phi * last;
  const double lower = std::max(0.0, std::floor(rank));
  const double upper = std::min(last, lower + 1);
  const double weight = rank - std::floor(rank);
  return values[static_cast<size_t>(lower)] * (1 - weight) +
         values[static_cast<size_t>(upper)] * weight;
}

}  // namespace vedette::query
