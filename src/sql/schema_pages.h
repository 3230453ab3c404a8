#pragma once

#include <string>

#include "base/result.h"
#include "sql/connection.h"

namespace vedette::sql {

// The first page of a database and the pages of its schema say where all else is: without one of
// them, whole tables cannot be found. They change only with the schema, so a copy of them is kept
// in a file beside the database, `path`-schema, for mending. Private to sql.

// Makes the copy anew. Checkpoints first; kUnavailable when someone else is at the database.
base::Result<> KeepSchemaPages(Connection& connection, const std::string& path);

// Puts the copies of pages that are damaged into `target`, a copy of the database at `path` that is
// made for it, with its log. False, and no file, when there is nothing to put right that way: none
// of these pages is damaged, or the copy is none or is of another database.
bool RepairSchemaPages(const std::string& path, const std::string& target);

}  // namespace vedette::sql
