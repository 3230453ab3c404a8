#pragma once

#include <string_view>

#include "base/error.h"

struct sqlite3;

namespace vedette::sql {

// SQLite's extended result code and the text of its connection (may be null) as an Error: see
// database.h for the codes. `doing` is the statement or what else was tried. Private to sql.
base::Error ToError(int code, sqlite3* connection, std::string_view doing);

// True for errors after which a connection should be opened anew: the state of its files is in
// doubt. Private to sql.
bool LeavesDoubt(int code);

}  // namespace vedette::sql
