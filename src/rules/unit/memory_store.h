#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/histogram.h"
#include "model/labels.h"
#include "series/store.h"

namespace vedette::rules::unit {

// A series::Store of one process's memory and one tenant, for unit tests of rules: small, simple
// and gone afterwards. Samples may come in any order; of two for one time the first stays. What
// rules do not use (exemplars) is not kept. Not thread-safe.
class MemoryStore final : public series::Store {
 public:
  base::Result<series::AppendReport> Append(const model::TenantName& tenant,
                                            const model::WriteBatch& batch,
                                            const series::AppendLimits& limits) override;
  base::Result<std::vector<std::unique_ptr<series::SelectedSeries>>> Select(
      const series::SelectRequest& request) override;
  base::Result<std::vector<model::Labels>> Series(const series::SelectRequest& request) override;
  base::Result<std::vector<std::string>> LabelNames(const series::SelectRequest& request) override;
  base::Result<std::vector<std::string>> LabelValues(const series::SelectRequest& request,
                                                     std::string_view label) override;
  base::Result<std::vector<series::ExemplarSeries>> Exemplars(
      const series::SelectRequest& request) override;
  base::Result<> DeleteSeries(const series::SelectRequest& request) override;
  base::Result<> DeleteTenant(const model::TenantName& tenant) override;
  base::Result<> DropBefore(base::TimePoint horizon) override;
  series::StoreStats Stats() override;

 private:
  struct Point {
    double value = 0;
    std::shared_ptr<const model::Histogram> histogram;
  };
  using Samples = std::map<int64_t, Point>;
  class Selected;
  static bool Same(const Point& a, const Point& b);

  std::map<model::Labels, Samples> series_;
};

}  // namespace vedette::rules::unit
