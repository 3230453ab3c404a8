#include "records/block_walk.h"

#include "base/log.h"
#include "records/bits.h"
#include "records/format.h"

namespace vedette::records {
namespace {

constexpr uint64_t kSign = uint64_t{1} << 63;  // times are ordered as unsigned numbers

std::string TimeKey(std::string_view prefix, uint64_t ordered_time) {
  std::string key(prefix);
  AppendFixed64(key, ordered_time);
  return key;
}

// Finds an end of what cannot be read: a time before `unreadable` where the walk can go on, the
// latest one as far as bisection tells. Nothing if there is none down to `from`.
std::optional<uint64_t> LatestReadable(kv::Iterator& iterator, std::string_view prefix,
                                       uint64_t from, uint64_t unreadable) {
  const auto readable = [&](uint64_t time) {
    iterator.SeekForPrev(TimeKey(prefix, time));
    return iterator.Valid() || iterator.status().ok();
  };
  uint64_t high = unreadable;
  uint64_t low = high;
  for (uint64_t step = 1;; step *= 2) {
    if (low <= from) return std::nullopt;
    low = high - from > step ? high - step : from;
    if (readable(low)) break;
    high = low;
    if (step > UINT64_MAX / 2) return std::nullopt;
  }
  while (high - low > 1) {
    const uint64_t middle = low + (high - low) / 2;
    (readable(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace

std::string PartPrefix(std::string_view tenant, char part) { return TenantPrefix(tenant) + part; }

std::string PartTime(std::string_view tenant, char part, int64_t time_ms) {
  return TimeKey(PartPrefix(tenant, part), static_cast<uint64_t>(time_ms) ^ kSign);
}

std::string PartKey(std::string_view tenant, char part, int64_t time_ms, uint64_t generation,
                    uint64_t number) {
  std::string key = PartTime(tenant, part, time_ms);
  AppendFixed64(key, generation);
  AppendFixed64(key, number);
  return key;
}

std::optional<uint64_t> GenerationOf(std::string_view place) {
  uint64_t time = 0;
  uint64_t generation = 0;
  if (!ReadFixed64(place, time) || !ReadFixed64(place, generation)) return std::nullopt;
  return generation;
}

base::Result<> CheckRange(const model::TenantName& tenant, base::TimePoint from,
                          base::TimePoint to) {
  if (!model::IsValidTenantName(tenant)) {
    return base::InvalidArgument("not a tenant's name", "tenant");
  }
  if (from > to) return base::InvalidArgument("'from' is after 'to'", "from");
  return {};
}

base::Result<std::vector<std::string>> TenantsOf(kv::Db& db, kv::Family family) {
  std::vector<std::string> tenants;
  const auto iterator = db.NewIterator(family, {}, {});
  iterator->SeekToFirst();
  while (iterator->Valid()) {
    const std::string_view key = iterator->key();
    tenants.emplace_back(key.substr(0, key.find('\0')));
    iterator->Seek(AfterPrefix(TenantPrefix(tenants.back())));
  }
  VEDETTE_TRY_VOID(iterator->status());
  return tenants;
}

base::Result<int64_t> ReadHorizon(kv::Db& db, kv::Family family, std::string_view key,
                                  const std::function<void()>& damaged) {
  const auto stored = db.Get(family, key);
  if (!stored.ok() && stored.error().code != base::ErrorCode::kDataLoss) return stored.error();
  if (stored.ok() && !stored->has_value()) return INT64_MIN;
  uint64_t value = 0;
  std::string_view bytes = stored.ok() ? std::string_view(**stored) : std::string_view();
  if (ReadFixed64(bytes, value)) return static_cast<int64_t>(value);
  damaged();  // retention sets it again
  return INT64_MIN;
}

void PutHorizon(kv::Family family, std::string_view key, int64_t horizon_ms, kv::Batch& out) {
  std::string bytes;
  AppendFixed64(bytes, static_cast<uint64_t>(horizon_ms));
  out.Put(family, key, bytes);
}

base::Result<uint64_t> DeleteBefore(kv::Db& db, kv::Family family, std::string_view parts,
                                    char meta, int64_t horizon_ms, kv::Batch& out) {
  VEDETTE_TRY(const std::vector<std::string> tenants, TenantsOf(db, family));
  uint64_t blocks = 0;
  for (const std::string& tenant : tenants) {
    const auto iterator =
        db.NewIterator(family, PartPrefix(tenant, meta), PartTime(tenant, meta, horizon_ms));
    iterator->SeekToFirst();
    if (!iterator->Valid() && iterator->status().ok()) continue;  // no tombstone for nothing
    for (; iterator->Valid(); iterator->Next()) ++blocks;
    for (const char part : parts) {
      out.DeleteRange(family, PartPrefix(tenant, part), PartTime(tenant, part, horizon_ms));
    }
  }
  return blocks;
}

base::Result<> Tolerate(const base::Error& error, std::atomic<uint64_t>& damaged) {
  if (error.code != base::ErrorCode::kDataLoss) return error;
  ++damaged;
  base::LogWarning("stored records are damaged and are left out", {{"error", error.message}});
  return {};
}

base::Result<> WalkBack(
    kv::Db& db, kv::Family family, std::string_view tenant, char part, int64_t from_ms,
    const std::function<base::Result<bool>(std::string_view, std::string_view)>& visit,
    const std::function<void()>& damaged) {
  const std::string prefix = PartPrefix(tenant, part);
  const uint64_t from = static_cast<uint64_t>(from_ms) ^ kSign;
  const auto iterator = db.NewIterator(family, TimeKey(prefix, from), AfterPrefix(prefix));
  uint64_t last = UINT64_MAX;
  iterator->SeekToLast();
  while (true) {
    for (; iterator->Valid(); iterator->Prev()) {
      const std::string_view place = iterator->key().substr(prefix.size());
      std::string_view time = place;
      if (!ReadFixed64(time, last)) continue;
      VEDETTE_TRY(const bool go_on, visit(place, iterator->value()));
      if (!go_on) return {};
    }
    base::Result<> status = iterator->status();
    if (status.ok() || status.error().code != base::ErrorCode::kDataLoss) return status;
    damaged();
    const auto readable = LatestReadable(*iterator, prefix, from, last);
    if (!readable.has_value()) return {};
    last = *readable;
    iterator->SeekForPrev(TimeKey(prefix, last));
  }
}

PartReader::PartReader(kv::Db& db, kv::Family family, std::string_view tenant, char part)
    : prefix_(PartPrefix(tenant, part)),
      iterator_(db.NewIterator(family, prefix_, AfterPrefix(prefix_))) {}

std::optional<std::string_view> PartReader::Read(std::string_view place) {
  key_ = prefix_;
  key_ += place;
  const bool near = iterator_->Valid() && iterator_->key() > key_;
  if (near) iterator_->Prev();
  if (!near || !iterator_->Valid() || iterator_->key() != key_) iterator_->SeekForPrev(key_);
  if (!iterator_->Valid() || iterator_->key() != key_) return std::nullopt;
  return iterator_->value();
}

}  // namespace vedette::records
