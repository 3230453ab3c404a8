#include "sql/sqlite_error.h"

#include <sqlite3.h>
#include <string>

namespace vedette::sql {
namespace {

constexpr size_t kQuotedStatementMax = 200;

base::ErrorCode CodeOf(int code) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return base::ErrorCode::kAlreadyExists;
    default: break;
  }
  if (code == SQLITE_IOERR_DATA || code == SQLITE_IOERR_CORRUPTFS)
    return base::ErrorCode::kDataLoss;
  switch (code & 0xff) {  // the primary code
    case SQLITE_CONSTRAINT:
    case SQLITE_READONLY: return base::ErrorCode::kFailedPrecondition;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
    case SQLITE_IOERR: return base::ErrorCode::kUnavailable;
    case SQLITE_NOMEM: return base::ErrorCode::kResourceExhausted;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return base::ErrorCode::kDataLoss;
    case SQLITE_TOOBIG: return base::ErrorCode::kInvalidArgument;
    default: return base::ErrorCode::kInternal;
  }
}

}  // namespace

base::Error ToError(int code, sqlite3* connection, std::string_view doing) {
  std::string message = "state database: ";
  message += connection != nullptr ? ::sqlite3_errmsg(connection) : ::sqlite3_errstr(code);
  message += " (";
  message += std::to_string(code);
  message += ") in: ";
  message += doing.substr(0, kQuotedStatementMax);
  return {CodeOf(code), std::move(message), {}};
}

bool LeavesDoubt(int code) {
  const int primary = code & 0xff;
  return primary == SQLITE_IOERR || primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB ||
         primary == SQLITE_FULL || primary == SQLITE_NOMEM || primary == SQLITE_PROTOCOL;
}

}  // namespace vedette::sql
