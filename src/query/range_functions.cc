#include "query/range_functions.h"

#include <cmath>
#include <limits>
#include <vector>

#include "base/check.h"
#include "query/block.h"
#include "query/numeric.h"

// Rates assume samples at about even distances. The slope between the first and the last sample is
// stretched to the window's ends where a sample lies within 1.1 mean distances of the end, and by
// half a distance where it does not, because the series then begins or ends inside the window. A
// counter is never stretched to where it would be below zero. These are Prometheus' rules; they
// make increase() give fractions for integer counters, which users know and expect.

namespace vedette::query {
namespace {

double Seconds(int64_t ms) { return static_cast<double>(ms) / 1000; }

double Extrapolated(const Window& w, bool counter, bool per_second) {
  if (w.size < 2) return Absent();
  const size_t last = w.size - 1;
  double change = w.values[last] - w.values[0];
  if (counter) {
    for (size_t i = 1; i < w.size; ++i) {
      if (w.values[i] < w.values[i - 1]) change += w.values[i - 1];
    }
  }
  return change * ExtrapolationFactor({.w = w,
                                       .counter = counter,
                                       .per_second = per_second,
                                       .first = w.values[0],
                                       .change = change,
                                       .first_t_ms = w.t_ms[0],
                                       .count = w.size});
}

double Rate(const Window& w, const RangeParameters& /*parameters*/) {
  return Extrapolated(w, true, true);
}
double Increase(const Window& w, const RangeParameters& /*parameters*/) {
  return Extrapolated(w, true, false);
}
double Delta(const Window& w, const RangeParameters& /*parameters*/) {
  return Extrapolated(w, false, false);
}

// Of the last two samples.
double Instantaneous(const Window& w, bool rate) {
  if (w.size < 2) return Absent();
  const double before = w.values[w.size - 2];
  const double after = w.values[w.size - 1];
  const int64_t distance_ms = w.t_ms[w.size - 1] - w.t_ms[w.size - 2];
  if (distance_ms == 0) return Absent();
  if (!rate) return after - before;
  const double change = after < before ? after : after - before;
  return change / Seconds(distance_ms);
}

double Irate(const Window& w, const RangeParameters& /*parameters*/) {
  return Instantaneous(w, true);
}
double Idelta(const Window& w, const RangeParameters& /*parameters*/) {
  return Instantaneous(w, false);
}

struct Line {
  double slope;  // per second
  double at_origin;
};

// Least squares; x in seconds from origin_ms.
Line Regression(const Window& w, int64_t origin_ms) {
  CompensatedSum sum_x;
  CompensatedSum sum_y;
  CompensatedSum sum_xy;
  CompensatedSum sum_x2;
  bool constant = true;
  for (size_t i = 0; i < w.size; ++i) {
    const double x = Seconds(w.t_ms[i] - origin_ms);
    const double y = w.values[i];
    constant = constant && y == w.values[0];
    sum_x.Add(x);
    sum_y.Add(y);
    sum_xy.Add(x * y);
    sum_x2.Add(x * x);
  }
  if (constant) {
    if (std::isinf(w.values[0])) {
      const double nan = std::numeric_limits<double>::quiet_NaN();
      return {nan, nan};
    }
    return {0, w.values[0]};
  }
  const double n = static_cast<double>(w.size);
  const double covariance = sum_xy.value() - sum_x.value() * sum_y.value() / n;
  const double variance = sum_x2.value() - sum_x.value() * sum_x.value() / n;
  const double slope = covariance / variance;
  return {slope, sum_y.value() / n - slope * sum_x.value() / n};
}

double Deriv(const Window& w, const RangeParameters& /*parameters*/) {
  if (w.size < 2) return Absent();
  return Regression(w, w.t_ms[0]).slope;
}

double PredictLinear(const Window& w, const RangeParameters& parameters) {
  if (w.size < 2) return Absent();
  const Line line = Regression(w, w.now_ms);
  return line.slope * parameters.first + line.at_origin;
}

double Changes(const Window& w, const RangeParameters& /*parameters*/) {
  size_t changes = 0;
  for (size_t i = 1; i < w.size; ++i) {
    const bool both_nan = std::isnan(w.values[i]) && std::isnan(w.values[i - 1]);
    if (w.values[i] != w.values[i - 1] && !both_nan) ++changes;
  }
  return static_cast<double>(changes);
}

double Resets(const Window& w, const RangeParameters& /*parameters*/) {
  size_t resets = 0;
  for (size_t i = 1; i < w.size; ++i) {
    if (w.values[i] < w.values[i - 1]) ++resets;
  }
  return static_cast<double>(resets);
}

double Avg(const Window& w, const RangeParameters& /*parameters*/) {
  StreamingMean mean;
  for (size_t i = 0; i < w.size; ++i) mean.Add(w.values[i]);
  return mean.value();
}

double Min(const Window& w, const RangeParameters& /*parameters*/) {
  double result = w.values[0];
  for (size_t i = 1; i < w.size; ++i) {
    if (w.values[i] < result || std::isnan(result)) result = w.values[i];
  }
  return result;
}

double Max(const Window& w, const RangeParameters& /*parameters*/) {
  double result = w.values[0];
  for (size_t i = 1; i < w.size; ++i) {
    if (w.values[i] > result || std::isnan(result)) result = w.values[i];
  }
  return result;
}

double Sum(const Window& w, const RangeParameters& /*parameters*/) {
  CompensatedSum sum;
  for (size_t i = 0; i < w.size; ++i) sum.Add(w.values[i]);
  return std::isinf(sum.raw()) ? sum.raw() : sum.value();
}

double Count(const Window& w, const RangeParameters& /*parameters*/) {
  return static_cast<double>(w.size);
}
double First(const Window& w, const RangeParameters& /*parameters*/) { return w.values[0]; }
double Last(const Window& w, const RangeParameters& /*parameters*/) { return w.values[w.size - 1]; }
double Present(const Window& /*w*/, const RangeParameters& /*parameters*/) { return 1; }

double Stdvar(const Window& w, const RangeParameters& /*parameters*/) {
  StreamingVariance variance;
  for (size_t i = 0; i < w.size; ++i) variance.Add(w.values[i]);
  return variance.value();
}

double Stddev(const Window& w, const RangeParameters& parameters) {
  return std::sqrt(Stdvar(w, parameters));
}

double QuantileOf(const Window& w, const RangeParameters& parameters) {
  std::vector<double> values(w.values, w.values + w.size);
  return Quantile(parameters.first, values);
}

// The median of the distances from the median.
double MedianDeviation(const Window& w, const RangeParameters& /*parameters*/) {
  std::vector<double> values(w.values, w.values + w.size);
  const double median = Quantile(0.5, values);
  for (double& value : values) value = std::abs(value - median);
  return Quantile(0.5, values);
}

double TimeOfFirst(const Window& w, const RangeParameters& /*parameters*/) {
  return Seconds(w.t_ms[0]);
}
double TimeOfLast(const Window& w, const RangeParameters& /*parameters*/) {
  return Seconds(w.t_ms[w.size - 1]);
}

// Of the last one of several equal values.
template <typename Better>
double TimeOfBest(const Window& w, Better better) {
  size_t best = 0;
  for (size_t i = 1; i < w.size; ++i) {
    if (better(w.values[i], w.values[best]) || std::isnan(w.values[best])) best = i;
  }
  return Seconds(w.t_ms[best]);
}
double TimeOfMin(const Window& w, const RangeParameters& /*parameters*/) {
  return TimeOfBest(w, [](double value, double best) { return value <= best; });
}
double TimeOfMax(const Window& w, const RangeParameters& /*parameters*/) {
  return TimeOfBest(w, [](double value, double best) { return value >= best; });
}

// Holt's linear method: a smoothed level and a smoothed trend.
double DoubleExponentialSmoothing(const Window& w, const RangeParameters& parameters) {
  if (w.size < 2) return Absent();
  const double smoothing = parameters.first;
  const double trending = parameters.second;
  double before = 0;
  double level = w.values[0];
  double trend = w.values[1] - w.values[0];
  for (size_t i = 1; i < w.size; ++i) {
    if (i > 1) trend = trending * (level - before) + (1 - trending) * trend;
    before = level;
    level = smoothing * w.values[i] + (1 - smoothing) * (level + trend);
  }
  return level;
}

}  // namespace

double ExtrapolationFactor(const Extrapolation& e) {
  const size_t last = e.w.size - 1;
  double to_start = Seconds(e.first_t_ms - e.w.start_ms);
  double to_end = Seconds(e.w.end_ms - e.w.t_ms[last]);
  const double covered = Seconds(e.w.t_ms[last] - e.first_t_ms);
  const double distance = covered / static_cast<double>(e.count - 1);
  const double threshold = distance * 1.1;
  if (to_start >= threshold) to_start = distance / 2;
  if (e.counter && e.change > 0 && e.first >= 0) {
    const double to_zero = covered * (e.first / e.change);
    if (to_zero < to_start) to_start = to_zero;
  }
  if (to_end >= threshold) to_end = distance / 2;
  const double factor = (covered + to_start + to_end) / covered;
  return e.per_second ? factor / Seconds(e.w.end_ms - e.w.start_ms) : factor;
}

RangeFunction RangeFunctionOf(FunctionId id) {
  switch (id) {
    case FunctionId::kRate: return Rate;
    case FunctionId::kIncrease: return Increase;
    case FunctionId::kDelta: return Delta;
    case FunctionId::kIrate: return Irate;
    case FunctionId::kIdelta: return Idelta;
    case FunctionId::kDeriv: return Deriv;
    case FunctionId::kPredictLinear: return PredictLinear;
    case FunctionId::kChanges: return Changes;
    case FunctionId::kResets: return Resets;
    case FunctionId::kAvgOverTime: return Avg;
    case FunctionId::kMinOverTime: return Min;
    case FunctionId::kMaxOverTime: return Max;
    case FunctionId::kSumOverTime: return Sum;
    case FunctionId::kCountOverTime: return Count;
    case FunctionId::kLastOverTime: return Last;
    case FunctionId::kPresentOverTime: return Present;
    case FunctionId::kStddevOverTime: return Stddev;
    case FunctionId::kStdvarOverTime: return Stdvar;
    case FunctionId::kQuantileOverTime: return QuantileOf;
    case FunctionId::kMadOverTime: return MedianDeviation;
    case FunctionId::kFirstOverTime: return First;
    case FunctionId::kTsOfFirstOverTime: return TimeOfFirst;
    case FunctionId::kTsOfLastOverTime: return TimeOfLast;
    case FunctionId::kTsOfMinOverTime: return TimeOfMin;
    case FunctionId::kTsOfMaxOverTime: return TimeOfMax;
    case FunctionId::kDoubleExponentialSmoothing: return DoubleExponentialSmoothing;
    default: break;
  }
  VEDETTE_CHECK(false && "not a range function");
  return nullptr;
}

}  // namespace vedette::query
