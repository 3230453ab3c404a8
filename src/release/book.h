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
#include "release/place.h"
#include "release/verdict.h"
#include "sql/database.h"

namespace vedette::release {

enum class State { kWatching, kFinished, kSuperseded };
std::string_view EnumName(State state);  // "watching", "finished", "superseded"

// Why a release that is worse may not be the cause: what the diagnosis of an incident says of it.
struct Doubt {
  std::string incident_id;
  std::string evidence_id;  // of the claim
  std::string why;          // the claim, one sentence
  friend bool operator==(const Doubt&, const Doubt&) = default;
};

// A release and what is known of it.
struct Release {
  std::string id;  // "rel_" and 24 hexadecimal digits that follow from the change's id
  std::string change_id;
  model::TenantName tenant;
  std::string service;
  Place place;
  std::string version;
  std::string previous_version;  // what ran just before
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
  std::optional<Doubt> ruled_out_by;         // the same
  std::string judgement_json;                // see WriteJudgement; empty: not judged
};

// The detector of the anomalies of bad releases.
inline constexpr std::string_view kVerdictDetector = "release verdict";

std::string ReleaseIdOf(std::string_view change_id);

// Of a judgement, for its evidence (EvidenceOf): "<release>_<milliseconds>", with a "t" before the
// time of one that was told, since it brought another verdict.
std::string JudgementName(std::string_view release_id, base::TimePoint judged_at, bool told);

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

  // Adds it or replaces it, and adds its evidence. That of earlier judgements stays if they were
  // told (JudgementName), else for a quarter of an hour. Beyond `kept_max` the oldest releases go.
  base::Result<> Save(const Release& release, const std::vector<model::Evidence>& evidence,
                      size_t kept_max);
  // kNotFound when the tenant has no such release.
  base::Result<Release> Get(std::string_view tenant, std::string_view id) const;
  // kInvalidArgument for a cursor that is none.
  base::Result<ReleasePage> List(const ReleaseQuery& query) const;
  // All that are watched, of all tenants, with their judgements.
  base::Result<std::vector<Release>> Watched() const;
  // Evidence of a judgement that is no release's.
  base::Result<> SaveEvidence(std::string_view tenant,
                              const std::vector<model::Evidence>& evidence);
  base::Result<> Delete(std::string_view tenant, std::string_view id);
  base::Result<> DeleteTenant(std::string_view tenant);

 private:
  explicit Book(sql::Database& database) : database_(database) {}

  sql::Database& database_;
};

}  // namespace vedette::release
