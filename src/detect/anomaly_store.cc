#include "detect/anomaly_store.h"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/json_writer.h"

namespace vedette::detect {
namespace {

using sql::Int;
using sql::Null;
using sql::Real;
using sql::Row;
using sql::Session;
using sql::Text;
using sql::Time;
using sql::Value;

constexpr std::string_view kColumns =
    "id, tenant, kind, entity, labels, score, severity, state, started_at, updated_at, ended_at, "
    "observed, expected_low, expected_high, detector, summary, evidence_id";

// A database knows no NaN and no infinity: what was not observed, and a range without an end, are
// NULL there.
Value Number(double value) { return std::isfinite(value) ? Real(value) : Null(); }
double NumberOr(const Row& row, int column, double absent) {
  return row.IsNull(column) ? absent : row.GetReal(column);
}

base::Error Damaged(const Row& row, std::string_view field) {
  return base::DataLoss(fmt::format("anomaly {}: the stored {} is damaged", row.GetText(0), field));
}

// Labels as people read them in the database: {"__name__":"up","job":"node"}.
std::string ToJson(model::LabelsView labels) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject();
  for (const model::Label& label : labels) json.Field(label.name, label.value);
  json.EndObject();
  return out;
}

std::optional<model::Labels> LabelsFromJson(std::string_view text) {
  const base::Result<base::Json> json = base::ParseJson(text);
  if (!json.ok() || !json->is_object()) return std::nullopt;
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [name, value] : json->items()) {
    if (!value.is_string()) return std::nullopt;
    pairs.emplace_back(name, value.get<std::string>());
  }
  return model::Labels(std::move(pairs));
}

base::Result<model::Anomaly> FromRow(const Row& row) {
  model::Anomaly anomaly;
  anomaly.id = row.GetText(0);
  anomaly.tenant = row.GetText(1);
  const auto kind = model::ParseAnomalyKind(row.GetText(2));
  if (!kind) return Damaged(row, "kind");
  anomaly.kind = *kind;
  anomaly.entity = row.GetText(3);
  std::optional<model::Labels> labels = LabelsFromJson(row.GetText(4));
  if (!labels) return Damaged(row, "label set");
  anomaly.labels = *std::move(labels);
  anomaly.score = row.GetReal(5);
  const auto severity = model::ParseSeverity(row.GetText(6));
  if (!severity) return Damaged(row, "severity");
  anomaly.severity = *severity;
  anomaly.state =
      row.GetText(7) == "open" ? model::AnomalyState::kOpen : model::AnomalyState::kClosed;
  anomaly.started_at = row.GetTime(8);
  anomaly.updated_at = row.GetTime(9);
  if (!row.IsNull(10)) anomaly.ended_at = row.GetTime(10);
  using Limits = std::numeric_limits<double>;
  anomaly.observed = NumberOr(row, 11, Limits::quiet_NaN());
  anomaly.expected_low = NumberOr(row, 12, -Limits::infinity());
  anomaly.expected_high = NumberOr(row, 13, Limits::infinity());
  anomaly.detector = row.GetText(14);
  anomaly.summary = row.GetText(15);
  anomaly.evidence.id = row.GetText(16);
  return anomaly;
}

// Runs a query for whole anomalies.
base::Result<std::vector<model::Anomaly>> ReadAnomalies(Session& session, std::string_view where,
                                                        std::vector<Value> values) {
  std::vector<model::Anomaly> anomalies;
  std::optional<base::Error> damage;
  VEDETTE_TRY_VOID(session.Query(fmt::format("SELECT {} FROM anomalies WHERE {}", kColumns, where),
                                 std::move(values), [&](const Row& row) {
                                   base::Result<model::Anomaly> anomaly = FromRow(row);
                                   if (anomaly.ok()) {
                                     anomalies.push_back(*std::move(anomaly));
                                   } else {
                                     damage = std::move(anomaly).error();
                                   }
                                 }));
  if (damage) return *std::move(damage);
  return anomalies;
}

base::Result<std::optional<model::Evidence>> ReadEvidence(Session& session, std::string_view tenant,
                                                          std::string_view id) {
  std::optional<model::Evidence> evidence;
  VEDETTE_TRY_VOID(
      session.Query("SELECT id, query, from_time, to_time, result, taken_at, language, step_ms "
                    "FROM evidence WHERE id = ? AND tenant = ?",
                    {Text(id), Text(tenant)}, [&](const Row& row) {
                      evidence = {.id = std::string(row.GetText(0)),
                                  .query = std::string(row.GetText(1)),
                                  .from = row.GetTime(2),
                                  .to = row.GetTime(3),
                                  .language = std::string(row.GetText(6)),
                                  .step = base::Duration(row.GetInt(7)),
                                  .result_json = std::string(row.GetText(4)),
                                  .taken_at = row.GetTime(5)};
                    }));
  return evidence;
}

base::Result<> AddEvidence(Session& session, std::vector<model::Anomaly>& anomalies) {
  for (model::Anomaly& anomaly : anomalies) {
    VEDETTE_TRY(std::optional<model::Evidence> evidence,
                ReadEvidence(session, anomaly.tenant, anomaly.evidence.id));
    if (evidence) anomaly.evidence = *std::move(evidence);
  }
  return {};
}

std::string CursorAfter(const model::Anomaly& anomaly) {
  return fmt::format("{}.{}", base::ToMillis(anomaly.started_at), anomaly.id);
}

struct Cursor {
  int64_t started_at = 0;
  std::string id;
};

base::Result<Cursor> ParseCursor(std::string_view text) {
  Cursor cursor;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, cursor.started_at);
  if (read.ec != std::errc() || read.ptr == end || *read.ptr != '.') {
    return base::InvalidArgument("not a cursor of this list", "cursor");
  }
  cursor.id.assign(read.ptr + 1, end);
  return cursor;
}

}  // namespace

std::span<const sql::Migration> AnomalyMigrations() {
  static const std::vector<sql::Migration> steps = {{1, "anomalies and evidence", R"(
CREATE TABLE anomalies (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  entity TEXT NOT NULL,
  labels TEXT NOT NULL,
  score DOUBLE PRECISION NOT NULL,
  severity TEXT NOT NULL,
  state TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  ended_at BIGINT,
  observed DOUBLE PRECISION,
  expected_low DOUBLE PRECISION,
  expected_high DOUBLE PRECISION,
  detector TEXT NOT NULL,
  summary TEXT NOT NULL,
  evidence_id TEXT NOT NULL);
CREATE INDEX anomalies_by_start ON anomalies (tenant, started_at, id);
CREATE INDEX anomalies_by_entity ON anomalies (tenant, entity, started_at, id);
CREATE INDEX anomalies_by_state ON anomalies (state, ended_at);
CREATE TABLE evidence (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  query TEXT NOT NULL,
  from_time BIGINT NOT NULL,
  to_time BIGINT NOT NULL,
  result TEXT NOT NULL,
  taken_at BIGINT NOT NULL))"},
                                                    {2, "questions in other languages", R"(
ALTER TABLE evidence ADD COLUMN language TEXT NOT NULL DEFAULT 'promql';
ALTER TABLE evidence ADD COLUMN step_ms BIGINT NOT NULL DEFAULT 0)"}};
  return steps;
}

base::Result<> SaveAnomaly(sql::Session& session, const model::AnomalyUpdate& update) {
  const model::Anomaly& a = update.anomaly;
  VEDETTE_TRY_VOID(session.Execute(
      fmt::format("INSERT INTO anomalies ({}) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                  "ON CONFLICT (id) DO UPDATE SET score = excluded.score, "
                  "severity = excluded.severity, state = excluded.state, "
                  "started_at = excluded.started_at, updated_at = excluded.updated_at, "
                  "ended_at = excluded.ended_at, observed = excluded.observed, "
                  "expected_low = excluded.expected_low, expected_high = excluded.expected_high, "
                  "summary = excluded.summary, evidence_id = excluded.evidence_id "
                  "WHERE anomalies.state = 'open' AND "
                  "anomalies.updated_at <= excluded.updated_at",
                  kColumns),
      {Text(a.id), Text(a.tenant), Text(model::AnomalyKindName(a.kind)), Text(a.entity),
       Text(ToJson(a.labels)), Number(a.score), Text(model::SeverityName(a.severity)),
       Text(model::AnomalyStateName(a.state)), Time(a.started_at), Time(a.updated_at),
       a.ended_at ? Time(*a.ended_at) : Null(), Number(a.observed), Number(a.expected_low),
       Number(a.expected_high), Text(a.detector), Text(a.summary), Text(a.evidence.id)}));
  if (a.evidence.id.empty() || a.evidence.query.empty()) return {};
  return SaveEvidence(session, a.tenant, a.evidence);
}

base::Result<> SaveEvidence(sql::Session& session, std::string_view tenant,
                            const model::Evidence& evidence) {
  VEDETTE_TRY_VOID(session.Execute(
      "INSERT INTO evidence (id, tenant, query, from_time, to_time, result, taken_at, language, "
      "step_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
      "query = excluded.query, from_time = excluded.from_time, to_time = excluded.to_time, "
      "result = excluded.result, taken_at = excluded.taken_at, language = excluded.language, "
      "step_ms = excluded.step_ms "
      "WHERE evidence.taken_at <= excluded.taken_at",
      {Text(evidence.id), Text(tenant), Text(evidence.query), Time(evidence.from),
       Time(evidence.to), Text(evidence.result_json), Time(evidence.taken_at),
       Text(evidence.language), Int(evidence.step.count())}));
  return {};
}

base::Result<std::unique_ptr<AnomalyStore>> AnomalyStore::Open(sql::Database& database) {
  VEDETTE_TRY_VOID(database.Migrate("detect", AnomalyMigrations()));
  return std::unique_ptr<AnomalyStore>(new AnomalyStore(database));
}

base::Result<> AnomalyStore::Save(const model::AnomalyUpdate& update) {
  return database_.Transact([&](Session& session) { return SaveAnomaly(session, update); });
}

base::Result<AnomalyPage> AnomalyStore::List(const AnomalyQuery& query) const {
  if (query.limit < 1 || query.limit > 1000) {
    return base::InvalidArgument("limit must be 1 to 1000", "limit");
  }
  std::string where = "tenant = ?";
  std::vector<Value> values = {Text(query.tenant)};
  const auto add = [&](std::string_view condition, Value value) {
    where += condition;
    values.push_back(std::move(value));
  };
  if (query.state) add(" AND state = ?", Text(model::AnomalyStateName(*query.state)));
  if (!query.entity.empty()) add(" AND entity = ?", Text(query.entity));
  if (query.from) add(" AND (ended_at IS NULL OR ended_at >= ?)", Time(*query.from));
  if (query.to) add(" AND started_at <= ?", Time(*query.to));
  if (!query.cursor.empty()) {
    VEDETTE_TRY(const Cursor cursor, ParseCursor(query.cursor));
    add(" AND (started_at < ?", Int(cursor.started_at));
    add(" OR (started_at = ?", Int(cursor.started_at));
    add(" AND id < ?))", Text(cursor.id));
  }
  add(" ORDER BY started_at DESC, id DESC LIMIT ?", Int(query.limit + 1));
  AnomalyPage page;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(page.anomalies, ReadAnomalies(session, where, values));
    return query.with_evidence ? AddEvidence(session, page.anomalies) : base::Result<>();
  }));
  if (static_cast<int64_t>(page.anomalies.size()) > query.limit) {
    page.anomalies.pop_back();
    page.next_cursor = CursorAfter(page.anomalies.back());
  }
  return page;
}

base::Result<model::Anomaly> AnomalyStore::Get(std::string_view tenant, std::string_view id) const {
  model::Anomaly anomaly;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(std::vector<model::Anomaly> found,
                ReadAnomalies(session, "id = ? AND tenant = ?", {Text(id), Text(tenant)}));
    if (found.empty()) return base::NotFound(fmt::format("there is no anomaly '{}'", id));
    anomaly = std::move(found.front());
    VEDETTE_TRY(std::optional<model::Evidence> evidence,
                ReadEvidence(session, tenant, anomaly.evidence.id));
    if (evidence) anomaly.evidence = *std::move(evidence);
    return {};
  }));
  return anomaly;
}

base::Result<model::Evidence> AnomalyStore::GetEvidence(std::string_view tenant,
                                                        std::string_view id) const {
  std::optional<model::Evidence> evidence;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(evidence, ReadEvidence(session, tenant, id));
    return {};
  }));
  if (!evidence) return base::NotFound(fmt::format("there is no evidence '{}'", id));
  return *std::move(evidence);
}

base::Result<std::vector<model::Anomaly>> AnomalyStore::OpenAnomalies() const {
  std::vector<model::Anomaly> anomalies;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(anomalies, ReadAnomalies(session, "state = 'open' ORDER BY started_at, id", {}));
    return AddEvidence(session, anomalies);
  }));
  return anomalies;
}

base::Result<> AnomalyStore::DeleteTenant(std::string_view tenant) {
  return database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Execute("DELETE FROM evidence WHERE tenant = ?", {Text(tenant)}));
    VEDETTE_TRY_VOID(session.Execute("DELETE FROM anomalies WHERE tenant = ?", {Text(tenant)}));
    return {};
  });
}

base::Result<> AnomalyStore::DropBefore(base::TimePoint horizon) {
  return database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM evidence WHERE id IN (SELECT evidence_id FROM anomalies "
                        "WHERE state = 'closed' AND ended_at < ?)",
                        {Time(horizon)}));
    VEDETTE_TRY_VOID(session.Execute(
        "DELETE FROM anomalies WHERE state = 'closed' AND ended_at < ?", {Time(horizon)}));
    VEDETTE_TRY_VOID(session.Execute(
        "DELETE FROM evidence WHERE taken_at < ? AND id NOT IN (SELECT evidence_id FROM anomalies)",
        {Time(horizon)}));
    return {};
  });
}

}  // namespace vedette::detect
