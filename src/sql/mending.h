#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sql/database.h"

namespace vedette::sql {

// Opening a database that may be damaged: it never keeps the server from starting.
//
//   all pages are read: their seals and how they fit together decide whether it is damaged
//   what can be read of each table is copied to a new database, row by row
//   the damaged files are moved, whole, to a folder of their own below `quarantine`
//   the new database takes their place
//   modules make their tables in it as in a new one, by Migrate, and there find their rows again
//
// An interruption at any point leaves the damaged database or the finished new one.

struct Mended {
  struct Table {
    std::string name;
    uint64_t rows = 0;     // that were copied
    bool complete = true;  // false: others were lost
  };
  std::string why;
  std::string kept_in;  // the folder of the damaged files
  std::vector<Table> tables;

  // "incidents 12, journal 40 (incomplete)"
  std::string Summary() const;
};

struct OpenedMended {
  std::unique_ptr<Database> database;
  std::optional<Mended> mended;  // nothing: it was sound
};

// `quarantine` is made when it is needed. Errors: as Database::Open, but for damage; kUnavailable
// when there is no room for the copy.
base::Result<OpenedMended> OpenMended(const DatabaseOptions& options,
                                      const std::string& quarantine);

}  // namespace vedette::sql
