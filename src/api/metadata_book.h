#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/family_metadata.h"
#include "base/mutex.h"
#include "base/result.h"
#include "model/tenant.h"
#include "sql/database.h"

namespace vedette::api {

// What is known of metric families, per tenant: type, help, unit, as senders and scraped targets
// described them last. Bounded: further families of a tenant are left out and counted. Kept in
// memory; what changed is written to the state database by Save, so that a restart forgets at most
// the time between two saves. Thread-safe.
class MetadataBook {
 public:
  struct Options {
    size_t families_max = 20'000;  // of a tenant
    size_t help_bytes_max = 1'024;
  };
  struct Entry {
    std::string type;  // "counter", "gauge", ...; "unknown"
    std::string help;
    std::string unit;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  struct Named {
    std::string family;  // empty: nothing is known
    Entry entry;
  };
  using Families = std::map<std::string, Entry, std::less<>>;

  // Creates the table if need be and reads it. `database` outlives the book.
  static base::Result<std::unique_ptr<MetadataBook>> Open(sql::Database& database, Options options);
  static base::Result<std::unique_ptr<MetadataBook>> Open(sql::Database& database) {
    return Open(database, Options());
  }

  void Note(const model::TenantName& tenant, const FamilyMetadata& metadata) EXCLUDES(mutex_);
  // The family called `metric`, or all when it is empty; at most `limit`.
  Families Find(const model::TenantName& tenant, std::string_view metric, size_t limit) const
      EXCLUDES(mutex_);
  // The family that a series of this name belongs to: its own, or that of x for x_bucket, x_sum ...
  Named OfSeries(const model::TenantName& tenant, std::string_view series_name) const
      EXCLUDES(mutex_);

  base::Result<> Save() EXCLUDES(mutex_);
  base::Result<> DeleteTenant(const model::TenantName& tenant) EXCLUDES(mutex_);
  uint64_t left_out() const EXCLUDES(mutex_);

 private:
  MetadataBook(sql::Database& database, Options options) : database_(database), options_(options) {}
  base::Result<> Load() EXCLUDES(mutex_);

  sql::Database& database_;
  const Options options_;
  mutable base::Mutex mutex_;
  std::map<model::TenantName, Families> tenants_ GUARDED_BY(mutex_);
  std::map<model::TenantName, std::map<std::string, Entry>> changed_ GUARDED_BY(mutex_);
  uint64_t left_out_ GUARDED_BY(mutex_) = 0;
};

}  // namespace vedette::api
