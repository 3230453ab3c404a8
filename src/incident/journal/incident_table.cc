#include "incident/journal/incident_table.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/json_fields.h"
#include "incident/value_fields.h"

namespace vedette::incident::journal {
namespace {

using sql::Int;
using sql::Row;
using sql::Session;
using sql::Text;
using sql::Time;
using sql::Value;

constexpr int64_t kAnomaliesReadMax = 1000;
constexpr int64_t kTimelineReadMax = 20'000;  // more than an incident can have
constexpr int64_t kTimelineListedMax = 200;   // of each incident in a list

// The sort key of lists: open before acknowledged before resolved, worst first within each.
int64_t Urgency(const model::Incident& incident) {
  return 10 * static_cast<int64_t>(incident.state) + 2 - static_cast<int64_t>(incident.severity);
}

Value OptionalTime(const std::optional<base::TimePoint>& time) {
  return time ? Time(*time) : sql::Null();
}

std::string ToJsonList(const std::vector<std::string>& list) {
  return base::DumpJson(base::Json(list));
}

std::vector<std::string> FromJsonList(std::string_view text) {
  std::vector<std::string> list;
  const base::Result<base::Json> json = base::ParseJson(text);
  if (!json.ok() || !json->is_array()) return list;
  for (const base::Json& item : *json) {
    if (item.is_string()) list.push_back(item.get<std::string>());
  }
  return list;
}

// After a loss the engine may give a number a second time: the row goes behind the others then.
base::Result<> WriteRow(Session& session, const std::string& incident_id,
                        const model::TimelineEntry& row) {
  int64_t seq = row.seq;
  bool written = false;
  VEDETTE_TRY_VOID(session.Query(
      "SELECT seq, kind, text FROM incident_timeline WHERE incident_id = ? AND seq >= ? "
      "ORDER BY seq",
      {Text(incident_id), Int(row.seq)}, [&](const Row& other) {
        written |= other.GetInt(0) == row.seq && other.GetText(1) == row.kind &&
                   other.GetText(2) == row.text;
        seq = other.GetInt(0) + 1;
      }));
  if (written) return {};
  VEDETTE_TRY_VOID(session.Execute(
      "INSERT INTO incident_timeline (incident_id, seq, time, kind, actor, text, anomaly_id, "
      "happened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {Text(incident_id), Int(seq), Time(row.time), Text(row.kind), Text(row.actor), Text(row.text),
       Text(row.anomaly_id), OptionalTime(row.happened_at)}));
  return {};
}

std::string DetailsOf(const model::Incident& incident) {
  base::JsonOut out;
  DetailFields(out, const_cast<model::Incident&>(incident));  // reads only
  return out.Finish();
}

// Rows of before there were any have none.
void ReadDetails(std::string_view text, model::Incident& incident) {
  if (text.empty()) return;
  const base::Result<base::Json> json = base::ParseJson(text);
  if (!json.ok()) return;
  base::JsonIn in(*json);
  DetailFields(in, incident);
}

base::Result<> WriteIncident(Session& session, const model::Incident& incident) {
  VEDETTE_TRY_VOID(session.Execute(
      "INSERT INTO incidents (id, tenant, urgency, state, severity, title, entities, "
      "open_anomaly_ids, started_at, updated_at, acknowledged_at, acknowledged_by, resolved_at, "
      "resolved_by, revision, details) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (id) DO UPDATE SET urgency = excluded.urgency, state = excluded.state, "
      "severity = excluded.severity, title = excluded.title, entities = excluded.entities, "
      "open_anomaly_ids = excluded.open_anomaly_ids, started_at = excluded.started_at, "
      "updated_at = excluded.updated_at, acknowledged_at = excluded.acknowledged_at, "
      "acknowledged_by = excluded.acknowledged_by, resolved_at = excluded.resolved_at, "
      "resolved_by = excluded.resolved_by, revision = excluded.revision, "
      "details = excluded.details",
      {Text(incident.id), Text(incident.tenant), Int(Urgency(incident)),
       Text(model::IncidentStateName(incident.state)), Text(model::SeverityName(incident.severity)),
       Text(incident.title), Text(ToJsonList(incident.entities)),
       Text(ToJsonList(incident.open_anomaly_ids)), Time(incident.started_at),
       Time(incident.updated_at), OptionalTime(incident.acknowledged_at),
       Text(incident.acknowledged_by), OptionalTime(incident.resolved_at),
       Text(incident.resolved_by), Int(incident.revision), Text(DetailsOf(incident))}));
  for (const std::string& entity : incident.entities) {
    VEDETTE_TRY_VOID(
        session.Execute("INSERT INTO incident_entities (incident_id, entity) VALUES (?, ?) "
                        "ON CONFLICT (incident_id, entity) DO NOTHING",
                        {Text(incident.id), Text(entity)}));
  }
  for (const model::TimelineEntry& row : incident.timeline) {
    VEDETTE_TRY_VOID(WriteRow(session, incident.id, row));
  }
  return {};
}

// Rows for incidents that the engine has forgotten: numbered here. An incident that does not exist
// gets none.
base::Result<> WriteLateRow(Session& session, const LateRow& late) {
  VEDETTE_TRY(const int64_t found,
              session.Execute("UPDATE incidents SET revision = revision + 1, updated_at = ? "
                              "WHERE id = ? AND tenant = ?",
                              {Time(late.entry.time), Text(late.incident_id), Text(late.tenant)}));
  if (found == 0) return {};
  model::TimelineEntry row = late.entry;
  VEDETTE_TRY_VOID(session.Query("SELECT MAX(seq) FROM incident_timeline WHERE incident_id = ?",
                                 {Text(late.incident_id)},
                                 [&](const Row& r) { row.seq = r.GetInt(0) + 1; }));
  return WriteRow(session, late.incident_id, row);
}

constexpr std::string_view kColumns =
    "id, tenant, state, severity, title, entities, open_anomaly_ids, started_at, updated_at, "
    "acknowledged_at, acknowledged_by, resolved_at, resolved_by, revision, urgency, details";

model::Incident FromRow(const Row& row) {
  model::Incident incident;
  incident.id = row.GetText(0);
  incident.tenant = row.GetText(1);
  incident.state = model::ParseIncidentState(row.GetText(2)).value_or(model::IncidentState::kOpen);
  incident.severity = model::ParseSeverity(row.GetText(3)).value_or(model::Severity::kCritical);
  incident.title = row.GetText(4);
  incident.entities = FromJsonList(row.GetText(5));
  incident.open_anomaly_ids = FromJsonList(row.GetText(6));
  incident.started_at = row.GetTime(7);
  incident.updated_at = row.GetTime(8);
  if (!row.IsNull(9)) incident.acknowledged_at = row.GetTime(9);
  incident.acknowledged_by = row.GetText(10);
  if (!row.IsNull(11)) incident.resolved_at = row.GetTime(11);
  incident.resolved_by = row.GetText(12);
  incident.revision = row.GetInt(13);
  ReadDetails(row.GetText(15), incident);
  return incident;
}

base::Result<> ReadParts(Session& session, model::Incident& incident, int64_t rows_max) {
  VEDETTE_TRY_VOID(
      session.Query("SELECT anomaly_id FROM incident_anomalies WHERE incident_id = ? "
                    "ORDER BY joined_seq, anomaly_id LIMIT ?",
                    {Text(incident.id), Int(kAnomaliesReadMax)},
                    [&](const Row& row) { incident.anomaly_ids.emplace_back(row.GetText(0)); }));
  if (rows_max == 0) return {};
  return session.Query(
      "SELECT seq, time, kind, actor, text, anomaly_id, happened_at FROM incident_timeline "
      "WHERE incident_id = ? ORDER BY seq LIMIT ?",
      {Text(incident.id), Int(rows_max)}, [&](const Row& row) {
        model::TimelineEntry& entry = incident.timeline.emplace_back();
        entry.seq = row.GetInt(0);
        entry.time = row.GetTime(1);
        entry.kind = row.GetText(2);
        entry.actor = row.GetText(3);
        entry.text = row.GetText(4);
        entry.anomaly_id = row.GetText(5);
        if (!row.IsNull(6)) entry.happened_at = row.GetTime(6);
      });
}

// A place in the list: "urgency.started_at.id" of the last incident of the page before.
struct Cursor {
  int64_t urgency = 0;
  int64_t started_at = 0;
  std::string id;
};

std::string CursorAfter(const model::Incident& incident) {
  return fmt::format("{}.{}.{}", Urgency(incident), base::ToMillis(incident.started_at),
                     incident.id);
}

base::Result<Cursor> ParseCursor(std::string_view text) {
  Cursor cursor;
  const char* const end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, cursor.urgency);
  if (read.ec == std::errc() && read.ptr != end && *read.ptr == '.') {
    read = std::from_chars(read.ptr + 1, end, cursor.started_at);
    if (read.ec == std::errc() && read.ptr != end && *read.ptr == '.') {
      cursor.id.assign(read.ptr + 1, end);
      return cursor;
    }
  }
  return base::InvalidArgument("not a cursor of this list", "cursor");
}

// `text` for LIKE ... ESCAPE '\', in lower case.
std::string LikePart(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return pattern + "%";
}

struct Condition {
  std::string text = "tenant = ?";
  std::vector<Value> values;

  void And(std::string_view more, std::vector<Value> with) {
    text += " AND ";
    text += more;
    std::move(with.begin(), with.end(), std::back_inserter(values));
  }
};

base::Result<Condition> ConditionOf(const IncidentQuery& query) {
  Condition where;
  where.values.push_back(Text(query.tenant));
  if (!query.states.empty()) {
    std::string list;
    std::vector<Value> names;
    for (const model::IncidentState state : query.states) {
      list += list.empty() ? "?" : ", ?";
      names.push_back(Text(model::IncidentStateName(state)));
    }
    where.And("state IN (" + list + ")", std::move(names));
  }
  if (query.severity == model::Severity::kCritical) {
    where.And("severity = 'critical'", {});
  } else if (query.severity == model::Severity::kWarning) {
    where.And("severity <> 'info'", {});
  }
  if (!query.entity.empty()) {
    where.And("id IN (SELECT incident_id FROM incident_entities WHERE entity = ?)",
              {Text(query.entity)});
  }
  if (!query.anomaly_id.empty()) {
    where.And("id IN (SELECT incident_id FROM incident_anomalies WHERE anomaly_id = ?)",
              {Text(query.anomaly_id)});
  }
  if (!query.text.empty()) {
    const std::string part = LikePart(query.text);
    where.And("(LOWER(title) LIKE ? ESCAPE '\\' OR LOWER(id) LIKE ? ESCAPE '\\')",
              {Text(part), Text(part)});
  }
  if (query.from) where.And("(resolved_at IS NULL OR resolved_at >= ?)", {Time(*query.from)});
  if (query.to) where.And("started_at <= ?", {Time(*query.to)});
  if (!query.cursor.empty()) {
    VEDETTE_TRY(const Cursor cursor, ParseCursor(query.cursor));
    where.And("(urgency > ? OR (urgency = ? AND (started_at < ? OR (started_at = ? AND id < ?))))",
              {Int(cursor.urgency), Int(cursor.urgency), Int(cursor.started_at),
               Int(cursor.started_at), Text(cursor.id)});
  }
  return where;
}

}  // namespace

base::Result<> WriteDecisions(Session& session, const Decisions& decisions, int64_t seq) {
  for (const model::Incident& incident : decisions.changed) {
    VEDETTE_TRY_VOID(WriteIncident(session, incident));
  }
  for (const Membership& joined : decisions.joined) {
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO incident_anomalies (incident_id, anomaly_id, joined_seq) VALUES (?, ?, ?) "
        "ON CONFLICT (incident_id, anomaly_id) DO NOTHING",
        {Text(joined.incident_id), Text(joined.anomaly_id), Int(seq)}));
  }
  for (const LateRow& late : decisions.late_rows) VEDETTE_TRY_VOID(WriteLateRow(session, late));
  return {};
}

base::Result<model::Incident> ReadIncident(Session& session, std::string_view tenant,
                                           std::string_view id) {
  std::optional<model::Incident> incident;
  VEDETTE_TRY_VOID(
      session.Query(fmt::format("SELECT {} FROM incidents WHERE id = ? AND tenant = ?", kColumns),
                    {Text(id), Text(tenant)}, [&](const Row& row) { incident = FromRow(row); }));
  if (!incident) return base::NotFound(fmt::format("there is no incident '{}'", id));
  VEDETTE_TRY_VOID(ReadParts(session, *incident, kTimelineReadMax));
  return *std::move(incident);
}

base::Result<IncidentPage> ReadIncidents(Session& session, const IncidentQuery& query) {
  VEDETTE_TRY(Condition where, ConditionOf(query));
  const int64_t limit = std::clamp<int64_t>(query.limit, 1, 1000);
  where.values.push_back(Int(limit + 1));
  IncidentPage page;
  VEDETTE_TRY_VOID(session.Query(
      fmt::format("SELECT {} FROM incidents WHERE {} "
                  "ORDER BY urgency ASC, started_at DESC, id DESC LIMIT ?",
                  kColumns, where.text),
      std::move(where.values), [&](const Row& row) { page.incidents.push_back(FromRow(row)); }));
  if (static_cast<int64_t>(page.incidents.size()) > limit) {
    page.incidents.pop_back();
    page.next_cursor = CursorAfter(page.incidents.back());
  }
  for (model::Incident& incident : page.incidents) {
    VEDETTE_TRY_VOID(ReadParts(session, incident, query.with_timeline ? kTimelineListedMax : 0));
  }
  return page;
}

}  // namespace vedette::incident::journal
