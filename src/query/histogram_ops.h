#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/histogram.h"
#include "query/numeric.h"

namespace vedette::query {

// Arithmetic of native histograms, with the rules of Prometheus 3: the coarser of two exponential
// schemas wins, the wider zero bucket swallows what lies inside it, custom buckets with other
// bounds are merged to the bounds that both have. Results hold no empty buckets. Pure.

using HistogramPtr = std::shared_ptr<const model::Histogram>;

struct BucketView {
  double lower;
  double upper;
  bool lower_inclusive;
  bool upper_inclusive;
  double count;
};

// All buckets by ascending bounds, empty ones included; the zero bucket only when it holds
// anything. The first custom bucket begins at -Inf.
std::vector<BucketView> BucketsOf(const model::Histogram& histogram);

// Bytes that a histogram takes, for budgets.
size_t BytesOf(const model::Histogram& histogram);
// What it counts as in limits of samples: about one sample for 16 bytes.
size_t SamplesOf(const model::Histogram& histogram);

// Units of Budget::Work for adding or comparing it.
size_t WorkOf(const model::Histogram& histogram);

// What happened on the way to a sum or difference.
struct CombineNotes {
  bool reset_conflict = false;     // one says that a counter reset is here, another that none is
  bool bounds_reconciled = false;  // custom bounds differed
};

// False when one has custom and the other exponential buckets: nothing can come of them.
bool Compatible(const model::Histogram& a, const model::Histogram& b);

// Sums histograms, each multiplied by a factor, without losing small terms in large ones.
class HistogramSum {
 public:
  explicit HistogramSum(const model::Histogram& first, double factor = 1);
  // REQUIRES: Compatible with the first.
  void Add(const model::Histogram& other, double factor = 1);
  model::Histogram Value() const;
  const CombineNotes& notes() const { return notes_; }
  // Memory that the buckets take, for budgets: those of many histograms can be many.
  size_t bytes() const { return (positive_.size() + negative_.size()) * kBytesPerCell; }
  // A finite number has become infinite on the way.
  bool overflowed() const;

 private:
  using Cells = std::map<int64_t, CompensatedSum>;
  static constexpr size_t kBytesPerCell = 64;  // of a node of the map

  void Coarsen(int32_t schema);
  void WidenZero(double threshold);
  void Rebound(const std::vector<double>& bounds);

  model::Histogram shape_;  // schema, threshold, bounds and counter reset; no buckets
  CompensatedSum zero_count_;
  CompensatedSum count_;
  CompensatedSum sum_;
  Cells positive_;
  Cells negative_;
  CombineNotes notes_;
};

// REQUIRES: Compatible(a, b). The difference is a gauge.
model::Histogram AddHistograms(const model::Histogram& a, const model::Histogram& b,
                               CombineNotes& notes);
model::Histogram SubtractHistograms(const model::Histogram& a, const model::Histogram& b,
                                    CombineNotes& notes);
// Every count and the sum times `factor`; a negative factor makes a gauge.
model::Histogram ScaleHistogram(const model::Histogram& histogram, double factor);
// Divided by `divisor`; by zero there are no buckets left.
model::Histogram DivideHistogram(const model::Histogram& histogram, double divisor);

// The same observations in the same buckets; empty buckets do not count, nor does the counter
// reset.
bool SameHistogram(const model::Histogram& a, const model::Histogram& b);

// True when `now` cannot follow `before` without the counter having begun anew.
bool IsCounterReset(const model::Histogram& now, const model::Histogram& before);

// Without empty buckets.
model::Histogram Compacted(const model::Histogram& histogram);

// "{count:3, sum:4.5, (1,2]:3}": Prometheus' short text form, as count_values makes labels of.
std::string HistogramText(const model::Histogram& histogram);

}  // namespace vedette::query
