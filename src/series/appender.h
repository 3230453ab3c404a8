#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/result.h"
#include "kv/db.h"
#include "model/write_batch.h"
#include "series/log_record.h"
#include "series/shard_state.h"
#include "series/store.h"

namespace vedette::series {

// The part of an append that belongs to one shard: entries of the batch with their hashes.
struct SubBatch {
  struct Item {
    uint64_t hash = 0;
    uint32_t entry = 0;
    bool has_histograms = false;
    bool has_exemplars = false;
  };
  Tenant* tenant = nullptr;
  const model::WriteBatch* batch = nullptr;
  const AppendLimits* limits = nullptr;
  std::vector<Item> items;
};

// Appends to one shard, in this order: check all samples, write the accepted ones to the log in
// one batch of kv, apply them to memory, tell the observer. When the write fails nothing has
// happened. Runs on the shard's thread.
//
// The checks see the samples that were accepted before in the same call through the slots' newest
// sample, which is set at once and taken back on failure; only samples that are not newest need
// the map of what was accepted so far, which is made when the first such sample comes.
class Appender {
 public:
  explicit Appender(ShardState& state) : state_(state) {}

  base::Result<AppendReport> Append(const SubBatch& work);

 private:
  struct Accepted {
    uint32_t slot;
    int64_t t_ms;
    double value;
  };
  struct AcceptedHistogram {
    uint32_t slot;
    HistogramSample sample;
  };
  using SlotTime = std::pair<uint32_t, int64_t>;

  void Begin();
  void GuessSlots(const SubBatch& work);
  void PrefetchLabels(size_t item) const;
  void CheckEntry(const SubBatch& work, size_t item);
  // Whether a sample of this time can be taken at all; makes the series if need be.
  bool Admit(const SubBatch& work, size_t item, int64_t t_ms, uint32_t& index);
  uint32_t FindSlot(const SubBatch& work, size_t item, std::string_view labels) const;
  uint32_t CreateSlot(const SubBatch& work, uint64_t hash, std::string_view labels);
  void CheckSample(const SubBatch& work, uint32_t index, const model::Sample& sample);
  void CheckOlder(const SubBatch& work, uint32_t index, const model::Sample& sample);
  void Accept(uint32_t index, const model::Sample& sample);
  // The parts of appending histograms and exemplars: appender_histograms.cc.
  void CheckMixedEntry(const SubBatch& work, size_t item, uint32_t index);
  void CheckHistogram(const SubBatch& work, uint32_t index, HistogramSample sample);
  const model::Histogram* KnownHistogram(uint32_t index, int64_t t_ms);
  void AcceptHistogram(uint32_t index, HistogramSample sample);
  void NoteExemplars(const SubBatch& work, size_t item, uint32_t index);
  void ApplyHistograms();
  void KeepExemplars();
  bool OutsideWindow(const SubBatch& work, uint32_t index, int64_t t_ms);
  void CountDuplicate() {
    ++report_.accepted;
    ++report_.duplicates;
  }
  const uint64_t* AcceptedValue(uint32_t index, int64_t t_ms);
  // The float at this time, of this append or in memory.
  std::optional<uint64_t> KnownValue(uint32_t index, int64_t t_ms);
  // `why` makes the text, which only the first refusal needs.
  template <typename Why>
  void Refuse(uint64_t& count, model::LabelsView labels, int64_t t_ms, Why why);
  void RefuseConflicting(uint32_t index, int64_t t_ms);
  base::Result<> WriteLog();
  void TakeBack();
  void ApplyAll();
  void TellObserver();
  void Count() const;

  ShardState& state_;
  AppendReport report_;
  std::vector<uint32_t> guesses_;  // by item
  std::vector<Accepted> accepted_;
  std::vector<uint32_t> created_;
  std::vector<uint32_t> returned_;  // and written with this append
  base::Result<> failed_;           // looking for a series on disk
  std::vector<ObservedSample> observed_;
  std::vector<ObservedSample> late_;
  boost::unordered_flat_map<SlotTime, uint64_t> accepted_values_;
  size_t accepted_values_of_ = 0;  // of so many accepted samples
  std::vector<AcceptedHistogram> histograms_;
  boost::unordered_flat_map<SlotTime, std::shared_ptr<const model::Histogram>> histogram_values_;
  std::shared_ptr<const model::Histogram> found_;  // what KnownHistogram gave last
  std::vector<std::pair<uint32_t, const model::Exemplar*>> exemplars_;  // by slot
  LogRecordWriter log_;
  kv::Batch batch_;
  std::string series_record_;
};

}  // namespace vedette::series
