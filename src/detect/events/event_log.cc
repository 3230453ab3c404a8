#include "detect/events/event_log.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json_writer.h"
#include "records/compress.h"

namespace vedette::detect::events {
namespace {

using sql::Int;
using sql::Real;
using sql::Row;
using sql::Session;
using sql::Text;
using sql::Time;

constexpr int64_t kArchivedTogether = 500;

constexpr std::string_view kColumns =
    "seq, time, event_id, source, event_type, status, data, metadata, verdict";

void WriteList(base::JsonWriter& json, std::string_view name,
               const std::vector<std::string>& texts) {
  json.Key(name).BeginArray();
  for (const std::string& text : texts) json.Value(text);
  json.EndArray();
}

std::string VerdictToJson(const Verdict& verdict) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("severity_score", verdict.severity_score);
  json.Field("raw_score", verdict.raw_score).Field("reasoning", verdict.reasoning);
  WriteList(json, "detected_issues", verdict.detected_issues);
  WriteList(json, "suggestions", verdict.suggestions);
  WriteList(json, "failed_rules", verdict.failed_rules);
  json.Field("decision", static_cast<int>(verdict.decision)).EndObject();
  return out;
}

std::optional<Verdict> VerdictFrom(int64_t status, std::string_view text) {
  const base::Result<base::Json> json = base::ParseJson(text);
  if (!json.ok() || !json->is_object() || status < 0 || status > 2) return std::nullopt;
  Verdict verdict;
  try {
    verdict.status = static_cast<Status>(status);
    verdict.severity_score = json->at("severity_score").get<double>();
    verdict.raw_score = json->at("raw_score").get<double>();
    verdict.reasoning = json->at("reasoning").get<std::string>();
    verdict.detected_issues = json->at("detected_issues").get<std::vector<std::string>>();
    verdict.suggestions = json->at("suggestions").get<std::vector<std::string>>();
    verdict.failed_rules = json->at("failed_rules").get<std::vector<std::string>>();
    const int decision = json->at("decision").get<int>();
    if (decision < 0 || decision > static_cast<int>(Decision::kHalt)) return std::nullopt;
    verdict.decision = static_cast<Decision>(decision);
  } catch (const base::Json::exception&) {
    return std::nullopt;
  }
  return verdict;
}

// Runs a query for whole entries.
base::Result<std::vector<LogEntry>> ReadEntries(Session& session, std::string_view rest,
                                                std::vector<sql::Value> values) {
  std::vector<LogEntry> entries;
  std::optional<base::Error> damage;
  VEDETTE_TRY_VOID(session.Query(
      fmt::format("SELECT {} FROM monitoring_logs WHERE {}", kColumns, rest), std::move(values),
      [&](const Row& row) {
        LogEntry entry{.seq = row.GetInt(0),
                       .time = row.GetTime(1),
                       .event_id = std::string(row.GetText(2)),
                       .source = std::string(row.GetText(3)),
                       .event_type = std::string(row.GetText(4)),
                       .data_json = std::string(row.GetText(6)),
                       .metadata_json = std::string(row.GetText(7)),
                       .verdict = {}};
        auto verdict = VerdictFrom(row.GetInt(5), row.GetText(8));
        if (!verdict.has_value()) {
          damage = base::DataLoss(fmt::format("event {}: its verdict is damaged", entry.event_id));
          return;
        }
        entry.verdict = *std::move(verdict);
        entries.push_back(std::move(entry));
      }));
  if (damage) return *std::move(damage);
  return entries;
}

// -- Archives: entries as JSON, one a line, compressed together

std::string ToLine(const LogEntry& entry) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("seq", entry.seq).Field("time", base::ToMillis(entry.time));
  json.Field("event_id", entry.event_id).Field("source", entry.source);
  json.Field("event_type", entry.event_type);
  json.Field("status", static_cast<int>(entry.verdict.status));
  json.Field("data", entry.data_json).Field("metadata", entry.metadata_json);
  json.Field("verdict", VerdictToJson(entry.verdict)).EndObject();
  return out + "\n";
}

base::Result<LogEntry> FromLine(std::string_view line) {
  const auto damaged = [] { return base::DataLoss("an archived event is damaged"); };
  const base::Result<base::Json> json = base::ParseJson(line);
  if (!json.ok() || !json->is_object()) return damaged();
  LogEntry entry;
  try {
    entry.seq = json->at("seq").get<int64_t>();
    entry.time = base::FromMillis(json->at("time").get<int64_t>());
    entry.event_id = json->at("event_id").get<std::string>();
    entry.source = json->at("source").get<std::string>();
    entry.event_type = json->at("event_type").get<std::string>();
    entry.data_json = json->at("data").get<std::string>();
    entry.metadata_json = json->at("metadata").get<std::string>();
    auto verdict =
        VerdictFrom(json->at("status").get<int64_t>(), json->at("verdict").get<std::string>());
    if (!verdict.has_value()) return damaged();
    entry.verdict = *std::move(verdict);
  } catch (const base::Json::exception&) {
    return damaged();
  }
  return entry;
}

bool Matches(const LogQuery& query, const LogEntry& entry) {
  if (!query.event_id.empty() && entry.event_id != query.event_id) return false;
  if (!query.source.empty() && entry.source != query.source) return false;
  if (query.from.has_value() && entry.time < *query.from) return false;
  if (query.to.has_value() && entry.time > *query.to) return false;
  return query.statuses.empty() ||
         std::ranges::find(query.statuses, entry.verdict.status) != query.statuses.end();
}

base::Result<LogPage> FindArchived(Session& session, const LogQuery& query) {
  std::vector<std::string> payloads;
  VEDETTE_TRY_VOID(session.Query(
      "SELECT payload FROM monitoring_archives WHERE tenant = ? AND to_time >= ? AND from_time <= ?"
      " ORDER BY id DESC",
      {Text(query.tenant), Time(query.from.value_or(base::TimePoint())),
       Int(query.to.has_value() ? base::ToMillis(*query.to) : INT64_MAX)},
      [&](const Row& row) { payloads.emplace_back(row.GetBlob(0)); }));
  LogPage page;
  for (const std::string& payload : payloads) {
    std::string_view bytes = payload;
    VEDETTE_TRY(const std::string lines, records::ReadCompressed(bytes));
    // Within an archive the oldest is first.
    for (size_t end = lines.size(); end > 0;) {
      const size_t begin = end < 2 ? std::string::npos : lines.rfind('\n', end - 2);
      const size_t start = begin == std::string::npos ? 0 : begin + 1;
      VEDETTE_TRY(LogEntry entry, FromLine(std::string_view(lines).substr(start, end - start - 1)));
      end = start;
      if (!Matches(query, entry)) continue;
      const int64_t place = page.total++;
      if (place >= query.offset && std::ssize(page.entries) < query.limit) {
        page.entries.push_back(std::move(entry));
      }
    }
  }
  return page;
}

base::Result<int64_t> ArchiveWhere(Session& session, const model::TenantName& tenant,
                                   std::string_view where, std::vector<sql::Value> values) {
  VEDETTE_TRY(const auto entries, ReadEntries(session, where, std::move(values)));
  for (size_t i = 0; i < entries.size(); i += kArchivedTogether) {
    const size_t end = std::min(entries.size(), i + kArchivedTogether);
    std::string lines;
    base::TimePoint from = entries[i].time;
    base::TimePoint to = entries[i].time;
    for (size_t k = i; k < end; ++k) {
      lines += ToLine(entries[k]);
      from = std::min(from, entries[k].time);
      to = std::max(to, entries[k].time);
    }
    sql::Blob payload;
    records::AppendCompressed(payload.bytes, lines);
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO monitoring_archives (tenant, from_time, to_time, entries, payload) VALUES "
        "(?, ?, ?, ?, ?)",
        {Text(tenant), Time(from), Time(to), Int(static_cast<int64_t>(end - i)),
         sql::Value(std::move(payload))}));
    for (size_t k = i; k < end; ++k) {
      VEDETTE_TRY_VOID(
          session.Execute("DELETE FROM monitoring_logs WHERE seq = ?", {Int(entries[k].seq)}));
    }
  }
  return static_cast<int64_t>(entries.size());
}

}  // namespace

void WriteEntry(base::JsonWriter& json, const LogEntry& entry) {
  const Verdict& verdict = entry.verdict;
  json.BeginObject().Field("timestamp", entry.time);
  json.Field("event_id", entry.event_id).Field("source", entry.source);
  json.Field("event_type", entry.event_type);
  json.Key("input_snapshot").Raw(entry.data_json);
  json.Key("metadata").Raw(entry.metadata_json);
  json.Key("monitoring_result").BeginObject();
  json.Field("status", StatusName(verdict.status));
  json.Field("severity_score", verdict.severity_score).Field("raw_score", verdict.raw_score);
  json.Field("reasoning", verdict.reasoning);
  json.Field("detected_issues", verdict.detected_issues);
  json.Field("suggestions", verdict.suggestions);
  json.Field("failed_rules", verdict.failed_rules);
  json.Field("decision", DecisionName(verdict.decision)).EndObject();
  json.Key("llm_analysis").Null().EndObject();
}

std::span<const sql::Migration> EventLogMigrations() {
  static const sql::Migration kMigrations[] = {
      {.version = 1,
       .name = "judged events and their archives",
       .statements = "CREATE TABLE monitoring_logs ("
                     "  seq INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL,"
                     "  time BIGINT NOT NULL, event_id TEXT NOT NULL, source TEXT NOT NULL,"
                     "  event_type TEXT NOT NULL, status INTEGER NOT NULL, score REAL NOT NULL,"
                     "  data TEXT NOT NULL, metadata TEXT NOT NULL, verdict TEXT NOT NULL);"
                     "CREATE INDEX monitoring_logs_by_time ON monitoring_logs (tenant, time, seq);"
                     "CREATE INDEX monitoring_logs_by_source ON monitoring_logs"
                     "  (tenant, source, seq);"
                     "CREATE TABLE monitoring_archives ("
                     "  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL,"
                     "  from_time BIGINT NOT NULL, to_time BIGINT NOT NULL,"
                     "  entries INTEGER NOT NULL, payload BLOB NOT NULL);"
                     "CREATE INDEX monitoring_archives_by_time ON monitoring_archives"
                     "  (tenant, to_time)"}};
  return kMigrations;
}

base::Result<> Append(Session& session, const model::TenantName& tenant, LogEntry& entry) {
  VEDETTE_TRY_VOID(session.Execute(
      "INSERT INTO monitoring_logs (tenant, time, event_id, source, event_type, status, score, "
      "data, metadata, verdict) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {Text(tenant), Time(entry.time), Text(entry.event_id), Text(entry.source),
       Text(entry.event_type), Int(static_cast<int64_t>(entry.verdict.status)),
       Real(entry.verdict.severity_score), Text(entry.data_json), Text(entry.metadata_json),
       Text(VerdictToJson(entry.verdict))}));
  return session.Query("SELECT max(seq) FROM monitoring_logs", {},
                       [&](const Row& row) { entry.seq = row.GetInt(0); });
}

base::Result<> SaveVerdict(Session& session, const LogEntry& entry) {
  VEDETTE_TRY_VOID(session.Execute(
      "UPDATE monitoring_logs SET status = ?, score = ?, verdict = ? WHERE seq = ?",
      {Int(static_cast<int64_t>(entry.verdict.status)), Real(entry.verdict.severity_score),
       Text(VerdictToJson(entry.verdict)), Int(entry.seq)}));
  return {};
}

base::Result<LogPage> Find(Session& session, const LogQuery& query) {
  if (query.archived) return FindArchived(session, query);
  std::string where = "tenant = ?";
  std::vector<sql::Value> values = {Text(query.tenant)};
  if (!query.event_id.empty()) {
    where += " AND event_id = ?";
    values.push_back(Text(query.event_id));
  }
  if (!query.source.empty()) {
    where += " AND source = ?";
    values.push_back(Text(query.source));
  }
  if (query.from.has_value()) {
    where += " AND time >= ?";
    values.push_back(Time(*query.from));
  }
  if (query.to.has_value()) {
    where += " AND time <= ?";
    values.push_back(Time(*query.to));
  }
  std::string any;
  for (const Status status : query.statuses) {
    any += fmt::format("{}{}", any.empty() ? "" : ", ", static_cast<int>(status));
  }
  if (!any.empty()) where += fmt::format(" AND status IN ({})", any);
  LogPage page;
  VEDETTE_TRY_VOID(session.Query("SELECT count(*) FROM monitoring_logs WHERE " + where, values,
                                 [&](const Row& row) { page.total = row.GetInt(0); }));
  values.push_back(Int(query.limit));
  values.push_back(Int(query.offset));
  where +=
      query.oldest_first ? " ORDER BY seq LIMIT ? OFFSET ?" : " ORDER BY seq DESC LIMIT ? OFFSET ?";
  VEDETTE_TRY(page.entries, ReadEntries(session, where, std::move(values)));
  return page;
}

base::Result<LogStats> ReadStats(Session& session, const model::TenantName& tenant) {
  LogStats stats;
  VEDETTE_TRY_VOID(session.Query(
      "SELECT count(*), count(DISTINCT source), count(DISTINCT event_type), avg(score), min(time), "
      "max(time) FROM monitoring_logs WHERE tenant = ?",
      {Text(tenant)}, [&](const Row& row) {
        stats.total = row.GetInt(0);
        stats.sources = row.GetInt(1);
        stats.event_types = row.GetInt(2);
        stats.mean_severity = row.GetReal(3);
        if (!row.IsNull(4)) stats.oldest = row.GetTime(4);
        if (!row.IsNull(5)) stats.newest = row.GetTime(5);
      }));
  VEDETTE_TRY_VOID(
      session.Query("SELECT status, count(*) FROM monitoring_logs WHERE tenant = ? GROUP BY status",
                    {Text(tenant)}, [&](const Row& row) {
                      const int64_t status = row.GetInt(0);
                      if (status >= 0 && status <= 2) stats.by_status[status] = row.GetInt(1);
                    }));
  return stats;
}

base::Result<int64_t> Archive(Session& session, const model::TenantName& tenant,
                              base::TimePoint before, int64_t limit) {
  return ArchiveWhere(session, tenant, "tenant = ? AND time < ? ORDER BY seq LIMIT ?",
                      {Text(tenant), Time(before), Int(limit)});
}

base::Result<int64_t> ArchiveExcess(Session& session, const model::TenantName& tenant,
                                    int64_t rows_max) {
  int64_t rows = 0;
  VEDETTE_TRY_VOID(session.Query("SELECT count(*) FROM monitoring_logs WHERE tenant = ?",
                                 {Text(tenant)}, [&](const Row& row) { rows = row.GetInt(0); }));
  if (rows <= rows_max) return int64_t{0};
  return ArchiveWhere(session, tenant, "tenant = ? ORDER BY seq LIMIT ?",
                      {Text(tenant), Int(rows - rows_max)});
}

base::Result<> DropArchives(Session& session, base::TimePoint before) {
  VEDETTE_TRY_VOID(
      session.Execute("DELETE FROM monitoring_archives WHERE to_time < ?", {Time(before)}));
  return {};
}

base::Result<> DeleteTenant(Session& session, std::string_view tenant) {
  VEDETTE_TRY_VOID(session.Execute("DELETE FROM monitoring_logs WHERE tenant = ?", {Text(tenant)}));
  VEDETTE_TRY_VOID(
      session.Execute("DELETE FROM monitoring_archives WHERE tenant = ?", {Text(tenant)}));
  return {};
}

}  // namespace vedette::detect::events
