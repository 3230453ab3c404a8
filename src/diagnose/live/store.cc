#include "diagnose/live/store.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <map>
#include <set>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "detect/anomaly_store.h"
#include "model/names.h"

namespace vedette::diagnose::live {
namespace {

using sql::Int;
using sql::Real;
using sql::Row;
using sql::Session;
using sql::Text;
using sql::Time;

constexpr int64_t kVerdictsMax = 100;    // of an incident
constexpr int64_t kScoredMax = 100'000;  // verdicts that a score looks at
constexpr std::array<double, 6> kBuckets = {0, 0.5, 0.8, 0.9, 0.95, 1};

constexpr model::NameTable<Opinion, 2> kOpinions = {
    {{{Opinion::kAgree, "agree"}, {Opinion::kWrong, "wrong"}}}};

std::span<const sql::Migration> Migrations() {
  static const std::vector<sql::Migration> steps = {{1, "diagnoses and verdicts", R"(
CREATE TABLE diagnoses (
  incident_id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  revision BIGINT NOT NULL,
  status TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  body TEXT NOT NULL,
  impact TEXT NOT NULL,
  features TEXT NOT NULL);
CREATE INDEX diagnoses_by_time ON diagnoses (tenant, made_at);
CREATE TABLE hypotheses (
  incident_id TEXT NOT NULL,
  place BIGINT NOT NULL,
  entity TEXT NOT NULL,
  region TEXT NOT NULL,
  probability DOUBLE PRECISION NOT NULL,
  status TEXT NOT NULL,
  PRIMARY KEY (incident_id, place));
CREATE TABLE verdicts (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  opinion TEXT NOT NULL,
  why TEXT NOT NULL,
  cause TEXT NOT NULL,
  actor TEXT NOT NULL,
  at BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  status TEXT NOT NULL,
  probability DOUBLE PRECISION NOT NULL,
  place BIGINT NOT NULL);
CREATE INDEX verdicts_by_incident ON verdicts (tenant, incident_id, at);
CREATE INDEX verdicts_by_time ON verdicts (tenant, at))"}};
  return steps;
}

std::string ToJson(const std::vector<std::string>& list) {
  base::Json json = base::Json::array();
  for (const std::string& each : list) json.push_back(each);
  return base::DumpJson(json);
}

std::vector<std::string> ListOf(std::string_view text) {
  std::vector<std::string> list;
  const base::Result<base::Json> json = base::ParseJson(text);
  if (!json.ok() || !json->is_array()) return list;
  for (const base::Json& each : *json) {
    if (each.is_string()) list.push_back(each.get<std::string>());
  }
  return list;
}

// What the latest diagnosis of an incident says.
struct Latest {
  int64_t revision = 0;  // 0: there is none
  std::string status;
  std::vector<std::string> features;
};

// "Unknown" says nothing against an answer where nothing was found since: a fault that is over
// looks the smaller the longer one looks.
bool SaysLess(const NewDiagnosis& diagnosis, const Latest& latest) {
  if (diagnosis.report->status != "unknown") return false;
  if (latest.status != "confirmed" && latest.status != "likely") return false;
  return std::all_of(diagnosis.features.begin(), diagnosis.features.end(),
                     [&](const std::string& feature) {
                       return std::find(latest.features.begin(), latest.features.end(), feature) !=
                              latest.features.end();
                     });
}

base::Result<> SaveHypotheses(Session& session, const NewDiagnosis& diagnosis) {
  VEDETTE_TRY_VOID(session.Execute("DELETE FROM hypotheses WHERE incident_id = ?",
                                   {Text(diagnosis.incident_id)}));
  int64_t place = 0;
  for (const RankedHypothesis& hypothesis : diagnosis.report->hypotheses) {
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO hypotheses (incident_id, place, entity, region, probability, status) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        {Text(diagnosis.incident_id), Int(++place), Text(hypothesis.entity),
         Text(hypothesis.region), Real(hypothesis.probability),
         Text(StatusName(hypothesis.status))}));
  }
  return {};
}

Verdict VerdictOf(const Row& row) {
  return {.id = std::string(row.GetText(0)),
          .incident_id = std::string(row.GetText(1)),
          .opinion = kOpinions.Find(row.GetText(2)).value_or(Opinion::kWrong),
          .why = std::string(row.GetText(3)),
          .cause = std::string(row.GetText(4)),
          .by = std::string(row.GetText(5)),
          .at = row.GetTime(6),
          .revision = row.GetInt(7)};
}

constexpr std::string_view kVerdictColumns =
    "id, incident_id, opinion, why, cause, actor, at, revision";

// A verdict with what was said in the diagnosis.
struct Judged {
  bool right = false;
  bool unknown = false;
  double probability = 0;
  int64_t place = 0;  // of what it was; 0: not among the hypotheses, or not told
};

void Count(const Judged& judged, Score& score) {
  ++score.judged;
  score.right += judged.right ? 1 : 0;
  score.in_first_three += judged.right || (judged.place >= 1 && judged.place <= 3) ? 1 : 0;
  if (judged.unknown) {
    ++score.unknown;
    score.unknown_right += judged.right ? 1 : 0;
    return;
  }
  for (Score::Bucket& bucket : score.calibration) {
    const bool last = bucket.to >= 1;
    if (judged.probability < bucket.from || (judged.probability >= bucket.to && !last)) continue;
    ++bucket.judged;
    bucket.right += judged.right ? 1 : 0;
    break;
  }
}

}  // namespace

std::string_view OpinionName(Opinion opinion) { return kOpinions.NameOf(opinion); }
std::optional<Opinion> ParseOpinion(std::string_view name) { return kOpinions.Find(name); }

base::Result<std::unique_ptr<DiagnosisStore>> DiagnosisStore::Open(sql::Database& database) {
  VEDETTE_TRY_VOID(database.Migrate("diagnosis", Migrations()));
  return std::unique_ptr<DiagnosisStore>(new DiagnosisStore(database));
}

base::Result<int64_t> DiagnosisStore::Save(const NewDiagnosis& diagnosis) {
  int64_t revision = 1;
  VEDETTE_TRY_VOID(database_.Transact([&](Session& session) -> base::Result<> {
    Latest latest;
    VEDETTE_TRY_VOID(
        session.Query("SELECT revision, status, features FROM diagnoses WHERE incident_id = ?",
                      {Text(diagnosis.incident_id)}, [&](const Row& row) {
                        latest = {.revision = row.GetInt(0),
                                  .status = std::string(row.GetText(1)),
                                  .features = ListOf(row.GetText(2))};
                      }));
    const bool kept = SaysLess(diagnosis, latest);
    revision = latest.revision + (kept ? 0 : 1);
    if (kept) return {};
    for (const model::Evidence& evidence : diagnosis.evidence) {
      VEDETTE_TRY_VOID(detect::SaveEvidence(session, diagnosis.tenant, evidence));
    }
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO diagnoses (incident_id, tenant, revision, status, made_at, body, impact, "
        "features) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (incident_id) DO UPDATE SET "
        "revision = excluded.revision, status = excluded.status, made_at = excluded.made_at, "
        "body = excluded.body, impact = excluded.impact, features = excluded.features",
        {Text(diagnosis.incident_id), Text(diagnosis.tenant), Int(revision),
         Text(diagnosis.report->status), Time(diagnosis.report->made_at), Text(diagnosis.body),
         Text(diagnosis.impact), Text(ToJson(diagnosis.features))}));
    return SaveHypotheses(session, diagnosis);
  }));
  return revision;
}

base::Result<std::optional<StoredDiagnosis>> DiagnosisStore::Find(
    std::string_view tenant, std::string_view incident_id) const {
  std::optional<StoredDiagnosis> found;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) {
    return session.Query(
        "SELECT incident_id, revision, made_at, body, impact FROM diagnoses "
        "WHERE incident_id = ? AND tenant = ?",
        {Text(incident_id), Text(tenant)}, [&](const Row& row) {
          found = {.incident_id = std::string(row.GetText(0)),
                   .revision = row.GetInt(1),
                   .made_at = row.GetTime(2),
                   .body = std::string(row.GetText(3)),
                   .impact = std::string(row.GetText(4))};
        });
  }));
  return found;
}

base::Result<> DiagnosisStore::AddVerdict(const model::TenantName& tenant, Verdict verdict) {
  return database_.Transact([&](Session& session) -> base::Result<> {
    std::string status;
    VEDETTE_TRY_VOID(
        session.Query("SELECT status, revision FROM diagnoses WHERE incident_id = ? AND tenant = ?",
                      {Text(verdict.incident_id), Text(tenant)}, [&](const Row& row) {
                        status = row.GetText(0);
                        verdict.revision = row.GetInt(1);
                      }));
    if (status.empty()) {
      return base::FailedPrecondition("there is no diagnosis of this incident to judge yet");
    }
    double probability = 0;
    int64_t place = 0, entities = 0;
    std::set<std::string, std::less<>> seen;
    VEDETTE_TRY_VOID(session.Query(
        "SELECT entity, region, probability FROM hypotheses "
        "WHERE incident_id = ? AND status <> 'ruled_out' ORDER BY place",
        {Text(verdict.incident_id)}, [&](const Row& row) {
          if (seen.empty()) probability = row.GetReal(2);
          if (seen.insert(std::string(row.GetText(0))).second) ++entities;
          const bool is_it = !verdict.cause.empty() &&
                             (row.GetText(0) == verdict.cause || row.GetText(1) == verdict.cause);
          if (is_it && place == 0) place = entities;
        }));
    if (verdict.opinion == Opinion::kWrong && place == 1 && status != "unknown") {
      return base::InvalidArgument(
          fmt::format("{} is what the diagnosis says first: agree with it, or name another cause",
                      verdict.cause),
          "cause");
    }
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO verdicts (id, tenant, incident_id, opinion, why, cause, actor, at, revision, "
        "status, probability, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {Text(verdict.id), Text(tenant), Text(verdict.incident_id),
         Text(OpinionName(verdict.opinion)), Text(verdict.why), Text(verdict.cause),
         Text(verdict.by), Time(verdict.at), Int(verdict.revision), Text(status), Real(probability),
         Int(place)}));
    return {};
  });
}

base::Result<std::vector<Verdict>> DiagnosisStore::Verdicts(std::string_view tenant,
                                                            std::string_view incident_id) const {
  std::vector<Verdict> verdicts;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) {
    return session.Query("SELECT " + std::string(kVerdictColumns) +
                             " FROM verdicts WHERE tenant = ? AND incident_id = ? "
                             "ORDER BY at DESC, id DESC LIMIT ?",
                         {Text(tenant), Text(incident_id), Int(kVerdictsMax)},
                         [&](const Row& row) { verdicts.push_back(VerdictOf(row)); });
  }));
  std::reverse(verdicts.begin(), verdicts.end());
  return verdicts;
}

base::Result<Score> DiagnosisStore::GetScore(std::string_view tenant, base::TimePoint from,
                                             base::TimePoint to) const {
  std::map<std::string, Judged> last;  // by incident
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) {
    return session.Query(
        "SELECT incident_id, opinion, status, probability, place FROM verdicts "
        "WHERE tenant = ? AND at >= ? AND at <= ? ORDER BY at, id LIMIT ?",
        {Text(tenant), Time(from), Time(to), Int(kScoredMax)}, [&](const Row& row) {
          last[std::string(row.GetText(0))] = {
              .right = row.GetText(1) == OpinionName(Opinion::kAgree),
              .unknown = row.GetText(2) == "unknown",
              .probability = row.GetReal(3),
              .place = row.GetInt(4)};
        });
  }));
  Score score;
  for (size_t i = 0; i + 1 < kBuckets.size(); ++i) {
    score.calibration.push_back({.from = kBuckets[i], .to = kBuckets[i + 1]});
  }
  for (const auto& [unused, judged] : last) Count(judged, score);
  return score;
}

base::Result<std::vector<PastIncident>> DiagnosisStore::Past(std::string_view tenant,
                                                             int64_t limit) const {
  std::vector<PastIncident> past;
  std::map<std::string, size_t> places;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Query(
        "SELECT d.incident_id, d.made_at, d.features, d.status, h.entity, h.region "
        "FROM diagnoses d LEFT JOIN hypotheses h ON h.incident_id = d.incident_id AND h.place = 1 "
        "WHERE d.tenant = ? ORDER BY d.made_at DESC LIMIT ?",
        {Text(tenant), Int(limit)}, [&](const Row& row) {
          places[std::string(row.GetText(0))] = past.size();
          past.push_back({.incident_id = std::string(row.GetText(0)),
                          .made_at = row.GetTime(1),
                          .features = ListOf(row.GetText(2)),
                          .status = std::string(row.GetText(3)),
                          .entity = std::string(row.GetText(4)),
                          .region = std::string(row.GetText(5)),
                          .verdict = std::nullopt});
        }));
    return session.Query("SELECT " + std::string(kVerdictColumns) +
                             " FROM verdicts WHERE tenant = ? ORDER BY at, id LIMIT ?",
                         {Text(tenant), Int(kScoredMax)}, [&](const Row& row) {
                           Verdict verdict = VerdictOf(row);
                           const auto at = places.find(verdict.incident_id);
                           if (at != places.end()) past[at->second].verdict = std::move(verdict);
                         });
  }));
  return past;
}

base::Result<> DiagnosisStore::DeleteTenant(std::string_view tenant) {
  return database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM hypotheses WHERE incident_id IN "
                        "(SELECT incident_id FROM diagnoses WHERE tenant = ?)",
                        {Text(tenant)}));
    VEDETTE_TRY_VOID(session.Execute("DELETE FROM diagnoses WHERE tenant = ?", {Text(tenant)}));
    VEDETTE_TRY_VOID(session.Execute("DELETE FROM verdicts WHERE tenant = ?", {Text(tenant)}));
    return {};
  });
}

}  // namespace vedette::diagnose::live
