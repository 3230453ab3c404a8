#include "series/appender.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <utility>

#include "base/duration.h"
#include "series/catch_up.h"
#include "series/checkpointer.h"
#include "series/cold.h"

namespace vedette::series {
namespace {

// How far ahead the loops ask for memory: cells of the table, then slots, then their labels.
constexpr size_t kCellsAhead = 16;
constexpr size_t kLabelsAhead = 4;
constexpr size_t kChunksAhead = 4;
constexpr size_t kCacheLine = 64;
// Behind the clock: what is no older has not come out of order, but after one that lies ahead.
constexpr int64_t kOnTimeMs = 60'000;

void PrefetchSlot(const Slot& slot) {
  const char* line = reinterpret_cast<const char*>(&slot);
  __builtin_prefetch(line);
  __builtin_prefetch(line + kCacheLine);
  __builtin_prefetch(line + 2 * kCacheLine);
}

}  // namespace

template <typename Why>
void Appender::Refuse(uint64_t& count, model::LabelsView labels, int64_t t_ms, Why why) {
  ++count;
  if (!report_.first_refusal.empty()) return;
  report_.first_refusal = fmt::format("{} at {}: {}", labels.ToString(),
                                      base::FormatTime(base::FromMillis(t_ms)), why());
}

void Appender::RefuseConflicting(uint32_t index, int64_t t_ms) {
  Refuse(report_.conflicting, state_.head.slot(index).labels(), t_ms,
         [] { return "another value is stored for this time"; });
}

base::Result<AppendReport> Appender::Append(const SubBatch& work) {
  if (work.tenant->removed.load()) {
    return base::Unavailable(fmt::format("tenant {} is being removed", work.tenant->name));
  }
  Begin();
  GuessSlots(work);
  for (size_t i = 0; i < work.items.size(); ++i) {
    const uint64_t refused = report_.refused();
    CheckEntry(work, i);
    if (report_.refused() != refused) report_.refused_entries.push_back(work.items[i].entry);
  }
  if (!failed_.ok()) {
    TakeBack();
    return std::move(failed_).error().With("finding a series that left memory");
  }
  if (!accepted_.empty() || !histograms_.empty()) {
    if (base::Result<> written = WriteLog(); !written.ok()) {
      TakeBack();
      return std::move(written).error().With("appending samples");
    }
    ApplyAll();
    TellObserver();
  }
  KeepExemplars();
  report_.new_series = created_.size();
  Count();
  return report_;
}

void Appender::Begin() {
  report_ = AppendReport();
  failed_ = {};
  accepted_.clear();
  created_.clear();
  observed_.clear();
  late_.clear();
  accepted_values_.clear();
  accepted_values_of_ = 0;
  histograms_.clear();
  histogram_values_.clear();
  exemplars_.clear();
  log_.Clear();
  batch_.Clear();
}

void Appender::GuessSlots(const SubBatch& work) {
  const Head& head = state_.head;
  const size_t count = work.items.size();
  guesses_.resize(count);
  for (size_t i = 0; i < std::min(kCellsAhead, count); ++i) head.PrefetchCell(work.items[i].hash);
  for (size_t i = 0; i < count; ++i) {
    if (i + kCellsAhead < count) head.PrefetchCell(work.items[i + kCellsAhead].hash);
    guesses_[i] = head.Guess(work.items[i].hash);
    if (guesses_[i] != SlotTable::kNone) PrefetchSlot(head.slot(guesses_[i]));
  }
}

uint32_t Appender::FindSlot(const SubBatch& work, size_t item, std::string_view labels) const {
  const Head& head = state_.head;
  const uint64_t hash = work.items[item].hash;
  const uint32_t guess = guesses_[item];
  if (guess != SlotTable::kNone && head.IsSeries(guess, hash, work.tenant, labels)) return guess;
  return head.Find(hash, work.tenant, labels);
}

void Appender::PrefetchLabels(size_t item) const {
  if (item >= guesses_.size() || guesses_[item] == SlotTable::kNone) return;
  const Slot& slot = state_.head.slot(guesses_[item]);
  for (size_t at = 0; at < slot.label_size; at += kCacheLine) {
    __builtin_prefetch(slot.label_bytes.get() + at);
  }
}

void Appender::CheckEntry(const SubBatch& work, size_t item) {
  PrefetchLabels(item + kLabelsAhead);
  const auto& entry = work.batch->entries()[work.items[item].entry];
  const model::LabelsView labels = work.batch->labels(entry);
  uint32_t index = FindSlot(work, item, labels.bytes());
  if (work.items[item].has_histograms) {
    CheckMixedEntry(work, item, index);
    return;
  }
  for (const model::Sample& sample : work.batch->samples(entry)) {
    if (Admit(work, item, sample.t_ms, index)) CheckSample(work, index, sample);
  }
  if (work.items[item].has_exemplars) NoteExemplars(work, item, index);
}

bool Appender::Admit(const SubBatch& work, size_t item, int64_t t_ms, uint32_t& index) {
  const auto labels = [&] {
    return work.batch->labels(work.batch->entries()[work.items[item].entry]);
  };
  const int64_t max_time_ms = std::min(work.limits->max_time_ms, kMaxTimeMs);
  if (t_ms > max_time_ms) {
    Refuse(report_.too_new, labels(), t_ms,
           [&] { return "newer than " + base::FormatTime(base::FromMillis(max_time_ms)); });
    return false;
  }
  if (t_ms < state_.oldest_ms) {
    Refuse(report_.out_of_order, labels(), t_ms,
           [] { return "older than what storage.retention keeps"; });
    return false;
  }
  if (index == SlotTable::kNone) {
    index = CreateSlot(work, work.items[item].hash, labels().bytes());
  }
  if (index == SlotTable::kNone) {
    Refuse(report_.over_series_limit, labels(), t_ms, [&] {
      return fmt::format("a new series beyond limits.series_max ({})", work.limits->max_series);
    });
    return false;
  }
  return true;
}

uint32_t Appender::CreateSlot(const SubBatch& work, uint64_t hash, std::string_view labels) {
  if (!failed_.ok()) return SlotTable::kNone;
  if (work.tenant->series.fetch_add(1) >= work.limits->max_series) {
    work.tenant->series.fetch_sub(1);
    return SlotTable::kNone;
  }
  const base::Result<uint32_t> returned = Return(state_, hash, work.tenant, labels);
  if (!returned.ok()) {
    work.tenant->series.fetch_sub(1);
    failed_ = returned.error();
    return SlotTable::kNone;
  }
  if (*returned != SlotTable::kNone) {
    // Its last chunk may be small: to be merged before the series leaves again.
    const int64_t last_t_ms = state_.head.slot(*returned).disk_max_t_ms;
    if (last_t_ms != INT64_MIN) state_.loose.Add(*returned, BucketOf(last_t_ms));
    return *returned;
  }
  const SeriesRef ref = MakeRef(state_.shard, state_.next_counter + created_.size());
  const uint32_t index = state_.head.Create(hash, work.tenant, labels, ref);
  created_.push_back(index);
  series_record_.clear();
  EncodeSeries({.tenant = work.tenant->id, .labels = model::LabelsView::FromCanonical(labels)},
               series_record_);
  batch_.Put(state_.Family(FamilyName::kSeries), KeyOfSeries(ref), series_record_);
  return index;
}

inline void Appender::Accept(uint32_t index, const model::Sample& sample) {
  accepted_.push_back({index, sample.t_ms, sample.value});
  log_.Add({.counter = CounterOf(state_.head.slot(index).ref),
            .t_ms = sample.t_ms,
            .value = sample.value});
  ++report_.accepted;
}

void Appender::CheckSample(const SubBatch& work, uint32_t index, const model::Sample& sample) {
  Slot& slot = state_.head.slot(index);
  const auto bits = std::bit_cast<uint64_t>(sample.value);
  if (sample.t_ms > slot.newest_t_ms) {
    slot.SetNewest(sample.t_ms, bits, false);
    Accept(index, sample);
  } else if (sample.t_ms < slot.newest_t_ms || slot.newest_is_unknown) {
    CheckOlder(work, index, sample);
  } else if (bits == slot.newest_bits && !slot.newest_is_histogram) {
    CountDuplicate();
  } else {
    RefuseConflicting(index, sample.t_ms);
  }
}

void Appender::CheckOlder(const SubBatch& work, uint32_t index, const model::Sample& sample) {
  if (const std::optional<uint64_t> stored = KnownValue(index, sample.t_ms)) {
    if (*stored == std::bit_cast<uint64_t>(sample.value)) {
      CountDuplicate();
    } else {
      RefuseConflicting(index, sample.t_ms);
    }
  } else if (state_.head.slot(index).has_histograms &&
             KnownHistogram(index, sample.t_ms) != nullptr) {
    RefuseConflicting(index, sample.t_ms);
  } else if (!OutsideWindow(work, index, sample.t_ms)) {
    Accept(index, sample);
  }
}

bool Appender::OutsideWindow(const SubBatch& work, uint32_t index, int64_t t_ms) {
  const Slot& slot = state_.head.slot(index);
  const AppendLimits& limits = *work.limits;
  const bool ahead = slot.newest_t_ms > limits.now_ms;
  const int64_t window_ms =
      std::max(limits.out_of_order_window.count(), ahead ? kOnTimeMs : int64_t{0});
  const int64_t behind_ms = std::min(slot.newest_t_ms, limits.now_ms) - t_ms;
  if (limits.unlimited_out_of_order || behind_ms <= window_ms) return false;
  Refuse(report_.out_of_order, slot.labels(), t_ms, [&] {
    return fmt::format(
        "older than the series' newest sample ({}) by more than ingest.out_of_order_window ({})",
        base::FormatTime(base::FromMillis(slot.newest_t_ms)),
        base::FormatDuration(limits.out_of_order_window));
  });
  return true;
}

std::optional<uint64_t> Appender::KnownValue(uint32_t index, int64_t t_ms) {
  if (const uint64_t* value = AcceptedValue(index, t_ms)) return *value;
  return state_.head.ValueAt(index, t_ms);
}

const uint64_t* Appender::AcceptedValue(uint32_t index, int64_t t_ms) {
  for (; accepted_values_of_ < accepted_.size(); ++accepted_values_of_) {
    const Accepted& sample = accepted_[accepted_values_of_];
    accepted_values_.emplace(SlotTime(sample.slot, sample.t_ms),
                             std::bit_cast<uint64_t>(sample.value));
  }
  const auto found = accepted_values_.find(SlotTime(index, t_ms));
  return found == accepted_values_.end() ? nullptr : &found->second;
}

base::Result<> Appender::WriteLog() {
  for (const AcceptedHistogram& accepted : histograms_) {
    log_.AddHistogram(
        {.counter = CounterOf(state_.head.slot(accepted.slot).ref), .sample = accepted.sample});
  }
  // Those that came back are put there whole: what they had is in chunks, and the log goes on.
  returned_.clear();
  for (const auto& [index, key] : state_.head.returning()) returned_.push_back(index);
  for (const uint32_t index : returned_) PutSlot(state_, index, batch_);
  const std::string_view record = log_.Finish();
  batch_.Put(state_.Family(FamilyName::kLog), KeyOfLog(state_.shard, state_.last_seq + 1), record);
  VEDETTE_TRY_VOID(state_.Write(batch_, state_.around.options.durability));
  for (const uint32_t index : returned_) state_.head.MarkStored(index);
  ++state_.last_seq;
  state_.next_counter += created_.size();
  state_.log_bytes += record.size();
  state_.around.metrics.log_bytes.Add(record.size());
  return {};
}

// The numbers of the record and of the series are used again by the next append, which overwrites
// whatever the failed write may have left.
void Appender::TakeBack() {
  for (const uint32_t index : created_) {
    state_.head.slot(index).tenant->series.fetch_sub(1);
  }
  for (const Accepted& sample : accepted_) {
    if (state_.head.slot(sample.slot).live) state_.head.RestoreNewest(sample.slot);
  }
  for (const AcceptedHistogram& accepted : histograms_) {
    if (state_.head.slot(accepted.slot).live) state_.head.RestoreNewest(accepted.slot);
  }
  for (const uint32_t index : created_) state_.head.Discard(index);
}

void Appender::ApplyAll() {
  for (const uint32_t index : created_) {
    state_.head.Publish(index);
    if (state_.observer) CatchUp::Tell(state_, index);
  }
  for (size_t i = 0; i < accepted_.size(); ++i) {
    if (i + kChunksAhead < accepted_.size()) {
      __builtin_prefetch(state_.head.slot(accepted_[i + kChunksAhead].slot).chunk.tail(), 1);
    }
    const Accepted& sample = accepted_[i];
    if (state_.observer && !state_.head.slot(sample.slot).observed) {
      CatchUp::Tell(state_, sample.slot);
    }
    const bool in_order = state_.head.Apply(sample.slot, sample.t_ms, sample.value);
    if (!state_.observer) continue;
    (in_order ? observed_ : late_).push_back({sample.slot, sample.t_ms, sample.value});
  }
  ApplyHistograms();
}

void Appender::TellObserver() {
  if (!observed_.empty()) state_.observer->OnSamples(observed_, true);
  if (!late_.empty()) state_.observer->OnLate(late_);
}

void Appender::Count() const {
  Metrics& metrics = state_.around.metrics;
  metrics.samples.Add(report_.accepted - report_.duplicates);
  metrics.histograms.Add(histograms_.size());
  metrics.exemplars.Add(report_.exemplars);
  metrics.duplicates.Add(report_.duplicates);
  if (report_.refused() > 0) {
    metrics.refused_out_of_order.Add(report_.out_of_order);
    metrics.refused_conflicting.Add(report_.conflicting);
    metrics.refused_too_new.Add(report_.too_new);
    metrics.refused_series_limit.Add(report_.over_series_limit);
  }
  metrics.series_created.Add(created_.size());
  state_.samples.fetch_add(report_.accepted - report_.duplicates, std::memory_order_relaxed);
  state_.series.store(state_.head.series(), std::memory_order_relaxed);
  state_.head_bytes.store(state_.head.memory_bytes(), std::memory_order_relaxed);
}

}  // namespace vedette::series
