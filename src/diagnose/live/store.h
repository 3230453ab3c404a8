#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "diagnose/live/report.h"
#include "model/anomaly.h"
#include "model/tenant.h"
#include "sql/database.h"

namespace vedette::diagnose::live {

// Diagnoses of incidents, what people said of them, and the score that follows, in the state
// database (docs/formats/state.md). Of a diagnosis the latest is kept; the evidence of earlier ones
// stays, since somebody may have its address.

// A diagnosis as it is kept: the answers of the API, and what is needed to find and to score it.
struct StoredDiagnosis {
  std::string incident_id;
  int64_t revision = 0;  // 1, 2, ...
  base::TimePoint made_at;
  std::string body;    // a JSON object with the members of Write(Report)
  std::string impact;  // the same of an impact; empty: none
};

// Written together.
struct NewDiagnosis {
  model::TenantName tenant;
  std::string incident_id;
  const Report* report = nullptr;
  std::string body = {};
  std::string impact = {};
  std::vector<std::string> features = {};  // by which incidents are alike (similar.h)
  std::vector<model::Evidence> evidence = {};
};

enum class Opinion { kAgree, kWrong };
std::string_view OpinionName(Opinion opinion);  // "agree", "wrong"
std::optional<Opinion> ParseOpinion(std::string_view name);

// What a person said of the first hypothesis, or of "unknown".
struct Verdict {
  std::string id;  // "vd_" and a ULID
  std::string incident_id;
  Opinion opinion = Opinion::kAgree;
  std::string why;
  std::string cause;  // what it was, when it is known; an entity or the id of a change
  std::string by;
  base::TimePoint at;
  int64_t revision = 0;  // of the diagnosis that it is about
};

// How good the diagnoses were, by the last verdict on each incident.
struct Score {
  struct Bucket {
    double from = 0;  // probability of the first hypothesis
    double to = 0;
    int64_t judged = 0;
    int64_t right = 0;
  };
  int64_t judged = 0;
  int64_t right = 0;  // the first hypothesis, or "unknown" where nothing was to blame
  int64_t in_first_three =
      0;                // right, or the cause that the verdict names is among the first three
  int64_t unknown = 0;  // diagnoses that said so, of those judged
  int64_t unknown_right = 0;
  std::vector<Bucket> calibration;  // of those that named a cause
};

// An incident of the past with what it was made of.
struct PastIncident {
  std::string incident_id;
  base::TimePoint made_at;
  std::vector<std::string> features;
  std::string status;
  std::string entity;  // of the first hypothesis
  std::string region;
  std::optional<Verdict> verdict;  // the last
};

// Thread-safe. Errors of the database come through unchanged, see sql/database.h.
class DiagnosisStore {
 public:
  // Brings the schema up to date. The database must outlive the store.
  static base::Result<std::unique_ptr<DiagnosisStore>> Open(sql::Database& database);

  // Puts it in the place of the one before; returns the revision that is shown now. "Unknown" does
  // not take the place of a confirmed or likely cause while the incident has nothing new.
  base::Result<int64_t> Save(const NewDiagnosis& diagnosis);
  // Nothing when there is none yet.
  base::Result<std::optional<StoredDiagnosis>> Find(std::string_view tenant,
                                                    std::string_view incident_id) const;

  // kFailedPrecondition when there is no diagnosis to judge; kInvalidArgument when it is said to be
  // wrong and the cause is what it says first.
  base::Result<> AddVerdict(const model::TenantName& tenant, Verdict verdict);
  // Oldest first, at most 100.
  base::Result<std::vector<Verdict>> Verdicts(std::string_view tenant,
                                              std::string_view incident_id) const;
  // Of verdicts in from..to.
  base::Result<Score> GetScore(std::string_view tenant, base::TimePoint from,
                               base::TimePoint to) const;

  // The last `limit` diagnosed incidents, latest first.
  base::Result<std::vector<PastIncident>> Past(std::string_view tenant, int64_t limit) const;

  base::Result<> DeleteTenant(std::string_view tenant);

 private:
  explicit DiagnosisStore(sql::Database& database) : database_(database) {}

  sql::Database& database_;
};

}  // namespace vedette::diagnose::live
