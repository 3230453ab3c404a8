#pragma once

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/matcher.h"
#include "model/sample.h"
#include "series/store.h"

namespace vedette::query::testing {

// A series::Store that keeps everything in a map, for tests of what stands above the store. Takes
// floats, histograms and exemplars in any order; a second value for a time is refused as
// conflicting. Not thread-safe while appending. FailNext makes the next call fail with that error.
class MemoryStore : public series::Store {
 public:
  // For tests: one sample.
  void Add(const model::TenantName& tenant, const model::Labels& labels, int64_t t_ms,
           double value) {
    tenants_[tenant][labels].emplace(t_ms, Point{value, nullptr});
  }
  void AddHistogram(const model::TenantName& tenant, const model::Labels& labels, int64_t t_ms,
                    model::Histogram histogram) {
    tenants_[tenant][labels].emplace(t_ms, PointOf(std::move(histogram)));
  }
  void Clear() {
    tenants_.clear();
    exemplars_.clear();
  }
  void FailNext(base::Error error) { failure_ = std::make_unique<base::Error>(std::move(error)); }
  // How many series were read: for tests that count reads.
  size_t reads() const { return reads_; }

  base::Result<series::AppendReport> Append(const model::TenantName& tenant,
                                            const model::WriteBatch& batch,
                                            const series::AppendLimits& /*limits*/) override {
    series::AppendReport report;
    for (const auto& entry : batch.entries()) {
      for (const model::Sample& sample : batch.samples(entry)) {
        Put(tenants_[tenant][model::Labels(batch.labels(entry))], sample.t_ms,
            Point{sample.value, nullptr}, report);
      }
    }
    for (const auto& [entry, t_ms, histogram] : batch.histograms()) {
      Put(tenants_[tenant][model::Labels(batch.labels(batch.entries()[entry]))], t_ms,
          PointOf(histogram), report);
    }
    for (const auto& [entry, exemplar] : batch.exemplars()) {
      exemplars_[tenant][model::Labels(batch.labels(batch.entries()[entry]))].emplace(exemplar.t_ms,
                                                                                      exemplar);
      ++report.exemplars;
    }
    return report;
  }

  base::Result<std::vector<std::unique_ptr<series::SelectedSeries>>> Select(
      const series::SelectRequest& request) override {
    if (failure_ != nullptr) return *std::exchange(failure_, nullptr);
    std::vector<std::unique_ptr<series::SelectedSeries>> selection;
    for (const auto* entry : Find(request)) {
      if (selection.size() >= request.max_series) {
        return base::ResourceExhausted("the selection has too many series", "max_series");
      }
      selection.push_back(
          std::make_unique<Selected>(*entry, request.from_ms, request.to_ms, reads_));
    }
    return selection;
  }

  base::Result<std::vector<model::Labels>> Series(const series::SelectRequest& request) override {
    if (failure_ != nullptr) return *std::exchange(failure_, nullptr);
    std::vector<model::Labels> result;
    for (const auto* entry : Find(request)) result.push_back(entry->first);
    return result;
  }

  base::Result<std::vector<std::string>> LabelNames(const series::SelectRequest& request) override {
    if (failure_ != nullptr) return *std::exchange(failure_, nullptr);
    std::set<std::string> names;
    for (const auto* entry : Find(request)) {
      for (const model::Label& label : entry->first) names.emplace(label.name);
    }
    return std::vector<std::string>(names.begin(), names.end());
  }

  base::Result<std::vector<std::string>> LabelValues(const series::SelectRequest& request,
                                                     std::string_view label) override {
    if (failure_ != nullptr) return *std::exchange(failure_, nullptr);
    std::set<std::string> values;
    for (const auto* entry : Find(request)) {
      if (const std::string_view value = entry->first.Get(label); !value.empty()) {
        values.emplace(value);
      }
    }
    return std::vector<std::string>(values.begin(), values.end());
  }

  base::Result<std::vector<series::ExemplarSeries>> Exemplars(
      const series::SelectRequest& request) override {
    if (failure_ != nullptr) return *std::exchange(failure_, nullptr);
    std::vector<series::ExemplarSeries> result;
    for (const auto& [labels, exemplars] : exemplars_[request.tenant]) {
      if (!model::MatchesAll(request.matchers, labels)) continue;
      series::ExemplarSeries found{.labels = labels, .exemplars = {}};
      for (const auto& [t_ms, exemplar] : exemplars) {
        if (t_ms >= request.from_ms && t_ms <= request.to_ms) found.exemplars.push_back(exemplar);
      }
      if (!found.exemplars.empty()) result.push_back(std::move(found));
    }
    return result;
  }

  base::Result<> DeleteSeries(const series::SelectRequest& request) override {
    if (failure_ != nullptr) return *std::exchange(failure_, nullptr);
    if (request.matchers.empty()) return base::InvalidArgument("at least one matcher", "match[]");
    auto& all = tenants_[request.tenant];
    for (auto& [labels, samples] : all) {
      if (!model::MatchesAll(request.matchers, labels)) continue;
      std::erase_if(samples, [&](const auto& sample) {
        return sample.first >= request.from_ms && sample.first <= request.to_ms;
      });
    }
    std::erase_if(all, [](const auto& entry) { return entry.second.empty(); });
    return {};
  }

  base::Result<> DeleteTenant(const model::TenantName& tenant) override {
    tenants_.erase(tenant);
    exemplars_.erase(tenant);
    return {};
  }
  base::Result<> DropBefore(base::TimePoint horizon) override {
    for (auto& [tenant, all] : tenants_) {
      for (auto& [labels, samples] : all) {
        samples.erase(samples.begin(), samples.lower_bound(base::ToMillis(horizon)));
      }
      std::erase_if(all, [](const auto& entry) { return entry.second.empty(); });
    }
    return {};
  }
  series::StoreStats Stats() override { return {}; }

 private:
  struct Point {
    double value = 0;
    std::shared_ptr<const model::Histogram> histogram;  // null for floats
    friend bool operator==(const Point& a, const Point& b) {
      if ((a.histogram == nullptr) != (b.histogram == nullptr)) return false;
      return a.histogram != nullptr ? *a.histogram == *b.histogram : a.value == b.value;
    }
  };
  using Samples = std::map<int64_t, Point>;
  using Entry = std::pair<const model::Labels, Samples>;

  static Point PointOf(model::Histogram histogram) {
    const double sum = histogram.sum;
    return {sum, std::make_shared<const model::Histogram>(std::move(histogram))};
  }
  static void Put(Samples& samples, int64_t t_ms, Point point, series::AppendReport& report) {
    const auto [at, added] = samples.emplace(t_ms, point);
    const bool same = added || at->second == point;
    (same ? report.accepted : report.conflicting) += 1;
    if (same && !added) ++report.duplicates;
  }

  class Selected final : public series::SelectedSeries {
   public:
    Selected(const Entry& entry, int64_t from_ms, int64_t to_ms, std::atomic<size_t>& reads)
        : labels_(entry.first), reads_(reads) {
      for (auto at = entry.second.lower_bound(from_ms);
           at != entry.second.end() && at->first <= to_ms; ++at) {
        samples_.t_ms.push_back(at->first);
        samples_.values.push_back(at->second.value);
        samples_.histograms.push_back(at->second.histogram);
        has_histograms_ = has_histograms_ || at->second.histogram != nullptr;
      }
    }
    model::LabelsView labels() const override { return labels_; }
    base::Result<> Read(series::SampleColumns& out, size_t samples_max) const override {
      ++reads_;
      if (samples_.t_ms.size() > samples_max) {
        return base::ResourceExhausted("a series has too many samples", "samples_max");
      }
      const size_t before = out.t_ms.size();
      out.t_ms.insert(out.t_ms.end(), samples_.t_ms.begin(), samples_.t_ms.end());
      out.values.insert(out.values.end(), samples_.values.begin(), samples_.values.end());
      if (!has_histograms_ && out.histograms.empty()) return {};
      out.histograms.resize(before);
      out.histograms.insert(out.histograms.end(), samples_.histograms.begin(),
                            samples_.histograms.end());
      return {};
    }

   private:
    model::Labels labels_;
    series::SampleColumns samples_;
    bool has_histograms_ = false;
    std::atomic<size_t>& reads_;
  };

  std::vector<const Entry*> Find(const series::SelectRequest& request) const {
    std::vector<const Entry*> found;
    const auto tenant = tenants_.find(request.tenant);
    if (tenant == tenants_.end()) return found;
    for (const Entry& entry : tenant->second) {
      const auto first = entry.second.lower_bound(request.from_ms);
      const bool inside = first != entry.second.end() && first->first <= request.to_ms;
      if (inside && model::MatchesAll(request.matchers, entry.first)) found.push_back(&entry);
    }
    return found;
  }

  std::map<model::TenantName, std::map<model::Labels, Samples>> tenants_;
  std::map<model::TenantName, std::map<model::Labels, std::multimap<int64_t, model::Exemplar>>>
      exemplars_;
  std::unique_ptr<base::Error> failure_;
  std::atomic<size_t> reads_{0};
};

}  // namespace vedette::query::testing
