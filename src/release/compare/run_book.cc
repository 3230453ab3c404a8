#include "release/compare/run_book.h"

#include <fmt/core.h>
#include <span>
#include <utility>

#include "release/save_evidence.h"

namespace vedette::release::compare {
namespace {

using sql::Int;
using sql::Row;
using sql::Session;
using sql::Text;
using sql::Time;

constexpr int64_t kKept = 200;  // of each comparison
constexpr std::string_view kColumns = "id, tenant, name, ran_at, reference, findings";

std::span<const sql::Migration> Migrations() {
  static const std::vector<sql::Migration> steps = {{1, "comparisons", R"(
CREATE TABLE comparison_runs (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  ran_at INTEGER NOT NULL,
  reference INTEGER NOT NULL,
  findings INTEGER NOT NULL,
  report TEXT NOT NULL);
CREATE INDEX comparison_runs_by_name ON comparison_runs (tenant, name, id))"}};
  return steps;
}

StoredRun ReadRow(const Row& row) {
  return {.id = std::string(row.GetText(0)),
          .tenant = model::TenantName(row.GetText(1)),
          .name = std::string(row.GetText(2)),
          .ran_at = row.GetTime(3),
          .reference = row.GetTime(4),
          .findings = row.GetInt(5),
          .report_json = {}};
}

}  // namespace

base::Result<std::unique_ptr<RunBook>> RunBook::Open(sql::Database& database) {
  VEDETTE_TRY_VOID(database.Migrate("release_compare", Migrations()));
  return std::unique_ptr<RunBook>(new RunBook(database));
}

base::Result<> RunBook::Add(const StoredRun& run, const std::vector<model::Evidence>& evidence) {
  return database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(session.Execute(
        fmt::format("INSERT INTO comparison_runs ({}, report) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    kColumns),
        {Text(run.id), Text(run.tenant), Text(run.name), Time(run.ran_at), Time(run.reference),
         Int(run.findings), Text(run.report_json)}));
    VEDETTE_TRY_VOID(SaveAll(session, run.tenant, evidence));
    VEDETTE_TRY_VOID(session.Execute(
        "DELETE FROM comparison_runs WHERE id IN (SELECT id FROM comparison_runs WHERE tenant = ? "
        "AND name = ? ORDER BY id DESC LIMIT -1 OFFSET ?)",
        {Text(run.tenant), Text(run.name), Int(kKept)}));
    return {};
  });
}

base::Result<StoredRun> RunBook::Get(std::string_view tenant, std::string_view name,
                                     std::string_view id) const {
  std::string where = "tenant = ? AND name = ?";
  std::vector<sql::Value> values = {Text(tenant), Text(name)};
  if (!id.empty()) {
    where += " AND id = ?";
    values.push_back(Text(id));
  }
  std::optional<StoredRun> run;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) {
    return session.Query(fmt::format("SELECT {}, report FROM comparison_runs WHERE {} "
                                     "ORDER BY id DESC LIMIT 1",
                                     kColumns, where),
                         values, [&](const Row& row) {
                           run = ReadRow(row);
                           run->report_json = row.GetText(6);
                         });
  }));
  if (!run) return base::NotFound(fmt::format("there is no such run of '{}'", name));
  return *std::move(run);
}

base::Result<std::vector<StoredRun>> RunBook::List(std::string_view tenant, std::string_view name,
                                                   int64_t limit) const {
  std::vector<StoredRun> runs;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) {
    return session.Query(fmt::format("SELECT {} FROM comparison_runs WHERE tenant = ? AND name = ? "
                                     "ORDER BY id DESC LIMIT ?",
                                     kColumns),
                         {Text(tenant), Text(name), Int(limit)},
                         [&](const Row& row) { runs.push_back(ReadRow(row)); });
  }));
  return runs;
}

base::Result<> RunBook::DeleteTenant(std::string_view tenant) {
  return database_.Transact([&](Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM comparison_runs WHERE tenant = ?", {Text(tenant)}));
    return {};
  });
}

}  // namespace vedette::release::compare
