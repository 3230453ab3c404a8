#pragma once

#include "base/result.h"
#include "sql/database.h"

namespace vedette::auth {

// Makes or updates the tables of this module: docs/formats/state.md.
base::Result<> MigrateAuth(sql::Database& db);

}  // namespace vedette::auth
