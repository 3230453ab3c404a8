#include "sql/salvage.h"

#include <algorithm>
#include <fmt/core.h>
#include <vector>

#include "base/log.h"

namespace vedette::sql {
namespace {

constexpr std::string_view kPrefix = "salvaged_";

base::Result<std::vector<std::string>> Names(Connection& connection, std::string_view statement,
                                             std::vector<Value> values = {}) {
  std::vector<std::string> names;
  VEDETTE_TRY_VOID(connection.Query(statement, std::move(values),
                                    [&](const Row& row) { names.emplace_back(row.GetText(0)); }));
  return names;
}

std::string Quoted(std::string_view name) { return fmt::format("\"{}\"", name); }

base::Result<> TakeOver(Connection& connection, const std::string& table) {
  const std::string waiting = SalvagedName(table);
  VEDETTE_TRY(std::vector<std::string> columns, connection.ColumnsOf(waiting));
  VEDETTE_TRY(const std::vector<std::string> wanted, connection.ColumnsOf(table));
  std::erase_if(columns, [&](const std::string& column) {
    return std::find(wanted.begin(), wanted.end(), column) == wanted.end();
  });
  std::string list;
  for (const std::string& column : columns) list += (list.empty() ? "" : ", ") + Quoted(column);
  int64_t rows = 0;
  VEDETTE_TRY_VOID(connection.Query("SELECT count(*) FROM " + Quoted(waiting), {},
                                    [&](const Row& row) { rows = row.GetInt(0); }));
  int64_t taken = 0;
  if (!list.empty()) {
    VEDETTE_TRY(taken,
                connection.Execute(fmt::format("INSERT OR IGNORE INTO {} ({}) SELECT {} FROM {}",
                                               Quoted(table), list, list, Quoted(waiting)),
                                   {}));
  }
  if (taken < rows) {
    base::LogWarning("rows of a damaged table do not fit the new one",
                     {{"table", table}, {"rows", rows - taken}});
  }
  return connection.RunScript("DROP TABLE " + Quoted(waiting));
}

}  // namespace

std::string SalvagedName(std::string_view table) { return fmt::format("{}{}", kPrefix, table); }

base::Result<> TakeOverSalvaged(Connection& connection) {
  VEDETTE_TRY(const std::vector<std::string> tables,
              Names(connection,
                    "SELECT made.name FROM sqlite_schema AS waits JOIN sqlite_schema AS made "
                    "ON waits.name = ? || made.name "
                    "WHERE waits.type = 'table' AND made.type = 'table'",
                    {Text(kPrefix)}));
  for (const std::string& table : tables) VEDETTE_TRY_VOID(TakeOver(connection, table));
  return {};
}

}  // namespace vedette::sql
