#include "series/tenants.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace vedette::series {
namespace {

std::string NameKey(std::string_view name) { return std::string(kTenantPrefix).append(name); }
std::string RemovedKey(TenantId id) { return fmt::format("{}{}", kRemovedPrefix, id); }

// The first key after all that begin with `prefix`.
std::string AfterPrefix(std::string_view prefix) {
  std::string end(prefix);
  ++end.back();
  return end;
}

}  // namespace

base::Result<> Tenants::Load() {
  base::MutexLock lock(mutex_);
  VEDETTE_TRY(const auto next, db_.Get(meta(), kNextTenantKey));
  if (next.has_value()) {
    VEDETTE_TRY(const uint64_t number, DecodeNumber(*next));
    next_id_ = static_cast<TenantId>(number);
  }
  auto names = db_.NewIterator(meta(), kTenantPrefix, AfterPrefix(kTenantPrefix));
  for (names->SeekToFirst(); names->Valid(); names->Next()) {
    VEDETTE_TRY(const uint64_t number, DecodeNumber(names->value()));
    const auto id = static_cast<TenantId>(number);
    const std::string name(names->key().substr(kTenantPrefix.size()));
    auto& tenant = by_id_[id];
    tenant.reset(new Tenant{.id = id, .name = name});  // NOLINT: an aggregate with atomics
    by_name_[name] = tenant.get();
  }
  VEDETTE_TRY_VOID(names->status());
  auto removed = db_.NewIterator(meta(), kRemovedPrefix, AfterPrefix(kRemovedPrefix));
  for (removed->SeekToFirst(); removed->Valid(); removed->Next()) {
    VEDETTE_TRY(const uint64_t number, DecodeNumber(removed->value()));
    removed_.push_back(static_cast<TenantId>(number));
  }
  return removed->status();
}

base::Result<Tenant*> Tenants::FindOrCreate(const model::TenantName& name) {
  base::MutexLock lock(mutex_);
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) return found->second;
  return Create(name);
}

base::Result<Tenant*> Tenants::Create(const model::TenantName& name) {
  if (!model::IsValidTenantName(name)) {
    return base::InvalidArgument("a tenant's name has 1 to 64 characters of [A-Za-z0-9._-]",
                                 "tenant");
  }
  if (by_name_.size() >= tenants_max_) {
    return base::ResourceExhausted(
        fmt::format("there are {} tenants already, the limit", tenants_max_), "limits.tenants_max");
  }
  kv::Batch batch;
  batch.Put(meta(), NameKey(name), EncodeNumber(next_id_));
  batch.Put(meta(), kNextTenantKey, EncodeNumber(next_id_ + 1));
  VEDETTE_TRY_VOID(db_.Write(batch, kv::Durability::kMachine));
  auto& tenant = by_id_[next_id_];
  tenant.reset(new Tenant{.id = next_id_, .name = name});  // NOLINT: an aggregate with atomics
  ++next_id_;
  by_name_[name] = tenant.get();
  return tenant.get();
}

Tenant* Tenants::Find(std::string_view name) {
  base::MutexLock lock(mutex_);
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

Tenant* Tenants::FindById(TenantId id) {
  base::MutexLock lock(mutex_);
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second.get();
}

base::Result<Tenant*> Tenants::Remove(std::string_view name) {
  base::MutexLock lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return static_cast<Tenant*>(nullptr);
  Tenant* tenant = found->second;
  kv::Batch batch;
  batch.Delete(meta(), NameKey(name));
  batch.Put(meta(), RemovedKey(tenant->id), EncodeNumber(tenant->id));
  VEDETTE_TRY_VOID(db_.Write(batch, kv::Durability::kMachine));
  tenant->removed.store(true);
  removed_.push_back(tenant->id);
  by_name_.erase(found);
  return tenant;
}

std::vector<const Tenant*> Tenants::all() {
  const base::MutexLock lock(mutex_);
  std::vector<const Tenant*> tenants;
  for (const auto& [name, tenant] : by_name_) tenants.push_back(tenant);
  return tenants;
}

std::vector<TenantId> Tenants::removed() {
  base::MutexLock lock(mutex_);
  return removed_;
}

base::Result<> Tenants::ForgetRemoved(TenantId id) {
  base::MutexLock lock(mutex_);
  kv::Batch batch;
  batch.Delete(meta(), RemovedKey(id));
  VEDETTE_TRY_VOID(db_.Write(batch, kv::Durability::kMachine));
  std::erase(removed_, id);
  return {};
}

}  // namespace vedette::series
