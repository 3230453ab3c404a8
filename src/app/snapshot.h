#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "kv/db.h"
#include "sql/database.h"

namespace vedette::app {

// Copies of a data folder, made while the server uses it: a folder that looks like a data folder
// and holds everything that was acknowledged before the call began. Sorted files and models are
// linked, not copied, so it is quick and takes space only as the original moves on.
//
// Not one moment but two: telemetry is whole as it was at a moment during the call, the state
// database as it was at a later one. So the state may know of samples that are not there; but all
// that it knew when a sample that is there was written, it knows.

// Makes `data_dir`/snapshots/NAME and returns the name, of the form
// 20260921T131500Z-0123456789abcdef. An interrupted one leaves a folder whose name ends in
// .partial. Errors: those of the databases and of ModelStore::LinkAll.
base::Result<std::string> MakeSnapshot(const std::string& data_dir, base::TimePoint now,
                                       kv::Db& telemetry, sql::Database& state);

// Copies a snapshot to a data folder that does not exist or is empty; no server may run on either.
// Error: kInvalidArgument, kFailedPrecondition.
base::Result<> RestoreSnapshot(const std::string& snapshot, const std::string& data_dir);

}  // namespace vedette::app
