#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "detect/source_board.h"
#include "sql/database.h"

namespace vedette::detect {

// Who sends, in the state database, so that a restart knows it (docs/formats/state.md).

// The schema, as the module "sources".
std::span<const sql::Migration> SourceMigrations();

// Errors of the database come through unchanged, see sql/database.h. Thread-safe.
class SourceStore {
 public:
  // Brings the schema up to date. The database must outlive the store.
  static base::Result<std::unique_ptr<SourceStore>> Open(sql::Database& database);

  base::Result<std::vector<SourceBoard::Source>> Load() const;
  // These take the place of all that were there.
  base::Result<> Save(const std::vector<SourceBoard::Source>& sources);

 private:
  explicit SourceStore(sql::Database& database) : database_(database) {}

  sql::Database& database_;
};

}  // namespace vedette::detect
