#include "topology/history.h"

#include <span>
#include <utility>

#include "topology/codec.h"

namespace vedette::topology {
namespace {

using sql::Int;
using sql::Row;
using sql::Session;
using sql::Text;
using sql::Time;

constexpr int64_t kTriedMax = 10;  // snapshots that may be damaged one after the other

std::span<const sql::Migration> Migrations() {
  static const sql::Migration kMigrations[] = {
      {.version = 1,
       .name = "snapshots of the service graph",
       .statements = "CREATE TABLE topology_snapshots ("
                     "  tenant TEXT NOT NULL, revision BIGINT NOT NULL, time BIGINT NOT NULL,"
                     "  nodes BIGINT NOT NULL, edges BIGINT NOT NULL, payload BLOB NOT NULL,"
                     "  PRIMARY KEY (tenant, revision));"
                     "CREATE INDEX topology_snapshots_by_time ON topology_snapshots"
                     "  (tenant, time, revision)"}};
  return kMigrations;
}

// Reads snapshots of a tenant, newest first, until one is sound.
base::Result<std::optional<History::Kept>> FirstSound(Session& session, std::string_view tenant,
                                                      base::TimePoint latest) {
  std::optional<History::Kept> kept;
  VEDETTE_TRY_VOID(session.Query(
      "SELECT revision, payload FROM topology_snapshots WHERE tenant = ? AND time <= ? "
      "ORDER BY time DESC, revision DESC LIMIT ?",
      {Text(tenant), Time(latest), Int(kTriedMax)}, [&](const Row& row) {
        if (kept) return;
        base::Result<Graph> graph = DecodeGraph(row.GetBlob(1));
        if (!graph.ok()) {
          base::IgnoreError(graph, "an older snapshot takes its place");
          return;
        }
        kept = {
            .tenant = std::string(tenant), .revision = row.GetInt(0), .graph = *std::move(graph)};
      }));
  return kept;
}

base::Result<std::vector<std::string>> Tenants(Session& session) {
  std::vector<std::string> tenants;
  VEDETTE_TRY_VOID(session.Query("SELECT DISTINCT tenant FROM topology_snapshots", {},
                                 [&](const Row& row) { tenants.emplace_back(row.GetText(0)); }));
  return tenants;
}

// Of what is older than `before`, keeps the last of each `step`.
base::Result<> KeepOneOf(Session& session, const std::string& tenant, base::TimePoint before,
                         base::Duration step) {
  VEDETTE_TRY_VOID(session.Execute(
      "DELETE FROM topology_snapshots WHERE tenant = ? AND time < ? AND revision NOT IN "
      "(SELECT max(revision) FROM topology_snapshots WHERE tenant = ? AND time < ? "
      "GROUP BY time / ?)",
      {Text(tenant), Time(before), Text(tenant), Time(before), Int(step.count())}));
  return {};
}

}  // namespace

base::Result<std::unique_ptr<History>> History::Open(sql::Database& database) {
  VEDETTE_TRY_VOID(database.Migrate("topology", Migrations()));
  return std::unique_ptr<History>(new History(database));
}

base::Result<std::vector<History::Kept>> History::Newest() const {
  std::vector<Kept> newest;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(const std::vector<std::string> tenants, Tenants(session));
    for (const std::string& tenant : tenants) {
      VEDETTE_TRY(std::optional<Kept> kept,
                  FirstSound(session, tenant, base::FromMillis(INT64_MAX)));
      if (kept) newest.push_back(*std::move(kept));
    }
    return {};
  }));
  return newest;
}

base::Result<> History::Save(std::string_view tenant, int64_t revision, const Graph& graph) {
  const std::string payload = EncodeGraph(graph);
  return database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO topology_snapshots (tenant, revision, time, nodes, edges, payload) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, revision) DO UPDATE SET "
        "time = excluded.time, nodes = excluded.nodes, edges = excluded.edges, "
        "payload = excluded.payload",
        {Text(tenant), Int(revision), Time(graph.time()),
         Int(static_cast<int64_t>(graph.nodes().size())),
         Int(static_cast<int64_t>(graph.edges().size())), sql::Blob{payload}}));
    return {};
  });
}

base::Result<std::optional<Graph>> History::Before(std::string_view tenant,
                                                   base::TimePoint time) const {
  std::optional<Graph> graph;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(std::optional<Kept> kept, FirstSound(session, tenant, time));
    if (kept) graph = std::move(kept->graph);
    return {};
  }));
  return graph;
}

base::Result<std::vector<History::Row>> History::List(std::string_view tenant, base::TimePoint from,
                                                      base::TimePoint to, int64_t limit) const {
  std::vector<Row> rows;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) {
    return session.Query(
        "SELECT time, nodes, edges FROM topology_snapshots WHERE tenant = ? AND time >= ? AND "
        "time <= ? ORDER BY time DESC, revision DESC LIMIT ?",
        {Text(tenant), Time(from), Time(to), Int(limit)}, [&](const sql::Row& row) {
          rows.push_back({.time = row.GetTime(0), .nodes = row.GetInt(1), .edges = row.GetInt(2)});
        });
  }));
  return rows;
}

base::Result<> History::Thin(base::TimePoint now, base::Duration retention) {
  using std::chrono::hours;
  using std::chrono::minutes;
  using std::chrono::seconds;
  return database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(const std::vector<std::string> tenants, Tenants(session));
    for (const std::string& tenant : tenants) {
      VEDETTE_TRY_VOID(KeepOneOf(session, tenant, now - minutes(1), seconds(10)));
      VEDETTE_TRY_VOID(KeepOneOf(session, tenant, now - hours(1), minutes(5)));
      VEDETTE_TRY_VOID(KeepOneOf(session, tenant, now - hours(24), hours(1)));
      if (retention.count() == 0) continue;
      VEDETTE_TRY_VOID(session.Execute(
          "DELETE FROM topology_snapshots WHERE tenant = ? AND time < ? AND revision < "
          "(SELECT max(revision) FROM topology_snapshots WHERE tenant = ?)",
          {Text(tenant), Time(now - retention), Text(tenant)}));
    }
    return {};
  });
}

base::Result<> History::DeleteTenant(std::string_view tenant) {
  return database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM topology_snapshots WHERE tenant = ?", {Text(tenant)}));
    return {};
  });
}

}  // namespace vedette::topology
