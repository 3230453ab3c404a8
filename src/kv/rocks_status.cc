#include "kv/rocks_status.h"

#include <rocksdb/status.h>
#include <string>

namespace vedette::kv {
namespace {

// RocksDB has no code for it: a lock file held by this or by another process is an I/O error whose
// text says so (pinned by a test).
bool IsHeldLock(const rocksdb::Status& status, std::string_view text) {
  return status.IsIOError() && (text.find("lock hold by current process") != text.npos ||
                                text.find("While lock file") != text.npos);
}

base::ErrorCode CodeOf(const rocksdb::Status& status, std::string_view text) {
  if (status.IsNoSpace()) return base::ErrorCode::kResourceExhausted;
  if (IsHeldLock(status, text)) return base::ErrorCode::kFailedPrecondition;
  if (status.IsCorruption()) return base::ErrorCode::kDataLoss;
  if (status.IsNotFound()) return base::ErrorCode::kNotFound;
  if (status.IsInvalidArgument()) return base::ErrorCode::kInvalidArgument;
  if (status.IsNotSupported()) return base::ErrorCode::kUnimplemented;
  return base::ErrorCode::kUnavailable;
}

}  // namespace

base::Error ToError(const rocksdb::Status& status, std::string_view context) {
  const std::string text = status.ToString();
  std::string message(context);
  message += ": ";
  if (IsHeldLock(status, text)) message += "the database is in use by another process: ";
  message += text;
  return {CodeOf(status, text), std::move(message), {}};
}

}  // namespace vedette::kv
