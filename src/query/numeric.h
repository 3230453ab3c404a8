#pragma once

#include <cmath>
#include <vector>

namespace vedette::query {

// A sum with Neumaier's compensation: exact to the last digit or two however many terms. An
// infinite sum stays infinite. What Prometheus uses, so sums agree beyond 1e-9.
class CompensatedSum {
 public:
  void Add(double value) {
    const double next = sum_ + value;
    if (std::isinf(next)) {
      compensation_ = 0;
    } else if (std::abs(sum_) >= std::abs(value)) {
      compensation_ += (sum_ - next) + value;
    } else {
      compensation_ += (value - next) + sum_;
    }
    sum_ = next;
  }
  double value() const { return sum_ + compensation_; }
  // The two parts of the value.
  double raw() const { return sum_; }
  double compensation() const { return compensation_; }
  static CompensatedSum From(double raw, double compensation) {
    CompensatedSum sum;
    sum.sum_ = raw;
    sum.compensation_ = compensation;
    return sum;
  }

 private:
  double sum_ = 0;
  double compensation_ = 0;
};

// The mean of a stream. Sums while the sum is finite; when finite values overflow it, goes on with
// a running mean.
class StreamingMean {
 public:
  void Add(double value);
  double value() const;  // REQUIRES: at least one Add

 private:
  double count_ = 0;
  CompensatedSum sum_;  // or the mean, when incremental
  bool incremental_ = false;
};

// Mean square deviation by Welford's method; NaN once an infinity or NaN came in.
class StreamingVariance {
 public:
  void Add(double value) {
    count_ += 1;
    const double delta = value - mean_.value();
    mean_.Add(delta / count_);
    squares_.Add(delta * (value - mean_.value()));
  }
  double value() const { return squares_.value() / count_; }  // REQUIRES: at least one Add

 private:
  double count_ = 0;
  CompensatedSum mean_;
  CompensatedSum squares_;
};

// The phi-quantile by linear interpolation between ranks; sorts `values` (NaN first). -Inf and
// +Inf for phi outside [0, 1], NaN for none or a NaN phi.
double Quantile(double phi, std::vector<double>& values);

}  // namespace vedette::query
