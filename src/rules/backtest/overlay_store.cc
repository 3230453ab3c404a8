#include "rules/backtest/overlay_store.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <utility>

namespace vedette::rules::backtest {
namespace {

base::Error ReadOnly() { return base::FailedPrecondition("a back-test changes nothing"); }

}  // namespace

// The samples of one before a time, then those of the other. Either may be null.
class OverlayStore::Joined final : public series::SelectedSeries {
 public:
  Joined(std::unique_ptr<series::SelectedSeries> before,
         std::unique_ptr<series::SelectedSeries> after, int64_t since_ms)
      : before_(std::move(before)), after_(std::move(after)), since_ms_(since_ms) {}

  model::LabelsView labels() const override {
    return before_ != nullptr ? before_->labels() : after_->labels();
  }

  base::Result<> Read(series::SampleColumns& out, size_t samples_max) const override {
    const size_t begin = out.t_ms.size();
    if (before_ != nullptr) {
      VEDETTE_TRY_VOID(before_->Read(out, samples_max));
      const auto first = out.t_ms.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto end = std::lower_bound(first, out.t_ms.end(), since_ms_);
      const auto kept = static_cast<size_t>(end - out.t_ms.begin());
      out.t_ms.resize(kept);
      out.values.resize(kept);
      if (!out.histograms.empty()) out.histograms.resize(kept);
      if (!out.rollups.empty()) out.rollups.resize(kept);
    }
    if (after_ == nullptr) return {};
    const size_t read = out.t_ms.size() - begin;
    VEDETTE_TRY_VOID(after_->Read(out, samples_max - std::min(samples_max, read)));
    if (!out.rollups.empty()) out.rollups.resize(out.t_ms.size());
    return {};
  }

 private:
  const std::unique_ptr<series::SelectedSeries> before_;
  const std::unique_ptr<series::SelectedSeries> after_;
  const int64_t since_ms_;
};

base::Result<> OverlayStore::Record(const model::WriteBatch& batch, uint64_t samples_max) {
  model::WriteBatch kept;
  const auto wanted = [&](size_t index) {
    const model::LabelsView labels = batch.labels(batch.entries()[index]);
    return recorded_.contains(std::string(labels.metric_name()));
  };
  for (size_t i = 0; i < batch.entries().size(); ++i) {
    if (!wanted(i)) continue;
    const auto& entry = batch.entries()[i];
    kept.BeginSeries(batch.labels(entry));
    for (const model::Sample& sample : batch.samples(entry)) kept.Add(sample.t_ms, sample.value);
  }
  for (const auto& [index, t_ms, histogram] : batch.histograms()) {
    if (!wanted(index)) continue;
    kept.BeginSeries(batch.labels(batch.entries()[index]));
    kept.AddHistogram(t_ms, histogram);
  }
  if (kept.empty()) return {};
  samples_ += kept.sample_count() + kept.histograms().size();
  if (samples_ > samples_max) {
    return base::ResourceExhausted(
        fmt::format("its recording rules would write more than {} samples", samples_max),
        "samples_max");
  }
  VEDETTE_TRY_VOID(memory_.Append({}, kept, {}));
  return {};
}

base::Result<std::vector<std::unique_ptr<series::SelectedSeries>>> OverlayStore::Select(
    const series::SelectRequest& request) {
  VEDETTE_TRY(auto found, store_.Select(request));
  if (recorded_.empty()) return found;
  VEDETTE_TRY(auto rehearsed, memory_.Select(request));
  std::map<model::Labels, std::unique_ptr<series::SelectedSeries>> after;
  for (auto& series : rehearsed) {
    model::Labels labels(series->labels());
    after.emplace(std::move(labels), std::move(series));
  }
  for (auto& series : found) {
    if (!recorded_.contains(std::string(series->labels().metric_name()))) continue;
    std::unique_ptr<series::SelectedSeries> more;
    if (auto same = after.extract(model::Labels(series->labels()))) more = std::move(same.mapped());
    series = std::make_unique<Joined>(std::move(series), std::move(more), since_ms_);
  }
  for (auto& [labels, series] : after) {
    found.push_back(std::make_unique<Joined>(nullptr, std::move(series), since_ms_));
  }
  if (request.sorted) {
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return model::Labels(a->labels()) < model::Labels(b->labels());
    });
  }
  return found;
}

base::Result<std::vector<model::Labels>> OverlayStore::Series(
    const series::SelectRequest& request) {
  VEDETTE_TRY(const auto selection, Select(request));
  std::vector<model::Labels> all;
  for (const auto& series : selection) all.emplace_back(series->labels());
  return all;
}

base::Result<std::vector<std::string>> OverlayStore::LabelNames(
    const series::SelectRequest& request) {
  return store_.LabelNames(request);
}

base::Result<std::vector<std::string>> OverlayStore::LabelValues(
    const series::SelectRequest& request, std::string_view label) {
  return store_.LabelValues(request, label);
}

base::Result<std::vector<series::ExemplarSeries>> OverlayStore::Exemplars(
    const series::SelectRequest& request) {
  return store_.Exemplars(request);
}

base::Result<series::AppendReport> OverlayStore::Append(const model::TenantName& /*tenant*/,
                                                        const model::WriteBatch& /*batch*/,
                                                        const series::AppendLimits& /*limits*/) {
  return ReadOnly();
}
base::Result<> OverlayStore::DeleteSeries(const series::SelectRequest& /*request*/) {
  return ReadOnly();
}
base::Result<> OverlayStore::DeleteTenant(const model::TenantName& /*tenant*/) {
  return ReadOnly();
}
base::Result<> OverlayStore::DropBefore(base::TimePoint /*horizon*/) { return ReadOnly(); }

}  // namespace vedette::rules::backtest
