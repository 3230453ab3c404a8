#include "query/reading.h"

#include <utility>

#include "model/sample.h"
#include "query/histogram_ops.h"

namespace vedette::query {

base::Result<> ReadWithin(const series::SelectedSeries& series, series::SampleColumns& samples,
                          Share& share, Budget& budget) {
  base::Result<> read = series.Read(samples, budget.samples_left());
  if (!read.ok()) {
    // The budget says it in the words of its own limits.
    if (read.error().code == base::ErrorCode::kResourceExhausted) {
      VEDETTE_TRY_VOID(share.Add(budget.samples_left() + 1, 0));
      VEDETTE_TRY_VOID(share.Add(0, (budget.samples_left() + 1) * Budget::kSampleBytes));
    }
    return read;
  }
  budget.CountRead(samples.t_ms.size());
  return Charge(samples, share);
}

base::Result<> Charge(const series::SampleColumns& samples, Share& share) {
  size_t count = samples.t_ms.size();
  size_t bytes = count * Budget::kSampleBytes + samples.rollups.size() * sizeof(series::Rollup);
  for (const HistogramPtr& histogram : samples.histograms) {
    if (histogram == nullptr) continue;
    count += SamplesOf(*histogram);
    bytes += BytesOf(*histogram);
  }
  return share.Add(count, bytes);
}

void RemoveStale(series::SampleColumns& samples) {
  const bool histograms = !samples.histograms.empty();
  size_t kept = 0;
  for (size_t i = 0; i < samples.values.size(); ++i) {
    if (model::IsStale(samples.values[i])) continue;
    if (kept != i) {
      samples.t_ms[kept] = samples.t_ms[i];
      samples.values[kept] = samples.values[i];
      if (histograms) samples.histograms[kept] = std::move(samples.histograms[i]);
      if (!samples.rollups.empty()) samples.rollups[kept] = samples.rollups[i];
    }
    ++kept;
  }
  samples.t_ms.resize(kept);
  samples.values.resize(kept);
  if (histograms) samples.histograms.resize(kept);
  if (!samples.rollups.empty()) samples.rollups.resize(kept);
}

}  // namespace vedette::query
