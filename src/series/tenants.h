#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "kv/db.h"
#include "model/tenant.h"
#include "series/format.h"

namespace vedette::series {

// A tenant as the shards see it. Lives as long as the Tenants that made it.
struct Tenant {
  const TenantId id;
  const model::TenantName name;
  std::atomic<uint64_t> series{0};   // active ones, in all shards
  std::atomic<bool> removed{false};  // takes no more samples
};

// Numbers the tenants and remembers the numbers in kv. A number is never used again: a tenant that
// is removed and comes back is a new one, so that nothing old can appear in it. Thread-safe.
class Tenants {
 public:
  Tenants(kv::Db& db, Families families, size_t tenants_max)
      : db_(db), families_(families), tenants_max_(tenants_max) {}

  // Reads what is stored. To be called once, first.
  base::Result<> Load() EXCLUDES(mutex_);

  // Error: kInvalidArgument for an impossible name, kResourceExhausted at the limit.
  base::Result<Tenant*> FindOrCreate(const model::TenantName& name) EXCLUDES(mutex_);
  // Null when there is none.
  Tenant* Find(std::string_view name) EXCLUDES(mutex_);
  Tenant* FindById(TenantId id) EXCLUDES(mutex_);
  // All that are not removed, by name.
  std::vector<const Tenant*> all() EXCLUDES(mutex_);

  // The name is free from now on; the tenant returned (null if there is none) is marked removed,
  // also on disk, until ForgetRemoved.
  base::Result<Tenant*> Remove(std::string_view name) EXCLUDES(mutex_);
  // Those whose data may still be there after a crash.
  std::vector<TenantId> removed() EXCLUDES(mutex_);
  base::Result<> ForgetRemoved(TenantId id) EXCLUDES(mutex_);

 private:
  base::Result<Tenant*> Create(const model::TenantName& name) REQUIRES(mutex_);
  kv::Family meta() const { return families_.Of(FamilyName::kMeta); }

  kv::Db& db_;
  const Families families_;
  const size_t tenants_max_;

  base::Mutex mutex_;
  std::map<std::string, Tenant*, std::less<>> by_name_ GUARDED_BY(mutex_);
  std::map<TenantId, std::unique_ptr<Tenant>> by_id_ GUARDED_BY(mutex_);
  std::vector<TenantId> removed_ GUARDED_BY(mutex_);
  TenantId next_id_ GUARDED_BY(mutex_) = 1;
};

}  // namespace vedette::series
