#include "query/rollups.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <vector>

#include "base/duration.h"
#include "query/block.h"
#include "query/numeric.h"
#include "series/rollup.h"

namespace vedette::query {
namespace {

// Functions of counts, sums, extremes, ends and resets.
bool IsExact(FunctionId id) {
  switch (id) {
    case FunctionId::kRate:
    case FunctionId::kIncrease:
    case FunctionId::kDelta:
    case FunctionId::kAvgOverTime:
    case FunctionId::kMinOverTime:
    case FunctionId::kMaxOverTime:
    case FunctionId::kSumOverTime:
    case FunctionId::kCountOverTime:
    case FunctionId::kLastOverTime:
    case FunctionId::kFirstOverTime:
    case FunctionId::kPresentOverTime:
    case FunctionId::kTsOfLastOverTime:
    case FunctionId::kTsOfFirstOverTime:
    case FunctionId::kAbsentOverTime: return true;
    default: return false;
  }
}

series::Rollup At(const Window& w, size_t i) {
  if (w.rollups[i].count > 0) return w.rollups[i];
  const double value = w.values[i];
  return {.count = 1,
          .first_t_ms = w.t_ms[i],
          .first = value,
          .min = value,
          .max = value,
          .sum = value,
          .lost = 0};
}

// What all samples of the window have together.
struct Whole {
  explicit Whole(const Window& w)
      : of(At(w, 0)), last_t_ms(w.t_ms[w.size - 1]), last(w.values[w.size - 1]) {
    count = of.count;
    sum.Add(of.sum);
    for (size_t i = 1; i < w.size; ++i) {
      const series::Rollup next = At(w, i);
      count += next.count;
      sum.Add(next.sum);
      if (next.min < of.min || std::isnan(of.min)) of.min = next.min;
      if (next.max > of.max || std::isnan(of.max)) of.max = next.max;
      if (next.first < w.values[i - 1]) of.lost += w.values[i - 1];
      of.lost += next.lost;
    }
  }

  series::Rollup of;
  uint64_t count = 0;
  CompensatedSum sum;
  int64_t last_t_ms;
  double last;
};

double Extrapolated(const Whole& all, const Window& w, bool counter, bool per_second) {
  if (all.count < 2) return Absent();
  const double change = all.last - all.of.first + (counter ? all.of.lost : 0);
  return change * ExtrapolationFactor({.w = w,
                                       .counter = counter,
                                       .per_second = per_second,
                                       .first = all.of.first,
                                       .change = change,
                                       .first_t_ms = all.of.first_t_ms,
                                       .count = all.count});
}

// Sums that overflow have a mean all the same.
double Mean(const Whole& all, const Window& w) {
  const double count = static_cast<double>(all.count);
  if (!std::isinf(all.sum.value())) return all.sum.value() / count;
  double mean = 0;
  for (size_t i = 0; i < w.size; ++i) mean += At(w, i).sum / count;
  return mean;
}

double Seconds(int64_t ms) { return static_cast<double>(ms) / 1000; }

}  // namespace

int64_t ExactResolution(const Looked& looked) {
  if (!looked.function.has_value() || !IsExact(*looked.function)) return 0;
  int64_t exact_ms = 0;
  for (const int64_t resolution_ms : series::kRollupResolutionsMs) {
    if (looked.range_ms % resolution_ms == 0 && looked.first_end_ms % resolution_ms == 0 &&
        looked.distance_ms % resolution_ms == 0) {
      exact_ms = resolution_ms;
    }
  }
  return exact_ms;
}

series::RollupUse RollupsFor(const Context& context, const Looked& looked) {
  if (context.source_resolution_ms == 0) return {};
  const int64_t exact_ms = ExactResolution(looked);
  return {.allowed = true,
          .resolution_ms = std::max(context.source_resolution_ms, exact_ms),
          .lead = !looked.function.has_value()};
}

void InformOfRollups(Context& context, const Expr& at, const Looked& looked, int64_t rollup_ms) {
  if (rollup_ms == 0) return;
  const int64_t exact_ms = ExactResolution(looked);
  if (exact_ms != 0 && exact_ms % rollup_ms == 0) return;
  Inform(context, at,
         fmt::format("approximate: from roll-ups of {} in place of samples",
                     base::FormatDuration(base::Duration(rollup_ms))));
}

double OverRollups(FunctionId id, const Window& w, const RangeParameters& parameters) {
  switch (id) {
    case FunctionId::kRate: return Extrapolated(Whole(w), w, true, true);
    case FunctionId::kIncrease: return Extrapolated(Whole(w), w, true, false);
    case FunctionId::kDelta: return Extrapolated(Whole(w), w, false, false);
    case FunctionId::kAvgOverTime: return Mean(Whole(w), w);
    case FunctionId::kMinOverTime: return Whole(w).of.min;
    case FunctionId::kMaxOverTime: return Whole(w).of.max;
    case FunctionId::kSumOverTime: return Whole(w).sum.value();
    case FunctionId::kCountOverTime: return static_cast<double>(Whole(w).count);
    case FunctionId::kFirstOverTime: return At(w, 0).first;
    case FunctionId::kTsOfFirstOverTime: return Seconds(At(w, 0).first_t_ms);
    default: return RangeFunctionOf(id)(w, parameters);
  }
}

}  // namespace vedette::query
