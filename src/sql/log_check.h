#pragma once

#include <string>

#include "base/result.h"

namespace vedette::sql {

// Whether damage has cut SQLite's log: it is read up to its first frame whose checksum does not
// fit, so that transactions behind it, which were committed, would vanish without a word. A crash
// leaves such a frame too, but at most in the last transaction, because each is synced before the
// next begins. To be called while nobody has the database open, before SQLite writes over what is
// left. Private to sql.
//
// kDataLoss when committed transactions are lost; kUnavailable when the file cannot be read.
base::Result<> CheckLog(const std::string& path);

}  // namespace vedette::sql
