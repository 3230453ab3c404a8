#include "rules/unit/memory_store.h"

#include <bit>
#include <set>
#include <utility>

namespace vedette::rules::unit {

// A copy of what the range holds.
class MemoryStore::Selected final : public series::SelectedSeries {
 public:
  Selected(model::LabelsView labels, const Samples& samples, int64_t from_ms, int64_t to_ms)
      : labels_(labels) {
    bool any_histogram = false;
    for (auto it = samples.lower_bound(from_ms); it != samples.end() && it->first <= to_ms; ++it) {
      columns_.t_ms.push_back(it->first);
      columns_.values.push_back(it->second.value);
      columns_.histograms.push_back(it->second.histogram);
      any_histogram = any_histogram || it->second.histogram != nullptr;
    }
    if (!any_histogram) columns_.histograms.clear();
  }

  model::LabelsView labels() const override { return labels_; }

  base::Result<> Read(series::SampleColumns& out, size_t samples_max) const override {
    if (columns_.t_ms.size() > samples_max) {
      return base::ResourceExhausted("a series has too many samples", "samples_max");
    }
    const size_t before = out.t_ms.size();
    out.t_ms.insert(out.t_ms.end(), columns_.t_ms.begin(), columns_.t_ms.end());
    out.values.insert(out.values.end(), columns_.values.begin(), columns_.values.end());
    if (columns_.histograms.empty() && out.histograms.empty()) return {};
    out.histograms.resize(before);
    out.histograms.insert(out.histograms.end(), columns_.histograms.begin(),
                          columns_.histograms.end());
    out.histograms.resize(out.t_ms.size());
    return {};
  }

 private:
  const model::Labels labels_;
  series::SampleColumns columns_;
};

bool MemoryStore::Same(const Point& a, const Point& b) {
  if (a.histogram != nullptr && b.histogram != nullptr) return *a.histogram == *b.histogram;
  return a.histogram == b.histogram &&
         std::bit_cast<uint64_t>(a.value) == std::bit_cast<uint64_t>(b.value);
}

base::Result<series::AppendReport> MemoryStore::Append(const model::TenantName& /*tenant*/,
                                                       const model::WriteBatch& batch,
                                                       const series::AppendLimits& /*limits*/) {
  series::AppendReport report;
  const auto put = [&](const model::WriteBatch::Entry& entry, int64_t t_ms, Point point) {
    Samples& samples = series_[model::Labels(batch.labels(entry))];
    const auto known = samples.find(t_ms);
    const bool fits = known == samples.end() || Same(known->second, point);
    ++(fits ? report.accepted : report.conflicting);
    if (known == samples.end()) samples.emplace(t_ms, std::move(point));
  };
  for (const auto& entry : batch.entries()) {
    for (const model::Sample& sample : batch.samples(entry)) {
      put(entry, sample.t_ms, {sample.value, nullptr});
    }
  }
  for (const auto& [index, t_ms, histogram] : batch.histograms()) {
    put(batch.entries()[index], t_ms,
        {histogram.sum, std::make_shared<const model::Histogram>(histogram)});
  }
  return report;
}

base::Result<std::vector<std::unique_ptr<series::SelectedSeries>>> MemoryStore::Select(
    const series::SelectRequest& request) {
  std::vector<std::unique_ptr<series::SelectedSeries>> selection;
  for (const auto& [labels, samples] : series_) {
    const auto first = samples.lower_bound(request.from_ms);
    if (first == samples.end() || first->first > request.to_ms) continue;
    if (!model::MatchesAll(request.matchers, labels)) continue;
    if (selection.size() >= request.max_series) {
      return base::ResourceExhausted("the selection has too many series", "max_series");
    }
    selection.push_back(
        std::make_unique<Selected>(labels, samples, request.from_ms, request.to_ms));
  }
  return selection;
}

base::Result<std::vector<model::Labels>> MemoryStore::Series(const series::SelectRequest& request) {
  VEDETTE_TRY(const auto selection, Select(request));
  std::vector<model::Labels> all;
  for (const auto& series : selection) all.emplace_back(series->labels());
  return all;
}

base::Result<std::vector<std::string>> MemoryStore::LabelNames(
    const series::SelectRequest& request) {
  VEDETTE_TRY(const std::vector<model::Labels> all, Series(request));
  std::set<std::string> names;
  for (const model::Labels& labels : all) {
    for (const model::Label& label : labels) names.emplace(label.name);
  }
  return std::vector<std::string>(names.begin(), names.end());
}

base::Result<std::vector<std::string>> MemoryStore::LabelValues(
    const series::SelectRequest& request, std::string_view label) {
  VEDETTE_TRY(const std::vector<model::Labels> all, Series(request));
  std::set<std::string> values;
  for (const model::Labels& labels : all) {
    if (const std::string_view value = labels.Get(label); !value.empty()) values.emplace(value);
  }
  return std::vector<std::string>(values.begin(), values.end());
}

base::Result<std::vector<series::ExemplarSeries>> MemoryStore::Exemplars(
    const series::SelectRequest& /*request*/) {
  return std::vector<series::ExemplarSeries>{};
}

base::Result<> MemoryStore::DeleteSeries(const series::SelectRequest& request) {
  if (request.matchers.empty()) return base::InvalidArgument("at least one matcher", "match[]");
  for (auto& [labels, samples] : series_) {
    if (!model::MatchesAll(request.matchers, labels)) continue;
    samples.erase(samples.lower_bound(request.from_ms), samples.upper_bound(request.to_ms));
  }
  std::erase_if(series_, [](const auto& entry) { return entry.second.empty(); });
  return {};
}

base::Result<> MemoryStore::DeleteTenant(const model::TenantName& /*tenant*/) {
  series_.clear();
  return {};
}

base::Result<> MemoryStore::DropBefore(base::TimePoint horizon) {
  for (auto& [labels, samples] : series_) {
    samples.erase(samples.begin(), samples.lower_bound(base::ToMillis(horizon)));
  }
  std::erase_if(series_, [](const auto& entry) { return entry.second.empty(); });
  return {};
}

series::StoreStats MemoryStore::Stats() { return {.active_series = series_.size()}; }

}  // namespace vedette::rules::unit
