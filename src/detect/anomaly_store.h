#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/anomaly.h"
#include "model/tenant.h"
#include "sql/database.h"

namespace vedette::detect {

// Anomalies and their evidence in the state database (docs/formats/state.md).

// The schema, as the module "detect".
std::span<const sql::Migration> AnomalyMigrations();

// Writes what an update says, inside the caller's transaction: the incident journal commits it
// together with what follows from it. Writing the same again changes nothing, and what is closed
// stays closed. REQUIRES: a read-write session.
base::Result<> SaveAnomaly(sql::Session& session, const model::AnomalyUpdate& update);

// The same for evidence that belongs to something else: a claim of a diagnosis.
base::Result<> SaveEvidence(sql::Session& session, std::string_view tenant,
                            const model::Evidence& evidence);

// Which anomalies to list: those of one tenant that match every field that is set.
struct AnomalyQuery {
  model::TenantName tenant = {};
  std::optional<base::TimePoint> from = {};  // not ended before
  std::optional<base::TimePoint> to = {};    // started at or before
  std::optional<model::AnomalyState> state = {};
  std::string entity = {};
  int64_t limit = 100;      // 1 to 1000
  std::string cursor = {};  // of the page before
  bool with_evidence = false;
};

struct AnomalyPage {
  std::vector<model::Anomaly> anomalies;  // latest start first
  std::string next_cursor;                // empty on the last page
};

// Thread-safe. Errors of the database come through unchanged, see sql/database.h.
class AnomalyStore {
 public:
  // Brings the schema up to date. The database must outlive the store.
  static base::Result<std::unique_ptr<AnomalyStore>> Open(sql::Database& database);

  base::Result<> Save(const model::AnomalyUpdate& update);

  // Of the evidence the id only, unless the query asks for all. kInvalidArgument for a limit or
  // cursor that is none.
  base::Result<AnomalyPage> List(const AnomalyQuery& query) const;
  // kNotFound when the tenant has no such anomaly. With the evidence.
  base::Result<model::Anomaly> Get(std::string_view tenant, std::string_view id) const;
  // kNotFound when the tenant has no such evidence.
  base::Result<model::Evidence> GetEvidence(std::string_view tenant, std::string_view id) const;
  // All that are open, of all tenants, for AdoptionBook.
  base::Result<std::vector<model::Anomaly>> OpenAnomalies() const;

  base::Result<> DeleteTenant(std::string_view tenant);
  // Removes closed anomalies that ended before, with their evidence, and evidence of nothing that
  // is left that was taken before.
  base::Result<> DropBefore(base::TimePoint horizon);

 private:
  explicit AnomalyStore(sql::Database& database) : database_(database) {}

  sql::Database& database_;
};

}  // namespace vedette::detect
