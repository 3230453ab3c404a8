#include "detect/state_book.h"

#include <cstring>
#include <memory>
#include <string>
#include <type_traits>

namespace vedette::detect {
namespace {

// To be raised with every change of the bytes or of their meaning: older states are learnt anew.
constexpr uint32_t kVersion = 6;

struct Header {
  uint32_t version = kVersion;
  uint32_t size = sizeof(baseline::SeriesDetector);
  uint32_t reading = 0;
  uint32_t reserved = 0;
  int64_t last_ms = 0;  // of the newest value that was taken
};
static_assert(sizeof(Header) == 24);

constexpr size_t kValueBytes = sizeof(Header) + sizeof(baseline::SeriesDetector);
constexpr size_t kRemovedPerBatch = 1000;

// Before all states: tenants' names are not empty.
constexpr std::string_view kBudgetKey("\0budget", 7);
constexpr std::string_view kFirstState("\1", 1);

// Tenants' names have no zero byte.
std::string KeyOf(std::string_view tenant, std::string_view labels) {
  std::string key;
  key.reserve(tenant.size() + 1 + labels.size());
  key.append(tenant).push_back('\0');
  return key.append(labels);
}

std::optional<Header> HeaderOf(std::string_view value) {
  Header header;
  if (value.size() < kValueBytes) return std::nullopt;
  std::memcpy(&header, value.data(), sizeof(header));
  const bool known = header.version == kVersion && header.size == sizeof(baseline::SeriesDetector);
  return known ? std::optional(header) : std::nullopt;
}

struct ThresholdHeader {
  uint32_t name_size = 0;
  uint32_t state_size = sizeof(rules::ThresholdState);
};
static_assert(std::is_trivially_copyable_v<rules::ThresholdState>);

// Behind the series' state; what does not fit is left out.
void ReadThresholds(std::string_view bytes, StateBook::Thresholds& out) {
  ThresholdHeader header;
  while (bytes.size() >= sizeof(header)) {
    std::memcpy(&header, bytes.data(), sizeof(header));
    bytes.remove_prefix(sizeof(header));
    const bool fits = header.state_size == sizeof(rules::ThresholdState) &&
                      bytes.size() >= header.state_size &&
                      bytes.size() - header.state_size >= header.name_size;
    if (!fits) return;
    rules::ThresholdState state;
    std::memcpy(&state, bytes.data(), sizeof(state));
    out.emplace_back(bytes.substr(sizeof(state), header.name_size), state);
    bytes.remove_prefix(sizeof(state) + header.name_size);
  }
}

void AppendThresholds(const StateBook::Thresholds& thresholds, std::string& out) {
  for (const auto& [name, state] : thresholds) {
    const ThresholdHeader header{.name_size = static_cast<uint32_t>(name.size())};
    out.append(reinterpret_cast<const char*>(&header), sizeof(header));
    out.append(reinterpret_cast<const char*>(&state), sizeof(state)).append(name);
  }
}

}  // namespace

kv::FamilyOptions StateBook::Family() {
  return {.name = "detector", .write_buffer_bytes = 8 << 20};
}

base::Result<std::optional<baseline::SeriesDetector>> StateBook::Load(
    std::string_view tenant, model::LabelsView labels, baseline::Reading reading,
    Thresholds* thresholds) const {
  VEDETTE_TRY(const std::optional<std::string> value,
              db_.Get(family_, KeyOf(tenant, labels.bytes())));
  if (!value) return std::optional<baseline::SeriesDetector>();
  const std::optional<Header> header = HeaderOf(*value);
  if (!header || header->reading != static_cast<uint32_t>(reading)) {
    return std::optional<baseline::SeriesDetector>();
  }
  std::optional<baseline::SeriesDetector> series(std::in_place);
  std::memcpy(static_cast<void*>(&*series), value->data() + sizeof(Header), sizeof(*series));
  if (thresholds != nullptr) {
    ReadThresholds(std::string_view(*value).substr(kValueBytes), *thresholds);
  }
  return series;
}

void StateBook::Put(kv::Batch& batch, std::string_view tenant, std::string_view labels,
                    baseline::Reading reading, const baseline::SeriesDetector& series,
                    const Thresholds& thresholds) const {
  const Header header{.reading = static_cast<uint32_t>(reading), .last_ms = series.state.last_ms};
  std::string value(kValueBytes, '\0');
  std::memcpy(value.data(), &header, sizeof(header));
  std::memcpy(value.data() + sizeof(header), &series, sizeof(series));
  AppendThresholds(thresholds, value);
  batch.Put(family_, KeyOf(tenant, labels), value);
}

void StateBook::Remove(kv::Batch& batch, std::string_view tenant, std::string_view labels) const {
  batch.Delete(family_, KeyOf(tenant, labels));
}

base::Result<> StateBook::Write(const kv::Batch& batch) const {
  return db_.Write(batch, kv::Durability::kProcess);
}

base::Result<std::optional<NoiseBudget::Memory>> StateBook::LoadBudget() const {
  VEDETTE_TRY(const std::optional<std::string> value, db_.Get(family_, kBudgetKey));
  NoiseBudget::Memory memory;
  if (!value || value->size() != sizeof(memory)) return std::optional<NoiseBudget::Memory>();
  std::memcpy(&memory, value->data(), sizeof(memory));
  return std::optional(memory);
}

void StateBook::PutBudget(kv::Batch& batch, const NoiseBudget::Memory& memory) const {
  batch.Put(family_, kBudgetKey,
            std::string_view(reinterpret_cast<const char*>(&memory), sizeof(memory)));
}

base::Result<> StateBook::DeleteTenant(std::string_view tenant) const {
  std::string end(tenant);
  end.push_back('\x01');
  kv::Batch batch;
  batch.DeleteRange(family_, KeyOf(tenant, {}), end);
  return Write(batch);
}

base::Result<> StateBook::DropOld(base::TimePoint now) const {
  const int64_t horizon_ms = base::ToMillis(now - kKept);
  const std::unique_ptr<kv::Iterator> states = db_.NewIterator(family_, kFirstState, {});
  kv::Batch batch;
  size_t removed = 0;
  for (states->SeekToFirst(); states->Valid(); states->Next()) {
    const std::optional<Header> header = HeaderOf(states->value());
    if (header && header->last_ms >= horizon_ms) continue;
    batch.Delete(family_, states->key());
    if (++removed % kRemovedPerBatch != 0) continue;
    VEDETTE_TRY_VOID(Write(batch));
    batch.Clear();
  }
  VEDETTE_TRY_VOID(states->status());
  return batch.empty() ? base::Result<>() : Write(batch);
}

}  // namespace vedette::detect
