#include "notify/routing/store/store.h"

#include <algorithm>
#include <span>
#include <utility>

namespace vedette::notify::routing::store {
namespace {

using sql::Int;
using sql::Row;
using sql::Session;
using sql::Text;
using sql::Time;
using sql::Value;

std::span<const sql::Migration> Migrations() {
  static const std::vector<sql::Migration> steps = {{1, "state, plans and trail", R"(
CREATE TABLE routing_state (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL);
CREATE TABLE routing_plans (
  seq BIGINT PRIMARY KEY,
  time BIGINT NOT NULL,
  plan TEXT NOT NULL);
CREATE TABLE routing_trail (
  seq BIGINT PRIMARY KEY,
  time BIGINT NOT NULL,
  tenant TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  dedup_key TEXT NOT NULL,
  receiver TEXT NOT NULL,
  recipient TEXT NOT NULL,
  person TEXT NOT NULL,
  route TEXT NOT NULL,
  policy TEXT NOT NULL,
  step BIGINT NOT NULL,
  round BIGINT NOT NULL);
CREATE INDEX routing_trail_by_incident ON routing_trail (tenant, incident_id, seq))"},
                                                    {2, "plans are in the journal", R"(
DROP TABLE routing_plans;
CREATE INDEX routing_trail_by_time ON routing_trail (time, seq))"}};
  return steps;
}

TrailRow RowOf(const Notice& notice) {
  TrailRow row;
  row.incident_id = notice.page.incident_id;
  row.kind = "notice";
  row.text = notice.why;
  row.dedup_key = notice.page.dedup_key;
  row.receiver = notice.receiver;
  row.to = notice.to;
  row.person = notice.person;
  row.route = notice.route;
  row.policy = notice.policy;
  row.step = notice.step;
  row.round = notice.round;
  return row;
}

base::Result<> Append(Session& session, const model::TenantName& tenant, const TrailRow& row) {
  VEDETTE_TRY_VOID(session.Execute(
      "INSERT INTO routing_trail (seq, time, tenant, incident_id, kind, text, dedup_key, receiver, "
      "recipient, person, route, policy, step, round) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {Int(row.seq), Time(row.time), Text(tenant), Text(row.incident_id), Text(row.kind),
       Text(row.text), Text(row.dedup_key), Text(row.receiver), Text(row.to), Text(row.person),
       Text(row.route), Text(row.policy), Int(row.step), Int(row.round)}));
  return {};
}

base::Result<int64_t> LastSeq(Session& session, std::string_view table) {
  int64_t seq = 0;
  VEDETTE_TRY_VOID(session.Query("SELECT MAX(seq) FROM " + std::string(table), {},
                                 [&](const Row& row) { seq = row.GetInt(0); }));
  return seq;
}

}  // namespace

base::Result<> Migrate(sql::Database& database) {
  return database.Migrate("routing", Migrations());
}

base::Result<std::vector<Kept>> ReadState(Session& session) {
  std::vector<Kept> parts;
  VEDETTE_TRY_VOID(
      session.Query("SELECT key, value FROM routing_state ORDER BY key", {}, [&](const Row& row) {
        parts.push_back({std::string(row.GetText(0)), std::string(row.GetText(1))});
      }));
  return parts;
}

base::Result<> Save(Session& session, const Outcome& outcome, base::TimePoint now) {
  for (const Kept& kept : outcome.kept) {
    if (kept.value) {
      VEDETTE_TRY_VOID(
          session.Execute("INSERT INTO routing_state (key, value) VALUES (?, ?) "
                          "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                          {Text(kept.key), Text(*kept.value)}));
    } else {
      VEDETTE_TRY_VOID(
          session.Execute("DELETE FROM routing_state WHERE key = ?", {Text(kept.key)}));
    }
  }
  if (outcome.notices.empty() && outcome.remarks.empty()) return {};
  VEDETTE_TRY(int64_t seq, LastSeq(session, "routing_trail"));
  for (const Remark& remark : outcome.remarks) {
    TrailRow row;
    row.seq = ++seq;
    row.time = remark.time;
    row.incident_id = remark.incident_id;
    row.kind = remark.kind;
    row.text = remark.text;
    VEDETTE_TRY_VOID(Append(session, remark.tenant, row));
  }
  for (const Notice& notice : outcome.notices) {
    TrailRow row = RowOf(notice);
    row.seq = ++seq;
    row.time = now;
    VEDETTE_TRY_VOID(Append(session, notice.page.tenant, row));
  }
  return {};
}

base::Result<int64_t> PruneTrail(Session& session, base::TimePoint before, int64_t rows_max) {
  return session.Execute(
      "DELETE FROM routing_trail WHERE seq IN (SELECT seq FROM routing_trail WHERE time < ? "
      "ORDER BY time, seq LIMIT ?)",
      {Time(before), Int(rows_max)});
}

base::Result<std::vector<TrailRow>> ReadTrail(Session& session, const model::TenantName& tenant,
                                              const std::vector<std::string>& incident_ids,
                                              int64_t limit) {
  std::vector<TrailRow> rows;
  if (incident_ids.empty()) return rows;
  std::string list;
  std::vector<Value> values = {Text(tenant)};
  for (const std::string& id : incident_ids) {
    list += list.empty() ? "?" : ", ?";
    values.push_back(Text(id));
  }
  values.push_back(Int(limit));
  VEDETTE_TRY_VOID(session.Query(
      "SELECT seq, time, incident_id, kind, text, dedup_key, receiver, recipient, person, route, "
      "policy, step, round FROM routing_trail WHERE tenant = ? AND incident_id IN (" +
          list + ") ORDER BY seq LIMIT ?",
      std::move(values), [&](const Row& row) {
        TrailRow& out = rows.emplace_back();
        out.seq = row.GetInt(0);
        out.time = row.GetTime(1);
        out.incident_id = row.GetText(2);
        out.kind = row.GetText(3);
        out.text = row.GetText(4);
        out.dedup_key = row.GetText(5);
        out.receiver = row.GetText(6);
        out.to = row.GetText(7);
        out.person = row.GetText(8);
        out.route = row.GetText(9);
        out.policy = row.GetText(10);
        out.step = row.GetInt(11);
        out.round = row.GetInt(12);
      }));
  return rows;
}

}  // namespace vedette::notify::routing::store
