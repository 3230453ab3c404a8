#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/tenant.h"
#include "notify/routing/router.h"
#include "sql/database.h"

namespace vedette::notify::routing::store {

// The router's tables (docs/formats/state.md): its state in parts, and the trail of what it
// decided. Functions take the caller's session, so that all of it is written with
// the inputs that it follows from; those that write need a read-write one.

base::Result<> Migrate(sql::Database& database);

base::Result<std::vector<Kept>> ReadState(sql::Session& session);

// Parts of the state, and a row of the trail for each notice and each remark.
base::Result<> Save(sql::Session& session, const Outcome& outcome, base::TimePoint now);

struct TrailRow {
  int64_t seq = 0;
  base::TimePoint time;
  std::string incident_id;
  std::string kind;  // "notice", or the remark's
  std::string text;  // why, in words
  // Of a notice.
  std::string dedup_key;
  std::string receiver;
  std::string to;
  std::string person;
  std::string route;
  std::string policy;
  int64_t step = 0;
  int64_t round = 0;
};

// Removes rows from before, at most `rows_max`; how many.
base::Result<int64_t> PruneTrail(sql::Session& session, base::TimePoint before, int64_t rows_max);

// The trail of incidents, oldest first, at most `limit`.
base::Result<std::vector<TrailRow>> ReadTrail(sql::Session& session,
                                              const model::TenantName& tenant,
                                              const std::vector<std::string>& incident_ids,
                                              int64_t limit);

}  // namespace vedette::notify::routing::store
