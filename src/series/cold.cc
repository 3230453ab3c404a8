#include "series/cold.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/log.h"
#include "series/rollup.h"

namespace vedette::series {
namespace {

constexpr uint8_t kByTime = 0;  // what keys begin with
constexpr uint8_t kByHash = 1;
constexpr uint8_t kByRef = 2;
constexpr size_t kDayOffset = 3;
constexpr size_t kTenantOffset = 7;
constexpr size_t kNameOffset = 11;
constexpr size_t kTailBytes = 16;  // time of the newest sample, reference
constexpr size_t kDropsPerSlice = 2048;
constexpr size_t kLooksPerSlice = 65'536;
constexpr size_t kMarkBytesPerSlice = 256 << 10;

constexpr uint8_t kOutOfOrderOnDisk = 1;
constexpr uint8_t kHistograms = 2;
constexpr uint8_t kNewestIsHistogram = 4;
constexpr uint8_t kNewestIsUnknown = 8;

using ShardPrefix = FixedKey<3>;
using DayPrefix = FixedKey<7>;
using HashKey = FixedKey<11>;
using RefKey = FixedKey<9>;

ShardPrefix OfShard(uint32_t shard) {
  return ShardPrefix().Add(kByTime).Add(static_cast<uint16_t>(shard));
}
DayPrefix OfDay(uint32_t shard, int64_t day) {
  return DayPrefix().Add(kByTime).Add(static_cast<uint16_t>(shard)).Add(DayInKey(day));
}
HashKey KeyOfHash(uint32_t shard, uint64_t hash) {
  return HashKey().Add(kByHash).Add(static_cast<uint16_t>(shard)).Add(hash);
}
RefKey KeyOfRef(SeriesRef ref) { return RefKey().Add(kByRef).Add(ref); }

template <typename Number>
Number BigEndian(std::string_view bytes) {
  Number number = 0;
  for (size_t i = 0; i < sizeof(Number); ++i) {
    number = static_cast<Number>(number << 8 | static_cast<uint8_t>(bytes[i]));
  }
  return number;
}

// Of the records of a tenant that end on a day; with a name, of those of one metric.
std::string PrefixOf(uint32_t shard, int64_t day, TenantId tenant, std::string_view name) {
  std::string key(std::string_view(OfDay(shard, day)));
  key.append(std::string_view(FixedKey<4>().Add(tenant)));
  if (!name.empty()) key.append(name).push_back('\0');
  return key;
}

// REQUIRES: a whole key.
TenantId TenantOf(std::string_view key) { return BigEndian<TenantId>(key.substr(kTenantOffset)); }
SeriesRef RefOf(std::string_view key) {
  return BigEndian<SeriesRef>(key.substr(key.size() - sizeof(SeriesRef)));
}
int64_t LastTimeOf(std::string_view key) {
  const auto time = BigEndian<uint64_t>(key.substr(key.size() - kTailBytes));
  return static_cast<int64_t>(time ^ (uint64_t{1} << 63));
}
bool IsWhole(std::string_view key) { return key.size() > kNameOffset + kTailBytes; }

// The fixed part of a record, little-endian, in front of the labels.
struct Fixed {
  uint64_t hash = 0;
  int64_t first_t_ms = 0;
  int64_t disk_max_t_ms = 0;
  int64_t newest_t_ms = 0;
  uint64_t newest_bits = 0;
  uint32_t next_number = 0;
  uint8_t flags = 0;
  uint8_t version = kFormatVersion;
  uint16_t reserved = 0;
};
static_assert(sizeof(Fixed) == 48);
constexpr size_t kChecksumBytes = 4;

uint32_t Checksum(std::string_view bytes) {
  return static_cast<uint32_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

std::string Encode(const Slot& slot, const HeadRecord& head) {
  const Fixed fixed{
      .hash = slot.hash,
      .first_t_ms = slot.first_t_ms,
      .disk_max_t_ms = head.disk_max_t_ms,
      .newest_t_ms = slot.newest_t_ms,
      .newest_bits = slot.newest_bits,
      .next_number = slot.next_number,
      .flags = static_cast<uint8_t>((head.out_of_order_on_disk ? kOutOfOrderOnDisk : 0) |
                                    (slot.has_histograms ? kHistograms : 0) |
                                    (slot.newest_is_histogram ? kNewestIsHistogram : 0) |
                                    (slot.newest_is_unknown ? kNewestIsUnknown : 0))};
  std::string record(kChecksumBytes, '\0');
  record.append(reinterpret_cast<const char*>(&fixed), sizeof(fixed));
  record.append(slot.labels().bytes());
  const uint32_t checksum = Checksum(std::string_view(record).substr(kChecksumBytes));
  std::memcpy(record.data(), &checksum, sizeof(checksum));
  return record;
}

struct Record {
  Fixed fixed;
  model::LabelsView labels;  // views the bytes
};

base::Result<Record> Decode(std::string_view key, std::string_view bytes) {
  uint32_t checksum = 0;
  Record record;
  if (!IsWhole(key) || bytes.size() < kChecksumBytes + sizeof(Fixed)) {
    return base::DataLoss("a record of series_cold is too short");
  }
  std::memcpy(&checksum, bytes.data(), sizeof(checksum));
  bytes.remove_prefix(kChecksumBytes);
  if (checksum != Checksum(bytes)) return base::DataLoss("a record of series_cold is damaged");
  std::memcpy(&record.fixed, bytes.data(), sizeof(Fixed));
  bytes.remove_prefix(sizeof(Fixed));
  if (record.fixed.version != kFormatVersion) {
    return base::DataLoss("unknown version of series_cold");
  }
  VEDETTE_TRY(record.labels, model::LabelsView::ParseCanonical(bytes));
  return record;
}

Slot SlotOf(std::string_view key, const Record& record, Tenant* tenant) {
  const Fixed& fixed = record.fixed;
  const std::string_view labels = record.labels.bytes();
  Slot slot;
  slot.hash = fixed.hash;
  slot.ref = RefOf(key);
  slot.tenant = tenant;
  slot.label_size = static_cast<uint32_t>(labels.size());
  slot.label_bytes = std::make_unique_for_overwrite<char[]>(labels.size());
  std::memcpy(slot.label_bytes.get(), labels.data(), labels.size());
  slot.out_of_order_on_disk = (fixed.flags & kOutOfOrderOnDisk) != 0;
  slot.has_histograms = (fixed.flags & kHistograms) != 0;
  slot.newest_is_histogram = (fixed.flags & kNewestIsHistogram) != 0;
  slot.newest_is_unknown = (fixed.flags & kNewestIsUnknown) != 0;
  slot.newest_t_ms = fixed.newest_t_ms;
  slot.newest_bits = fixed.newest_bits;
  slot.first_t_ms = fixed.first_t_ms;
  slot.disk_max_t_ms = fixed.disk_max_t_ms;
  slot.next_number = fixed.next_number;
  return slot;
}

void LeaveOut(base::Counter& corrupt, uint32_t shard, const base::Error& error) {
  corrupt.Add();
  base::LogError("a damaged record is left out",
                 {{"record", "series_cold"}, {"shard", shard}, {"error", error.message}});
}

kv::Family Cold(const ShardState& state) { return state.Family(FamilyName::kCold); }

// What an entry by hash or by reference leads to: the record's key, and the record as a slot.
struct Found {
  std::string key;
  Slot slot;
};

base::Result<std::optional<Found>> Lookup(const ShardState& state, std::string_view entry) {
  VEDETTE_TRY(auto key, state.around.db.Get(Cold(state), entry));
  if (!key.has_value()) return std::optional<Found>();
  VEDETTE_TRY(const auto bytes, state.around.db.Get(Cold(state), *key));
  if (!bytes.has_value()) return std::optional<Found>();
  const base::Result<Record> record = Decode(*key, *bytes);
  if (!record.ok()) {
    LeaveOut(state.around.metrics.corrupt, state.shard, record.error());
    return std::optional<Found>();
  }
  Slot slot = SlotOf(*key, *record, nullptr);
  return std::optional<Found>(Found{.key = std::move(*key), .slot = std::move(slot)});
}

void DeleteKeys(const ShardState& state, std::string_view key, uint64_t hash, kv::Batch& batch) {
  batch.Delete(Cold(state), key);
  batch.Delete(Cold(state), KeyOfHash(state.shard, hash));
  batch.Delete(Cold(state), KeyOfRef(RefOf(key)));
}

// The metric name that the matchers ask for, if one does.
std::string_view NameIn(const std::vector<model::Matcher>& matchers) {
  for (const model::Matcher& matcher : matchers) {
    if (matcher.op() == model::MatchOp::kEqual && matcher.name() == model::kMetricName) {
      return matcher.value();
    }
  }
  return {};
}

}  // namespace

base::Result<> RecoverCold(ShardState& state) {
  kv::Db& db = state.around.db;
  const auto refs = db.NewIterator(Cold(state), KeyOfRef(MakeRef(state.shard, 0)),
                                   KeyOfRef(MakeRef(state.shard + 1, 0)));
  refs->SeekToLast();
  VEDETTE_TRY_VOID(refs->status());
  if (refs->Valid()) {
    const uint64_t last = CounterOf(BigEndian<uint64_t>(refs->key().substr(1)));
    state.next_counter = std::max(state.next_counter, last + 1);
  }
  const auto records = db.NewIterator(Cold(state), OfShard(state.shard), OfShard(state.shard + 1));
  records->SeekToLast();
  VEDETTE_TRY_VOID(records->status());
  if (!records->Valid()) return {};
  VEDETTE_TRY(const int64_t day, ParseBucket(records->key().substr(kDayOffset)));
  state.cold_until_ms = (day + 1) * kBucketMs - 1;
  return {};
}

std::string PutCold(ShardState& state, uint32_t index, kv::Batch& batch) {
  const Slot& slot = state.head.slot(index);
  const HeadRecord head = state.head.RecordOf(index, state.last_seq);
  const int64_t last_t_ms = std::max(slot.newest_t_ms, head.disk_max_t_ms);
  std::string key = PrefixOf(state.shard, BucketOf(last_t_ms), slot.tenant->id, {});
  key.append(slot.labels().metric_name()).push_back('\0');
  key.append(std::string_view(FixedKey<kTailBytes>().Add(TimeInKey(last_t_ms)).Add(slot.ref)));
  batch.Put(Cold(state), key, Encode(slot, head));
  batch.Put(Cold(state), KeyOfHash(state.shard, slot.hash), key);
  batch.Put(Cold(state), KeyOfRef(slot.ref), key);
  batch.Delete(state.Family(FamilyName::kSeries), KeyOfSeries(slot.ref));
  batch.Delete(state.Family(FamilyName::kHead), KeyOfSeries(slot.ref));
  state.cold_until_ms = std::max(state.cold_until_ms, last_t_ms);
  return key;
}

base::Result<bool> HashIsTaken(const ShardState& state, uint32_t index) {
  const Slot& slot = state.head.slot(index);
  if (slot.returning || !state.HasCold()) return false;
  VEDETTE_TRY(const auto found, Lookup(state, KeyOfHash(state.shard, slot.hash)));
  return found.has_value();
}

void PutReturned(const ShardState& state, uint32_t index, kv::Batch& batch) {
  const Slot& slot = state.head.slot(index);
  std::string record;
  EncodeSeries({.tenant = slot.tenant->id, .labels = slot.labels()}, record);
  batch.Put(state.Family(FamilyName::kSeries), KeyOfSeries(slot.ref), record);
  DeleteReturned(state, index, batch);
}

void DeleteReturned(const ShardState& state, uint32_t index, kv::Batch& batch) {
  const std::string& key = state.head.returning().at(index);
  if (!key.empty()) DeleteKeys(state, key, state.head.slot(index).hash, batch);
}

base::Result<uint32_t> Return(ShardState& state, uint64_t hash, Tenant* tenant,
                              std::string_view labels) {
  if (!state.HasCold()) return SlotTable::kNone;
  VEDETTE_TRY(auto found, Lookup(state, KeyOfHash(state.shard, hash)));
  if (!found.has_value() || TenantOf(found->key) != tenant->id ||
      found->slot.labels().bytes() != labels) {
    return SlotTable::kNone;
  }
  state.around.metrics.series_returned.Add();
  const uint32_t index = state.head.Return(found->slot, tenant, std::move(found->key));
  state.head.slot(index).returned = ++state.returns;
  return index;
}

void ForgetSlots(ShardState& state, std::span<const uint32_t> slots) {
  for (const uint32_t index : slots) {
    state.head.slot(index).tenant->series.fetch_sub(1);
    if (state.head.slot(index).observed) state.observer->OnSeriesGone(index);
    state.exemplars.Remove(index);
    state.untold.erase(index);
  }
  state.head.Remove(slots);
  state.series.store(state.head.series(), std::memory_order_relaxed);
  state.head_bytes.store(state.head.memory_bytes(), std::memory_order_relaxed);
}

ColdWalk::ColdWalk(const ShardState& state, const Query& query, std::string_view cursor)
    : query_(query),
      shard_(state.shard),
      name_(NameIn(*query.matchers)),
      corrupt_(&state.around.metrics.corrupt),
      cursor_(cursor) {
  if (!state.HasCold() || query.from_ms > state.cold_until_ms) return;
  query_.from_ms = std::max(query.from_ms, kMinTimeMs);
  for (const auto& [index, key] : state.head.returning()) {
    in_memory_.push_back(state.head.slot(index).ref);
  }
  std::sort(in_memory_.begin(), in_memory_.end());
  records_ = state.around.db.NewIterator(Cold(state), OfDay(shard_, BucketOf(query_.from_ms)),
                                         OfShard(shard_ + 1));
}

// Where those of a day begin that are wanted: behind this the keys say how long a series lasted.
std::string ColdWalk::Start(int64_t day) const {
  std::string key = PrefixOf(shard_, day, query_.tenant->id, name_);
  if (!name_.empty() && day == BucketOf(query_.from_ms)) {
    key.append(std::string_view(FixedKey<8>().Add(TimeInKey(query_.from_ms))));
  }
  return key;
}

base::Result<> ColdWalk::Run(const std::function<bool(Slot& slot)>& visit) {
  if (records_ == nullptr) return {};
  int64_t day = BucketOf(query_.from_ms);
  if (cursor_.empty()) {
    records_->Seek(Start(day));
  } else {
    VEDETTE_TRY(day, ParseBucket(std::string_view(cursor_).substr(kDayOffset)));
    records_->Seek(cursor_);
  }
  std::string prefix = PrefixOf(shard_, day, query_.tenant->id, name_);
  bool more = true;
  while (more && records_->Valid()) {
    const std::string_view key = records_->key();
    if (key.starts_with(prefix)) {
      VEDETTE_TRY_VOID(Visit(visit, more));
      continue;
    }
    // Behind all of the day before, or in front of what is wanted of this one.
    VEDETTE_TRY(day, ParseBucket(key.substr(kDayOffset)));
    prefix = PrefixOf(shard_, day, query_.tenant->id, name_);
    if (key > prefix && !key.starts_with(prefix)) {
      prefix = PrefixOf(shard_, ++day, query_.tenant->id, name_);
    }
    if (const std::string start = Start(day); key < start) records_->Seek(start);
  }
  return records_->status();
}

// The one at hand, and moves on.
base::Result<> ColdWalk::Visit(const std::function<bool(Slot& slot)>& visit, bool& more) {
  const std::string_view key = records_->key();
  cursor_.assign(key).push_back('\0');
  if (!IsWhole(key) || LastTimeOf(key) >= query_.from_ms) {
    const base::Result<Record> record = Decode(key, records_->value());
    if (!record.ok()) {
      LeaveOut(*corrupt_, shard_, record.error());
    } else if (record->fixed.first_t_ms <= query_.to_ms &&
               model::MatchesAll(*query_.matchers, record->labels) &&
               !std::binary_search(in_memory_.begin(), in_memory_.end(), RefOf(key))) {
      Slot slot = SlotOf(key, *record, query_.tenant);
      more = visit(slot);
    }
  }
  records_->Next();
  return {};
}

base::Result<std::optional<Slot>> FindCold(const ShardState& state, Tenant* tenant, SeriesRef ref) {
  if (!state.HasCold()) return std::optional<Slot>();
  VEDETTE_TRY(auto found, Lookup(state, KeyOfRef(ref)));
  if (!found.has_value() || TenantOf(found->key) != tenant->id) return std::optional<Slot>();
  found->slot.tenant = tenant;
  return std::optional<Slot>(std::move(found->slot));
}

base::Result<bool> MarkCold(const ShardState& state, int64_t end_day, kv::Batch& batch,
                            std::string& cursor) {
  const auto records =
      state.around.db.NewIterator(Cold(state), OfShard(state.shard), OfShard(state.shard + 1));
  size_t looked = 0;
  for (records->Seek(cursor); records->Valid(); records->Next()) {
    if (batch.bytes() >= kMarkBytesPerSlice || ++looked > kLooksPerSlice) return false;
    const std::string_view key = records->key();
    cursor.assign(key).push_back('\0');
    const base::Result<Record> record = Decode(key, records->value());
    if (!record.ok() || (record->fixed.flags & kHistograms) != 0) continue;
    const int64_t end = std::min(end_day, BucketOf(LastTimeOf(key)) + 1);
    for (int64_t day = std::max(state.dropped_day, BucketOf(record->fixed.first_t_ms)); day < end;
         ++day) {
      MarkUnrolled(state.around.families, state.shard,
                   {.day = day, .tenant = TenantOf(key), .ref = RefOf(key)}, batch);
    }
  }
  VEDETTE_TRY_VOID(records->status());
  return true;
}

base::Result<bool> DropCold(const ShardState& state, int64_t end_ms,
                            const std::function<bool(const ColdEntry& entry)>& goes,
                            std::string& cursor) {
  if (!state.HasCold()) return true;
  kv::Batch batch;
  size_t dropped = 0;
  size_t looked = 0;
  {
    const int64_t end_day = BucketOf(std::clamp(end_ms, kMinTimeMs, kMaxTimeMs));
    const auto records = state.around.db.NewIterator(Cold(state), OfShard(state.shard),
                                                     OfDay(state.shard, end_day + 1));
    for (records->Seek(cursor); records->Valid(); records->Next()) {
      if (dropped >= kDropsPerSlice || ++looked > kLooksPerSlice) break;
      const std::string_view key = records->key();
      cursor.assign(key).push_back('\0');
      if (!IsWhole(key)) continue;
      ColdEntry entry{.tenant = TenantOf(key), .last_t_ms = LastTimeOf(key)};
      if (entry.last_t_ms >= end_ms) continue;
      const base::Result<Record> record = Decode(key, records->value());
      entry.has_histograms = record.ok() && (record->fixed.flags & kHistograms) != 0;
      if (!goes(entry)) continue;
      if (record.ok()) {
        DeleteKeys(state, key, record->fixed.hash, batch);
      } else {
        batch.Delete(Cold(state), key);  // what led to it by the hash leads nowhere now
        batch.Delete(Cold(state), KeyOfRef(RefOf(key)));
      }
      ++dropped;
    }
    VEDETTE_TRY_VOID(records->status());
  }
  if (dropped > 0) VEDETTE_TRY_VOID(state.Write(batch, kv::Durability::kProcess));
  state.around.metrics.series_removed.Add(dropped);
  return dropped < kDropsPerSlice && looked <= kLooksPerSlice;
}

}  // namespace vedette::series
