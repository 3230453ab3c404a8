#include "auth/audit_log.h"

#include <string_view>

#include "auth/schema.h"
#include "base/utf8.h"

namespace vedette::auth {
namespace {

constexpr size_t kTextBytesMax = 1000;
constexpr size_t kListMax = 1000;

sql::Value Cut(std::string_view text) { return sql::Text(base::OneLine(text, kTextBytesMax)); }

}  // namespace

base::Result<AuditLog> AuditLog::Create(sql::Database& db) {
  VEDETTE_TRY_VOID(MigrateAuth(db));
  return AuditLog(db);
}

base::Result<> AuditLog::Append(sql::Session& session, const AuditEntry& entry) {
  VEDETTE_TRY_VOID(
      session.Execute("INSERT INTO auth_audit (seq, time, actor, action, target, detail) "
                      "SELECT coalesce(max(seq), 0) + 1, ?, ?, ?, ?, ? FROM auth_audit",
                      {sql::Time(entry.time), Cut(entry.actor), Cut(entry.action),
                       Cut(entry.target), Cut(entry.detail)}));
  return {};
}

base::Result<> AuditLog::Append(const AuditEntry& entry) {
  return db_->Transact([&](sql::Session& session) { return Append(session, entry); });
}

base::Result<std::vector<AuditEntry>> AuditLog::List(int64_t before_seq, size_t limit) {
  if (limit == 0 || limit > kListMax) {
    return base::InvalidArgument("the limit must be 1 to 1000", "limit");
  }
  const int64_t before = before_seq == 0 ? INT64_MAX : before_seq;
  std::vector<AuditEntry> entries;
  VEDETTE_TRY_VOID(db_->Read([&](sql::Session& session) {
    return session.Query(
        "SELECT seq, time, actor, action, target, detail FROM auth_audit WHERE seq < ? "
        "ORDER BY seq DESC LIMIT ?",
        {sql::Int(before), sql::Int(static_cast<int64_t>(limit))}, [&](const sql::Row& row) {
          entries.push_back({row.GetInt(0), row.GetTime(1), std::string(row.GetText(2)),
                             std::string(row.GetText(3)), std::string(row.GetText(4)),
                             std::string(row.GetText(5))});
        });
  }));
  return entries;
}

}  // namespace vedette::auth
