#include "detect/source_store.h"

#include <string>

namespace vedette::detect {

using sql::Int;
using sql::Row;
using sql::Session;
using sql::Text;
using sql::Time;

std::span<const sql::Migration> SourceMigrations() {
  static const std::vector<sql::Migration> steps = {{1, "who sends", R"(
CREATE TABLE sources (
  tenant TEXT NOT NULL,
  signal TEXT NOT NULL,
  name TEXT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  longest_pause_ms BIGINT NOT NULL,
  arrivals BIGINT NOT NULL,
  stopped INTEGER NOT NULL,
  PRIMARY KEY (tenant, signal, name)))"}};
  return steps;
}

base::Result<std::unique_ptr<SourceStore>> SourceStore::Open(sql::Database& database) {
  VEDETTE_TRY_VOID(database.Migrate("sources", SourceMigrations()));
  return std::unique_ptr<SourceStore>(new SourceStore(database));
}

base::Result<std::vector<SourceBoard::Source>> SourceStore::Load() const {
  std::vector<SourceBoard::Source> sources;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) {
    return session.Query(
        "SELECT tenant, signal, name, first_at, last_at, longest_pause_ms, arrivals, stopped "
        "FROM sources ORDER BY tenant, signal, name",
        {}, [&](const Row& row) {
          sources.push_back({.tenant = model::TenantName(row.GetText(0)),
                             .signal = std::string(row.GetText(1)),
                             .name = std::string(row.GetText(2)),
                             .first_at = row.GetTime(3),
                             .last_at = row.GetTime(4),
                             .longest_pause = base::Duration(row.GetInt(5)),
                             .arrivals = row.GetInt(6),
                             .stopped = row.GetInt(7) != 0});
        });
  }));
  return sources;
}

base::Result<> SourceStore::Save(const std::vector<SourceBoard::Source>& sources) {
  return database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Execute("DELETE FROM sources", {}));
    for (const SourceBoard::Source& source : sources) {
      VEDETTE_TRY_VOID(session.Execute(
          "INSERT INTO sources (tenant, signal, name, first_at, last_at, longest_pause_ms, "
          "arrivals, stopped) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          {Text(source.tenant), Text(source.signal), Text(source.name), Time(source.first_at),
           Time(source.last_at), Int(source.longest_pause.count()), Int(source.arrivals),
           Int(source.stopped ? 1 : 0)}));
    }
    return {};
  });
}

}  // namespace vedette::detect
