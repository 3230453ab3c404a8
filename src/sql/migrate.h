#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "sql/connection.h"

namespace vedette::sql {

// Runs the steps of a module that have not run, inside the open transaction of `connection`, and
// keeps book in the table schema_migrations. What was salvaged of the module's tables moves into
// them. Says whether the schema has changed. Private to sql.
base::Result<bool> RunMigrations(Connection& connection, std::string_view module,
                                 std::span<const Migration> steps);

}  // namespace vedette::sql
