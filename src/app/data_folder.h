#pragma once

#include <string>

#include "base/result.h"
#include "kv/db.h"

namespace vedette::app {

// Where things are in a data folder: docs/formats/README.md.

// Creates the folder, readable by its owner only, if it does not exist.
base::Result<> MakeDataFolder(const std::string& folder);

std::string StateDatabasePath(const std::string& folder);  // SQLite: state.db
std::string TelemetryPath(const std::string& folder);      // RocksDB: telemetry/

// How the telemetry database is laid out: whose family is which.
struct TelemetryLayout {
  kv::DbOptions options;
  kv::Family first_records = 0;
  kv::Family detector = 0;
};
TelemetryLayout TelemetryLayoutOf(const std::string& folder);
std::string ModelsPath(const std::string& folder);      // learned models: models/
std::string QuarantinePath(const std::string& folder);  // damaged state databases: quarantine/

}  // namespace vedette::app
