#include "sql/migrate.h"

#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "sql/salvage.h"

namespace vedette::sql {
namespace {

// FNV-1a: guards against mistakes, not against malice.
std::string ChecksumOf(std::string_view text) {
  uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return fmt::format("{:016x}", hash);
}

base::Result<> CheckVersions(std::string_view module, std::span<const Migration> steps) {
  for (size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].version != static_cast<int>(i) + 1) {
      return base::Internal(fmt::format("state database: step {} of '{}' has the version {}", i + 1,
                                        module, steps[i].version));
    }
  }
  return {};
}

struct Done {
  int64_t version;
  std::string checksum;
};

base::Result<std::vector<Done>> ReadDone(Connection& connection, std::string_view module) {
  std::vector<Done> done;
  VEDETTE_TRY_VOID(connection.Query(
      "SELECT version, checksum FROM schema_migrations WHERE module = ? ORDER BY version",
      {Text(module)},
      [&](const Row& row) { done.push_back({row.GetInt(0), std::string(row.GetText(1))}); }));
  return done;
}

base::Result<> CheckDone(std::string_view module, std::span<const Migration> steps,
                         const std::vector<Done>& done) {
  for (const Done& step : done) {
    if (step.version > static_cast<int64_t>(steps.size())) {
      return base::FailedPrecondition(fmt::format(
          "the state database was written by a newer version of Vedette: '{}' is at step {}, this "
          "version knows {}",
          module, step.version, steps.size()));
    }
    const Migration& known = steps[static_cast<size_t>(step.version) - 1];
    if (step.checksum != ChecksumOf(known.statements)) {
      return base::FailedPrecondition(fmt::format(
          "step {} ('{}') of '{}' has changed since it ran on this state database; add a new step "
          "instead",
          step.version, known.name, module));
    }
  }
  return {};
}

}  // namespace

base::Result<bool> RunMigrations(Connection& connection, std::string_view module,
                                 std::span<const Migration> steps) {
  VEDETTE_TRY_VOID(CheckVersions(module, steps));
  VEDETTE_TRY_VOID(
      connection.RunScript("CREATE TABLE IF NOT EXISTS schema_migrations ("
                           "  module TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL,"
                           "  checksum TEXT NOT NULL, PRIMARY KEY (module, version)) STRICT"));
  VEDETTE_TRY(const std::vector<Done> done, ReadDone(connection, module));
  VEDETTE_TRY_VOID(CheckDone(module, steps, done));
  for (const Migration& step : steps.subspan(done.size())) {
    const auto ran = connection.RunScript(step.statements);
    if (!ran.ok()) {
      return ran.error().With(
          fmt::format("step {} ('{}') of '{}'", step.version, step.name, module));
    }
    VEDETTE_TRY_VOID(connection.Execute(
        "INSERT INTO schema_migrations VALUES (?, ?, ?, ?)",
        {Text(module), Int(step.version), Text(step.name), Text(ChecksumOf(step.statements))}));
  }
  VEDETTE_TRY_VOID(TakeOverSalvaged(connection));
  return done.size() < steps.size();
}

}  // namespace vedette::sql
