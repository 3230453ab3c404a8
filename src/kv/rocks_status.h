#pragma once

#include <string_view>

#include "base/error.h"

namespace rocksdb {
class Status;
}

namespace vedette::kv {

// RocksDB's status as ours: NoSpace is kResourceExhausted, a held lock kFailedPrecondition, any
// other I/O error kUnavailable, corruption kDataLoss. `context` says what was tried. Private to kv.
// REQUIRES: not ok.
base::Error ToError(const rocksdb::Status& status, std::string_view context);

}  // namespace vedette::kv
