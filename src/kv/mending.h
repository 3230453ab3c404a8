#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "kv/opening.h"

namespace vedette::kv {

// What is done about damaged files, so that the rest is served without a person. Nothing is thrown
// away: damaged files are moved to the folder `quarantine` in the database's folder, and each is
// named in a log line. Private to kv; the database must be closed, and one thread at a time.
//
//   sorted files      are taken out of the manifest; their checksums decide
//   the log           is read up to its damaged record, or around it if files come after that
//   manifest, CURRENT are made anew from the sorted files and the log
//   all together      if none of that helps, everything is set aside and the database is new

// Opens for reading and writing, mending as far as is needed.
base::Result<std::shared_ptr<Opening>> OpenMending(const Surroundings& around);

// Looks for sorted files with wrong checksums: those that `hint`, an error's text, names, or all if
// these are sound. True when there were some.
bool SetAsideDamagedTables(const Surroundings& around, std::string_view hint);

}  // namespace vedette::kv
