#include "query/reading.h"

#include <algorithm>
#include <utility>

#include "model/sample.h"
#include "query/histogram_ops.h"

namespace vedette::query {
namespace {

// What the samples take beyond `charged` numbers.
base::Result<> ChargeBeyond(size_t charged, const series::SampleColumns& samples, Share& share) {
  size_t count = samples.t_ms.size() - std::min(charged, samples.t_ms.size());
  size_t bytes = count * Budget::kSampleBytes + samples.rollups.size() * sizeof(series::Rollup);
  for (const HistogramPtr& histogram : samples.histograms) {
    if (histogram == nullptr) continue;
    count += SamplesOf(*histogram);
    bytes += BytesOf(*histogram);
  }
  return share.Add(count, bytes);
}

}  // namespace

base::Result<> ReadWithin(const series::SelectedSeries& series, series::SampleColumns& samples,
                          Share& share, Budget& budget) {
  size_t charged = 0;
  const auto charge = [&](size_t count) -> base::Result<> {
    charged += count;
    budget.CountRead(count);
    VEDETTE_TRY_VOID(share.Add(count, count * Budget::kSampleBytes));
    return budget.Work(4 * count);
  };
  // A part that would be too large for what is left is refused by the store before it is held; the
  // budget then says so in the words of its own limits.
  const size_t most = budget.samples_left();
  const base::Result<> read = series.ReadInParts(samples, most, charge);
  if (!read.ok() && read.error().code == base::ErrorCode::kResourceExhausted &&
      read.error().field == "samples_max") {
    const size_t more = most - charged + 1;
    VEDETTE_TRY_VOID(share.Add(more, more * Budget::kSampleBytes));
  }
  VEDETTE_TRY_VOID(read);
  return ChargeBeyond(charged, samples, share);
}

base::Result<> Charge(const series::SampleColumns& samples, Share& share) {
  return ChargeBeyond(0, samples, share);
}

void RemoveStale(series::SampleColumns& samples) {
  size_t stale = 0;  // counted, since that takes several at a time
  for (const double value : samples.values) stale += model::IsStale(value) ? 1 : 0;
  if (stale == 0) return;
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
