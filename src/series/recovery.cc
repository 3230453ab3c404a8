#include "series/recovery.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "series/cold.h"
#include "series/known_series.h"
#include "series/log_record.h"
#include "series/rollup.h"

namespace vedette::series {
namespace {

class Recovery {
 public:
  Recovery(ShardState& state, const SeriesHash& hash) : state_(state), hash_(hash) {}

  base::Result<> Run() {
    VEDETTE_TRY_VOID(ReadCounters());
    VEDETTE_TRY_VOID(ReadSeries());
    VEDETTE_TRY_VOID(ReadHeads());
    VEDETTE_TRY_VOID(ReadLog());
    state_.head.DropBefore(state_.oldest_ms);
    return {};
  }

 private:
  using Known = KnownSeries::Known;

  base::Result<uint64_t> Number(const std::string& key) {
    VEDETTE_TRY(const auto bytes, state_.around.db.Get(state_.Family(FamilyName::kMeta), key));
    if (!bytes.has_value()) return 0;
    return DecodeNumber(*bytes);
  }

  base::Result<> ReadCounters() {
    VEDETTE_TRY(state_.last_seq, Number(LogFloorKey(state_.shard)));
    VEDETTE_TRY(const uint64_t counter, Number(NextRefKey(state_.shard)));
    state_.next_counter = std::max<uint64_t>(counter, 1);
    VEDETTE_TRY(const uint64_t rolled, Number(RolledKey(state_.shard)));
    if (rolled != 0) state_.rolled_day = static_cast<int64_t>(rolled);
    state_.rolling_day = state_.rolled_day;
    VEDETTE_TRY(const auto told,
                state_.around.db.Get(state_.Family(FamilyName::kMeta), ToldKey(state_.shard)));
    if (told) {
      VEDETTE_TRY(state_.told_seq, DecodeNumber(*told));
    }
    return RecoverCold(state_);
  }

  std::unique_ptr<kv::Iterator> OwnRefs(FamilyName family) {
    return state_.around.db.NewIterator(state_.Family(family),
                                        KeyOfSeries(MakeRef(state_.shard, 0)),
                                        KeyOfSeries(MakeRef(state_.shard + 1, 0)));
  }

  static SeriesRef RefOf(std::string_view key) {
    SeriesRef ref = 0;
    for (const char c : key) ref = ref << 8 | static_cast<uint8_t>(c);
    return ref;
  }

  void LeaveOut(const base::Error& error, std::string_view what, uint64_t number) {
    state_.around.metrics.corrupt.Add();
    if (++left_out_ > 10) return;  // the counter has them all
    base::LogError(
        "a damaged record is left out",
        {{"record", what}, {"number", number}, {"shard", state_.shard}, {"error", error.message}});
  }

  base::Result<> ReadSeries() {
    auto records = OwnRefs(FamilyName::kSeries);
    for (records->SeekToFirst(); records->Valid(); records->Next()) {
      const SeriesRef ref = RefOf(records->key());
      state_.next_counter = std::max(state_.next_counter, CounterOf(ref) + 1);
      const base::Result<SeriesRecord> record = DecodeSeries(records->value());
      if (!record.ok()) {
        LeaveOut(record.error(), "series", ref);
        continue;
      }
      Tenant* tenant = state_.around.tenants.FindById(record->tenant);
      if (tenant == nullptr) continue;  // removed; the engine deletes the rest of it
      const std::string_view labels = record->labels.bytes();
      const uint64_t hash = hash_(tenant->id, labels);
      // A failed write can leave a second record of a series that was then made anew.
      if (state_.head.Find(hash, tenant, labels) != SlotTable::kNone) continue;
      const uint32_t slot = state_.head.Create(hash, tenant, labels, ref);
      state_.head.Publish(slot);
      tenant->series.fetch_add(1);
      known_.Add(CounterOf(ref), slot);
    }
    known_.Finish();
    return records->status();
  }

  base::Result<> ReadHeads() {
    auto records = OwnRefs(FamilyName::kHead);
    for (records->SeekToFirst(); records->Valid(); records->Next()) {
      const SeriesRef ref = RefOf(records->key());
      // Of a series whose own record is lost: its reference must not be given to another one.
      state_.next_counter = std::max(state_.next_counter, CounterOf(ref) + 1);
      Known* const known = known_.Find(CounterOf(ref));
      if (known == nullptr) continue;
      const base::Result<HeadRecord> record = DecodeHead(records->value());
      if (!record.ok()) {
        LeaveOut(record.error(), "head", ref);
        state_.head.RestoreUnknown(known->slot);
        continue;
      }
      known->applied_seq = record->applied_seq;
      // The floor may have been set aside with a damaged file.
      state_.last_seq = std::max(state_.last_seq, record->applied_seq);
      const base::Result<> restored = state_.head.Restore(known->slot, *record);
      if (!restored.ok()) LeaveOut(restored.error(), "open chunk", ref);
    }
    return records->status();
  }

  base::Result<> ReadLog() {
    auto records = state_.around.db.NewIterator(
        state_.Family(FamilyName::kLog), KeyOfLog(state_.shard, 0), KeyOfLog(state_.shard + 1, 0));
    std::vector<LoggedSample> samples;
    std::vector<LoggedHistogram> histograms;
    for (records->SeekToFirst(); records->Valid(); records->Next()) {
      const uint64_t seq = RefOf(records->key().substr(sizeof(uint16_t)));
      state_.last_seq = std::max(state_.last_seq, seq);
      state_.log_bytes += records->value().size();
      samples.clear();
      histograms.clear();
      const base::Result<> read = ReadLogRecord(records->value(), samples, histograms);
      if (!read.ok()) {
        LeaveOut(read.error(), "log", seq);
        continue;
      }
      for (size_t i = 0; i < samples.size(); ++i) {
        Prefetch(samples, i);
        const LoggedSample& sample = samples[i];
        if (seq > state_.told_seq.value_or(seq)) NoteUntold(sample);
        const Known* known = Applicable(sample.counter, sample.t_ms, seq);
        if (known != nullptr) state_.head.Apply(known->slot, sample.t_ms, sample.value);
      }
      for (const LoggedHistogram& logged : histograms) {
        const Known* known = Applicable(logged.counter, logged.sample.t_ms, seq);
        if (known != nullptr) state_.head.ApplyHistogram(known->slot, logged.sample);
      }
    }
    return records->status();
  }

  // As when appending: memory is asked for some samples before it is needed.
  void Prefetch(const std::vector<LoggedSample>& samples, size_t i) {
    constexpr size_t kSlotsAhead = 12;
    constexpr size_t kChunksAhead = 4;
    if (i + kSlotsAhead >= samples.size()) return;
    if (const Known* known = known_.Find(samples[i + kSlotsAhead].counter)) {
      const char* slot = reinterpret_cast<const char*>(&state_.head.slot(known->slot));
      __builtin_prefetch(slot);
      __builtin_prefetch(slot + 64);
      __builtin_prefetch(slot + 128);
    }
    if (const Known* known = known_.Find(samples[i + kChunksAhead].counter)) {
      __builtin_prefetch(state_.head.slot(known->slot).chunk.tail(), 1);
    }
  }

  void NoteUntold(const LoggedSample& sample) {
    const Known* const known = known_.Find(sample.counter);
    if (known == nullptr || !state_.observer) return;
    int64_t& first_ms = state_.untold.try_emplace(known->slot, sample.t_ms).first->second;
    first_ms = std::min(first_ms, sample.t_ms);
  }

  // The series of a logged sample, if its head record has not applied it.
  const Known* Applicable(uint64_t counter, int64_t t_ms, uint64_t seq) {
    const Known* const known = known_.Find(counter);
    if (known == nullptr || seq <= known->applied_seq) return nullptr;
    return t_ms < kMinTimeMs || t_ms > kMaxTimeMs ? nullptr : known;
  }

  ShardState& state_;
  const SeriesHash& hash_;
  KnownSeries known_;
  uint64_t left_out_ = 0;
};

}  // namespace

base::Result<> RecoverShard(ShardState& state, const SeriesHash& hash) {
  VEDETTE_TRY_VOID(Recovery(state, hash).Run());
  state.series.store(state.head.series());
  state.head_bytes.store(state.head.memory_bytes());
  return {};
}

}  // namespace vedette::series
