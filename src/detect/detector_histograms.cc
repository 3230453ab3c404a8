// How a shard's detector watches the quantiles of classic histograms: see HistogramBook.

#include <fmt/format.h>

#include "detect/detector.h"

namespace vedette::detect {

// The series of a quantile has the labels of the histogram and `quantile`, as a summary has it.
uint32_t ShardDetector::AddQuantile(const HistogramBook::Histogram& histogram, size_t quantile) {
  const auto labels = model::LabelsView::FromCanonical(histogram.labels);
  const std::string share = fmt::format("{}", HistogramBook::kQuantiles[quantile]);
  model::LabelsBuilder builder(labels);
  builder.Set("quantile", share);
  const uint32_t index =
      AddWatch(InternTenant(histogram.tenant), builder.Build(), baseline::ClassifyQuantile(labels));
  watches_[index].quantile = HistogramBook::kQuantiles[quantile];
  watches_[index].histogram_slot = histogram.buckets.front().slot;
  return index;
}

void ShardDetector::JudgeQuantiles() {
  histograms_.Settle(
      [this](HistogramBook::Histogram& histogram, size_t quantile, int64_t t_ms, double value) {
        uint32_t& index = histogram.owner[quantile];
        if (index == HistogramBook::kNone) index = AddQuantile(histogram, quantile);
        watches_[index].histogram_slot = histogram.buckets.front().slot;
        watches_[index].arrival_tick = tick_;
        Judge(index, t_ms, value, Source::kLive);
      });
}

const HistogramBook::Histogram* ShardDetector::HistogramOf(const Watch& watch) const {
  return watch.quantile > 0 ? histograms_.Of(watch.histogram_slot) : nullptr;
}

}  // namespace vedette::detect
