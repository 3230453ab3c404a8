#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "sql/connection.h"

namespace vedette::sql {

// What mending could read of a damaged database waits in the new one under other names, without
// indexes, triggers and the book of migrations: any of these may be among what was lost. Modules
// make their tables anew, by their own steps, and the rows move over. Private to sql.

// The name under which the rows of a table wait.
std::string SalvagedName(std::string_view table);

// Moves the rows of tables that exist by now, in the open transaction of `connection`. Columns go
// by their names; a row that the new table refuses is left out, with a warning.
base::Result<> TakeOverSalvaged(Connection& connection);

}  // namespace vedette::sql
