#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/bells.h"
#include "series/store.h"

namespace vedette::rules::ingest {

// Rings the bells of rules for the samples of one shard, before another observer sees them. What a
// series rings is found once, when it comes or the rules change; a sample of one that rings nothing
// costs a load. New rules are taken over a slice of the series at a time.
//
// Belongs to its shard's thread.
class ShardWatch final : public series::ShardObserver {
 public:
  // The bells outlive it. `next` may be null.
  ShardWatch(Bells& bells, std::unique_ptr<series::ShardObserver> next);

  void OnSeries(uint32_t slot, std::string_view tenant, model::LabelsView labels) override;
  int64_t ReplayAfter(uint32_t slot) const override;
  void OnSeriesGone(uint32_t slot) override;
  bool MayLeave(uint32_t slot) const override;
  void OnSamples(std::span<const series::ObservedSample> samples, bool live) override;
  void OnUntold(std::span<const series::ObservedSample> samples) override;
  void OnLate(std::span<const series::ObservedSample> samples) override;
  uint64_t Said() const override;
  uint64_t Kept() const override;
  void OnTick(base::TimePoint now) override;

  size_t watched() const { return pulls_.size() - free_.size(); }
  // Whether there are series that have not been asked about new rules yet.
  bool resolving() const { return unresolved_ < series_.size(); }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  // A trigger that a series may pull, in a list per series.
  struct Pull {
    const Trigger* trigger = nullptr;
    TriggerState state;
    int64_t reach_ms = 0;
    size_t part = Bells::Board::kAlone;
    uint32_t rule = 0;
    uint32_t next = kNone;
  };
  struct Series {
    std::string_view labels;  // of the store, while the series is there; null: no series
    uint32_t tenant = 0;
  };

  void Resolve(uint32_t slot);
  void Release(uint32_t slot);
  void TakeBoard();
  void ResolveSome(size_t count);
  void Watch(std::span<const series::ObservedSample> samples, bool live);
  uint32_t InternTenant(std::string_view tenant);

  Bells& bells_;
  const std::unique_ptr<series::ShardObserver> next_;
  uint64_t version_ = 0;
  std::shared_ptr<const Bells::Board> board_;
  std::vector<uint32_t> first_;  // by slot: the first of its pulls; what each sample looks at
  std::vector<Series> series_;   // by slot
  std::vector<Pull> pulls_;
  std::vector<uint32_t> free_;
  size_t unresolved_ = 0;  // slots from here on have not been asked about the new board
  std::vector<std::string> tenants_;
  std::map<std::string, uint32_t, std::less<>> tenant_ids_;
  int64_t now_ms_ = 0;                // of the last tick
  std::vector<Bells::Rung> ringing_;  // for the samples that are looked at
};

}  // namespace vedette::rules::ingest
