#include "query/numeric.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace vedette::query {

void StreamingMean::Add(double value) {
  count_ += 1;
  if (count_ == 1) {
    sum_ = CompensatedSum::From(value, 0);
    return;
  }
  if (!incremental_) {
    CompensatedSum next = sum_;
    next.Add(value);
    if (!std::isinf(next.raw())) {
      sum_ = next;
      return;
    }
    incremental_ = true;
    sum_ = CompensatedSum::From(sum_.raw() / (count_ - 1), sum_.compensation() / (count_ - 1));
  }
  const double kept = (count_ - 1) / count_;
  sum_ = CompensatedSum::From(kept * sum_.raw(), kept * sum_.compensation());
  sum_.Add(value / count_);
}

double StreamingMean::value() const {
  if (incremental_) return sum_.value();
  return sum_.raw() / count_ + sum_.compensation() / count_;
}

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
