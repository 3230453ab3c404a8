#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/labels.h"
#include "series/store.h"

namespace vedette::detect {

// The classic histograms of one shard: counters name_bucket that differ in `le` alone. From what
// came to each bucket since the last time it makes the median and the 99th percentile of that time,
// as series of their own for the baseline to watch: what a bucket alone says means little.
//
// Both are told with the scrape in which all buckets came, once 100 events were observed since the
// last time; after five minutes, those for which there are enough: 20 for the median, 100 for the
// 99th percentile. Within a bucket it is interpolated as histogram_quantile() of PromQL does.
//
// Live samples alone count: after a start the first scrape is what the next one is compared with.
// Bounded: a histogram has at most kBucketsMax buckets; others are left out. No allocation per
// sample once the buffers have grown. Not thread-safe.
class HistogramBook {
 public:
  static constexpr size_t kBucketsMax = 256;
  static constexpr std::array<double, 2> kQuantiles = {0.5, 0.99};
  static constexpr std::array<double, 2> kEventsMin = {20, 100};
  static constexpr int64_t kPatienceMs = 300'000;
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Bucket {
    double bound = 0;
    double last = 0;      // the counter
    double increase = 0;  // since the last quantile
    double told = 0;      // what made up the last quantile
    int64_t last_ms = 0;  // 0: nothing yet
    uint32_t slot = 0;
  };
  struct Histogram {
    std::string tenant;
    std::string labels;           // canonical, of the name without _bucket and without `le`
    std::vector<Bucket> buckets;  // ascending
    int64_t round_ms = 0;         // the time of the scrape that is coming in
    size_t came = 0;              // buckets of it
    int64_t since_ms = 0;         // from when increases count; 0: from no time yet
    bool fresh = false;           // a bucket came for the first time: increases are not all there
    // Whoever uses the book keeps here what belongs to each quantile; kNone at first.
    std::array<uint32_t, kQuantiles.size()> owner{kNone, kNone};
  };
  // A quantile of what was observed until t_ms.
  using Tell =
      std::function<void(Histogram& histogram, size_t quantile, int64_t t_ms, double value)>;

  // Takes in a series if it is a bucket. False when it is none, or one too many.
  bool Add(uint32_t slot, std::string_view tenant, model::LabelsView labels);
  bool Knows(uint32_t slot) const { return slot < of_slot_.size() && of_slot_[slot] != kNone; }
  // The histogram of a bucket, null if it is none.
  const Histogram* Of(uint32_t slot) const {
    return Knows(slot) ? &histograms_[of_slot_[slot]] : nullptr;
  }
  // Forgets a bucket. Returns what was owned by its histogram if that was the last one.
  std::array<uint32_t, kQuantiles.size()> Remove(uint32_t slot);

  // Takes a sample of a bucket. REQUIRES: Knows(sample.slot).
  void Take(const series::ObservedSample& sample) { taken_.push_back(sample); }
  // Deals with what was taken since: tells every quantile that is due.
  void Settle(const Tell& tell);

  size_t size() const { return ids_.size(); }

 private:
  void TakeOne(uint32_t id, const series::ObservedSample& sample, const Tell& tell);
  void EndRound(Histogram& histogram, const Tell& tell);

  std::vector<Histogram> histograms_;
  std::vector<uint32_t> free_;
  std::map<std::pair<std::string, std::string>, uint32_t> ids_;  // by tenant and labels
  std::vector<uint32_t> of_slot_;
  std::vector<series::ObservedSample> taken_;
};

}  // namespace vedette::detect
