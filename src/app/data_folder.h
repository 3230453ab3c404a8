#pragma once

#include <string>

#include "base/result.h"
#include "kv/db.h"

namespace vedette::app {

// Where things are in a data folder: docs/formats/README.md.

// Creates the folder, readable by its owner only, if it does not exist.
base::Result<> MakeDataFolder(const std::string& folder);

// Creates telemetry/ and models/ in the folder, and closes these and its other folders to all but
// their owner: the folder itself may be open to others when it is not the server's own.
base::Result<> MakePrivateFolders(const std::string& folder);

// kNotFound where no server has kept anything: who only reads makes no folder.
base::Result<> RequireDataFolder(const std::string& folder);

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
std::string SnapshotsPath(const std::string& folder);   // snapshots/

}  // namespace vedette::app
