#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/anomaly.h"
#include "model/tenant.h"
#include "sql/database.h"

namespace vedette::release::compare {

// One comparison that was made.
struct StoredRun {
  std::string id;  // "cr_" and a ULID
  model::TenantName tenant;
  std::string name;
  base::TimePoint ran_at;
  base::TimePoint reference;  // where its window ends
  int64_t findings = 0;
  std::string report_json;  // see WriteReport; empty in lists
};

// Comparisons in the state database (docs/formats/state.md), the latest 200 of each. Thread-safe;
// the database outlives it. Errors are the database's.
class RunBook {
 public:
  static base::Result<std::unique_ptr<RunBook>> Open(sql::Database& database);

  // With the evidence of its findings (EvidenceOf).
  base::Result<> Add(const StoredRun& run, const std::vector<model::Evidence>& evidence);
  // kNotFound. An empty id: the latest.
  base::Result<StoredRun> Get(std::string_view tenant, std::string_view name,
                              std::string_view id) const;
  base::Result<std::vector<StoredRun>> List(std::string_view tenant, std::string_view name,
                                            int64_t limit) const;
  base::Result<> DeleteTenant(std::string_view tenant);

 private:
  explicit RunBook(sql::Database& database) : database_(database) {}

  sql::Database& database_;
};

}  // namespace vedette::release::compare
