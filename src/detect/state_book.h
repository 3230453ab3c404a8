#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "detect/baseline/series_detector.h"
#include "detect/noise_budget.h"
#include "detect/rules/threshold.h"
#include "kv/db.h"
#include "model/labels.h"

namespace vedette::detect {

// What detectors have learnt, on disk (docs/formats/detector.md), by tenant and label set, so that
// it survives restarts, kills and other numbers of shards: bit for bit, since what came after a
// state was kept is replayed from the stored samples (ShardDetector::ReplayAfter). A family of the
// telemetry database; what a state holds can be learnt again, so nothing waits for the disk.
//
// Thread-safe. Errors: those of kv.
class StateBook {
 public:
  // What the database must be opened with.
  static kv::FamilyOptions Family();

  StateBook(kv::Db& db, kv::Family family) : db_(db), family_(family) {}

  // What thresholds have seen of a series, by the names of their rules.
  using Thresholds = std::vector<std::pair<std::string, rules::ThresholdState>>;

  // The state of a series; none when there is none, or one of another version or reading. With it,
  // where asked for, what was put for its thresholds.
  base::Result<std::optional<baseline::SeriesDetector>> Load(
      std::string_view tenant, model::LabelsView labels, baseline::Reading reading,
      Thresholds* thresholds = nullptr) const;

  // Changes for Write. `labels` are canonical bytes.
  void Put(kv::Batch& batch, std::string_view tenant, std::string_view labels,
           baseline::Reading reading, const baseline::SeriesDetector& series,
           const Thresholds& thresholds = {}) const;
  void Remove(kv::Batch& batch, std::string_view tenant, std::string_view labels) const;
  base::Result<> Write(const kv::Batch& batch) const;

  // What the noise budget has learnt, kept beside the states that were made under it.
  base::Result<std::optional<NoiseBudget::Memory>> LoadBudget() const;
  void PutBudget(kv::Batch& batch, const NoiseBudget::Memory& memory) const;

  base::Result<> DeleteTenant(std::string_view tenant) const;
  // Removes the states of series without a value for kKept. Reads all of them.
  static constexpr std::chrono::hours kKept{15 * 24};
  base::Result<> DropOld(base::TimePoint now) const;

  // Of the samples that this start may replay for series without a state, takes one series' share:
  // those that were younger than the first turn of writing. False when they are used up: then a
  // book is missing, and learning anew is cheaper than reading everything.
  bool MayReplay() const { return replayed_.load(std::memory_order_relaxed) < kReplayedMax; }
  void Replayed(size_t samples) { replayed_.fetch_add(samples, std::memory_order_relaxed); }

 private:
  static constexpr uint64_t kReplayedMax = 20'000'000;  // two or three seconds of a processor

  kv::Db& db_;
  const kv::Family family_;
  std::atomic<uint64_t> replayed_{0};
};

}  // namespace vedette::detect
