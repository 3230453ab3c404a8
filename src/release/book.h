#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "model/anomaly.h"
#include "model/tenant.h"
#include "release/verdict.h"
#include "sql/database.h"

namespace vedette::release {

enum class State { kWatching, kFinished, kSuperseded };
std::string_view EnumName(State state);  // "watching", "finished", "superseded"

// A release and what is known of it.
struct Release {
  std::string id;  // "rel_" and 24 hexadecimal digits that follow from the change's id
  std::string change_id;
  model::TenantName tenant;
  std::string service;
  std::string version;
  std::string previous_version;
  std::string title;
  std::string author;
  std::string url;
  base::TimePoint released_at;
  base::TimePoint watched_until;
  State state = State::kWatching;
  Verdict verdict = Verdict::kNoData;
  std::string summary;  // one sentence
  std::optional<double> needs_requests;
  std::optional<base::TimePoint> decided_at;
  std::optional<base::TimePoint> judged_at;  // none: not yet
  std::string anomaly_id;                    // of a bad one
  std::string judgement_json;                // see WriteJudgement; empty: not judged
};

std::string ReleaseIdOf(std::string_view change_id);

// One JSON object, with the judgement or without (openapi.json: Release).
void WriteRelease(base::JsonWriter& json, const Release& release, bool with_judgement);

struct ReleaseQuery {
  model::TenantName tenant;
  std::string service = {};
  std::optional<Verdict> verdict = {};
  std::optional<State> state = {};
  std::optional<base::TimePoint> from = {};  // of the release
  std::optional<base::TimePoint> to = {};
  int64_t limit = 100;
  std::string cursor = {};
};

struct ReleasePage {
  std::vector<Release> releases;  // newest first, without their judgements
  std::string next_cursor;        // empty on the last page
};

// Releases in the state database (docs/formats/state.md); their evidence is beside that of
// anomalies, whose store must have been opened. Thread-safe; the database outlives it. Errors are
// the database's.
class Book {
 public:
  static base::Result<std::unique_ptr<Book>> Open(sql::Database& database);

  // Adds it or replaces it, with its evidence. Beyond `kept_max` the oldest go.
  base::Result<> Save(const Release& release, const std::vector<model::Evidence>& evidence,
                      size_t kept_max);
  // kNotFound when the tenant has no such release.
  base::Result<Release> Get(std::string_view tenant, std::string_view id) const;
  // kInvalidArgument for a cursor that is none.
  base::Result<ReleasePage> List(const ReleaseQuery& query) const;
  // All that are watched, of all tenants, with their judgements.
  base::Result<std::vector<Release>> Watched() const;
  base::Result<> DeleteTenant(std::string_view tenant);

 private:
  explicit Book(sql::Database& database) : database_(database) {}

  sql::Database& database_;
};

}  // namespace vedette::release
