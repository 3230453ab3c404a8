#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"

namespace vedette::auth {

// Who did what and when.
struct AuditEntry {
  int64_t seq = 0;  // 1, 2, 3 ...: given by Append
  base::TimePoint time = {};
  std::string actor = {};   // the key's name, "cli", "loopback"
  std::string action = {};  // "key.create", "tenant.delete": a noun, a dot, a verb
  std::string target = {};  // the id of what was acted on
  std::string detail = {};  // for people; never a secret
};

// The audit log: entries are added, never changed or removed. Thread-safe.
class AuditLog {
 public:
  // `db` must outlive the log.
  static base::Result<AuditLog> Create(sql::Database& db);

  base::Result<> Append(const AuditEntry& entry);
  // The same as a part of the transaction that does what it tells. Texts beyond 1,000 bytes are
  // cut.
  static base::Result<> Append(sql::Session& session, const AuditEntry& entry);

  // Newest first, those before `before_seq`; 0 begins at the newest. `limit` is at most 1,000.
  base::Result<std::vector<AuditEntry>> List(int64_t before_seq, size_t limit);

 private:
  explicit AuditLog(sql::Database& db) : db_(&db) {}
  sql::Database* db_;
};

}  // namespace vedette::auth
