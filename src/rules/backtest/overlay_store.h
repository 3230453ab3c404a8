#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/unit/memory_store.h"
#include "series/store.h"

namespace vedette::rules::backtest {

// A metrics store as it would be if other rules had recorded since a time: series of the metrics
// that they record come from the store before that time and from the rehearsal from then on, all
// others from the store. Takes nothing but what Record gives it, and that in memory. Not
// thread-safe: for an engine without helpers.
class OverlayStore final : public series::Store {
 public:
  // The store outlives the overlay.
  OverlayStore(series::Store& store, int64_t since_ms, std::set<std::string> recorded)
      : store_(store), since_ms_(since_ms), recorded_(std::move(recorded)) {}

  // Keeps what belongs to the recorded metrics and drops the rest. Error: kResourceExhausted beyond
  // `samples_max` in all.
  base::Result<> Record(const model::WriteBatch& batch, uint64_t samples_max);
  uint64_t samples() const { return samples_; }

  base::Result<std::vector<std::unique_ptr<series::SelectedSeries>>> Select(
      const series::SelectRequest& request) override;
  base::Result<std::vector<model::Labels>> Series(const series::SelectRequest& request) override;
  base::Result<std::vector<std::string>> LabelNames(const series::SelectRequest& request) override;
  base::Result<std::vector<std::string>> LabelValues(const series::SelectRequest& request,
                                                     std::string_view label) override;
  base::Result<std::vector<series::ExemplarSeries>> Exemplars(
      const series::SelectRequest& request) override;
  series::StoreStats Stats() override { return store_.Stats(); }

  // What changes the store is refused: kFailedPrecondition.
  base::Result<series::AppendReport> Append(const model::TenantName& tenant,
                                            const model::WriteBatch& batch,
                                            const series::AppendLimits& limits) override;
  base::Result<> DeleteSeries(const series::SelectRequest& request) override;
  base::Result<> DeleteTenant(const model::TenantName& tenant) override;
  base::Result<> DropBefore(base::TimePoint horizon) override;

 private:
  class Joined;

  series::Store& store_;
  const int64_t since_ms_;
  const std::set<std::string> recorded_;
  unit::MemoryStore memory_;
  uint64_t samples_ = 0;
};

}  // namespace vedette::rules::backtest
