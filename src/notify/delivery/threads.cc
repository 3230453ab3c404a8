#include "notify/delivery/threads.h"

namespace vedette::notify::delivery {
namespace {

using sql::Text;
using sql::Time;

constexpr base::Duration kKept = std::chrono::hours(24 * 90);

}  // namespace

base::Result<std::optional<std::string>> Threads::Find(const ThreadKey& key) {
  std::optional<std::string> reference;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) {
    return session.Query(
        "SELECT reference FROM threads WHERE receiver = ? AND recipient = ? AND incident_id = ?",
        {Text(key.receiver), Text(key.to), Text(key.incident_id)},
        [&](const sql::Row& row) { reference = std::string(row.GetText(0)); });
  }));
  return reference;
}

base::Result<> Threads::Save(const ThreadKey& key, const std::string& reference) {
  const base::TimePoint now = clock_.Now();
  return database_.Transact([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM threads WHERE updated_at < ?", {Time(now - kKept)}));
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO threads (receiver, recipient, incident_id, reference, updated_at) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (receiver, recipient, incident_id) "
        "DO UPDATE SET reference = excluded.reference, updated_at = excluded.updated_at",
        {Text(key.receiver), Text(key.to), Text(key.incident_id), Text(reference), Time(now)}));
    return {};
  });
}

}  // namespace vedette::notify::delivery
