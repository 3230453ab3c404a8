#include "api/dashboard_book.h"

#include <fmt/core.h>
#include <utility>

#include "auth/audit_log.h"
#include "base/duration.h"

namespace vedette::api {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, title, panels, revision, updated_at, updated_by, definition FROM dashboards ";

Dashboard ReadRow(const sql::Row& row) {
  return {.id = std::string(row.GetText(0)),
          .title = std::string(row.GetText(1)),
          .definition = std::string(row.GetText(6)),
          .panels = row.GetInt(2),
          .revision = row.GetInt(3),
          .updated_at = row.GetTime(4),
          .updated_by = std::string(row.GetText(5))};
}

base::Result<std::optional<Dashboard>> FindIn(sql::Session& session,
                                              const model::TenantName& tenant,
                                              const std::string& id) {
  std::optional<Dashboard> found;
  VEDETTE_TRY_VOID(session.Query(fmt::format("{}WHERE tenant = ? AND id = ?", kSelect),
                                 {sql::Text(tenant), sql::Text(id)},
                                 [&](const sql::Row& row) { found = ReadRow(row); }));
  return found;
}

base::Result<> CheckRoom(sql::Session& session, const model::TenantName& tenant) {
  int64_t count = 0;
  VEDETTE_TRY_VOID(session.Query("SELECT count(*) FROM dashboards WHERE tenant = ?",
                                 {sql::Text(tenant)},
                                 [&](const sql::Row& row) { count = row.GetInt(0); }));
  if (count < static_cast<int64_t>(DashboardBook::kOfTenantMax)) return {};
  return base::ResourceExhausted(
      fmt::format("there are {} dashboards, which is the most; remove one", count));
}

base::Error Outdated(std::string message) {
  base::Error error = base::FailedPrecondition(std::move(message));
  error.field = "revision";
  return error;
}

base::Result<> CheckRevision(const std::optional<Dashboard>& stored, std::optional<int64_t> from) {
  const int64_t revision = stored ? stored->revision : 0;
  if (!from || *from == revision) return {};
  if (!stored) return Outdated("it was removed meanwhile");
  return Outdated(fmt::format("{} changed it at {}: it has revision {}, not {}", stored->updated_by,
                              base::FormatTime(stored->updated_at), revision, *from));
}

base::Result<> Audit(sql::Session& session, std::string action, const Dashboard& dashboard,
                     const std::string& actor, base::TimePoint now) {
  return auth::AuditLog::Append(session, {.time = now,
                                          .actor = actor,
                                          .action = std::move(action),
                                          .target = dashboard.id,
                                          .detail = dashboard.title});
}

}  // namespace

base::Result<std::unique_ptr<DashboardBook>> DashboardBook::Open(sql::Database& database) {
  const sql::Migration steps[] = {{1, "dashboards", R"sql(
CREATE TABLE dashboards (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  panels BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL,
  definition TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
);
)sql"}};
  VEDETTE_TRY_VOID(database.Migrate("dashboards", steps));
  return std::unique_ptr<DashboardBook>(new DashboardBook(database));
}

base::Result<std::vector<Dashboard>> DashboardBook::List(const model::TenantName& tenant) {
  std::vector<Dashboard> all;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) {
    return session.Query(
        "SELECT id, title, panels, revision, updated_at, updated_by, '' "
        "FROM dashboards WHERE tenant = ? ORDER BY title, id",
        {sql::Text(tenant)}, [&](const sql::Row& row) { all.push_back(ReadRow(row)); });
  }));
  return all;
}

base::Result<Dashboard> DashboardBook::Find(const model::TenantName& tenant,
                                            const std::string& id) {
  std::optional<Dashboard> found;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(found, FindIn(session, tenant, id));
    return {};
  }));
  if (!found) return base::NotFound("there is no such dashboard");
  return *std::move(found);
}

base::Result<Dashboard> DashboardBook::Put(const model::TenantName& tenant, Dashboard dashboard,
                                           std::optional<int64_t> from) {
  VEDETTE_TRY_VOID(database_.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(const std::optional<Dashboard> stored, FindIn(session, tenant, dashboard.id));
    VEDETTE_TRY_VOID(CheckRevision(stored, from));
    if (!stored) VEDETTE_TRY_VOID(CheckRoom(session, tenant));
    dashboard.revision = stored ? stored->revision + 1 : 1;
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO dashboards (tenant, id, title, panels, revision, updated_at, updated_by, "
        "definition) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, id) DO UPDATE SET "
        "title = excluded.title, panels = excluded.panels, revision = excluded.revision, "
        "updated_at = excluded.updated_at, updated_by = excluded.updated_by, "
        "definition = excluded.definition",
        {sql::Text(tenant), sql::Text(dashboard.id), sql::Text(dashboard.title),
         sql::Int(dashboard.panels), sql::Int(dashboard.revision), sql::Time(dashboard.updated_at),
         sql::Text(dashboard.updated_by), sql::Text(dashboard.definition)}));
    return Audit(session, "dashboard.put", dashboard, dashboard.updated_by, dashboard.updated_at);
  }));
  return dashboard;
}

base::Result<Dashboard> DashboardBook::Remove(const model::TenantName& tenant,
                                              const std::string& id, const std::string& actor,
                                              base::TimePoint now) {
  std::optional<Dashboard> found;
  VEDETTE_TRY_VOID(database_.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(found, FindIn(session, tenant, id));
    if (!found) return base::NotFound("there is no such dashboard");
    VEDETTE_TRY_VOID(session.Execute("DELETE FROM dashboards WHERE tenant = ? AND id = ?",
                                     {sql::Text(tenant), sql::Text(id)}));
    return Audit(session, "dashboard.remove", *found, actor, now);
  }));
  return *std::move(found);
}

base::Result<> DashboardBook::DeleteTenant(const model::TenantName& tenant) {
  return database_.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM dashboards WHERE tenant = ?", {sql::Text(tenant)}));
    return {};
  });
}

}  // namespace vedette::api
