#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/tenant.h"
#include "sql/database.h"

namespace vedette::api {

// A dashboard that people made. `definition` is the JSON object of its variables and panels, which
// only those who draw it read.
struct Dashboard {
  std::string id;  // lasts, as links do
  std::string title;
  std::string definition;
  int64_t panels = 0;
  int64_t revision = 0;  // 1, 2, 3 ...
  base::TimePoint updated_at = {};
  std::string updated_by;
};

// The dashboards of each tenant, in the state database: what a call returned is durable. A change
// names the revision it was made from, so that no one writes over what another has just done. Every
// change is in the audit log. Thread-safe. Blocking.
class DashboardBook {
 public:
  static constexpr size_t kOfTenantMax = 1'000;

  // Creates the table if need be. `database` outlives the book.
  static base::Result<std::unique_ptr<DashboardBook>> Open(sql::Database& database);

  // By title; without definitions.
  base::Result<std::vector<Dashboard>> List(const model::TenantName& tenant);
  base::Result<Dashboard> Find(const model::TenantName& tenant, const std::string& id);

  // Adds it or writes it anew; its revision is given here. kFailedPrecondition when the stored one
  // is not of revision `from` (0: there must be none; nothing: whatever is there),
  // kResourceExhausted when the tenant has too many.
  base::Result<Dashboard> Put(const model::TenantName& tenant, Dashboard dashboard,
                              std::optional<int64_t> from);
  // Returns what was removed; kNotFound when there is no such dashboard.
  base::Result<Dashboard> Remove(const model::TenantName& tenant, const std::string& id,
                                 const std::string& actor, base::TimePoint now);
  base::Result<> DeleteTenant(const model::TenantName& tenant);

 private:
  explicit DashboardBook(sql::Database& database) : database_(database) {}

  sql::Database& database_;
};

}  // namespace vedette::api
