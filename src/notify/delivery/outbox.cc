#include "notify/delivery/outbox.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <utility>

#include "notify/delivery/ledger.h"
#include "notify/delivery/page_json.h"

namespace vedette::notify::delivery {
namespace {

using sql::Int;
using sql::Row;
using sql::Session;
using sql::Text;
using sql::Time;
using sql::Value;

constexpr size_t kAlertsMax = 100;     // in one page
constexpr size_t kTakenOverMax = 200;  // pages that are looked at for alerts that ended

constexpr std::string_view kColumns =
    "id, dedup_key, receiver, channel, tenant, incident_id, kind, page, state, attempts, "
    "created_at, next_attempt_at, finished_at, detail, recipient, replaced";

Letter FromRow(const Row& row) {
  Letter letter{.id = row.GetInt(0),
                .dedup_key = std::string(row.GetText(1)),
                .address = {std::string(row.GetText(2)), std::string(row.GetText(3)),
                            std::string(row.GetText(14))},
                .tenant = std::string(row.GetText(4)),
                .incident_id = std::string(row.GetText(5)),
                .kind = std::string(row.GetText(6)),
                .page_json = std::string(row.GetText(7)),
                .state = std::string(row.GetText(8)),
                .attempts = row.GetInt(9),
                .replaced = row.GetInt(15),
                .created_at = row.GetTime(10),
                .next_attempt_at = row.GetTime(11),
                .finished_at = {},
                .detail = std::string(row.GetText(13))};
  if (!row.IsNull(12)) letter.finished_at = row.GetTime(12);
  return letter;
}

bool IsDone(std::string_view state) { return state != "pending" && state != "sending"; }

base::Result<std::vector<Letter>> Select(Session& session, std::string_view rest,
                                         std::vector<Value> values) {
  std::vector<Letter> letters;
  VEDETTE_TRY_VOID(session.Query(fmt::format("SELECT {} FROM outbox {}", kColumns, rest),
                                 std::move(values),
                                 [&](const Row& row) { letters.push_back(FromRow(row)); }));
  return letters;
}

// False when it is there already.
base::Result<bool> Insert(Session& session, const Letter& letter) {
  VEDETTE_TRY(const int64_t newest, NewestLetter(session));
  const bool done = IsDone(letter.state);
  VEDETTE_TRY(
      const int64_t inserted,
      session.Execute(fmt::format("INSERT INTO outbox ({}, done, reported) "
                                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?) "
                                  "ON CONFLICT (dedup_key, receiver, recipient) DO NOTHING",
                                  kColumns),
                      {Int(newest + 1), Text(letter.dedup_key), Text(letter.address.receiver),
                       Text(letter.address.channel), Text(letter.tenant), Text(letter.incident_id),
                       Text(letter.kind), Text(letter.page_json), Text(letter.state), Int(0),
                       Time(letter.created_at), Time(letter.next_attempt_at),
                       done ? Time(letter.created_at) : sql::Null(), Text(letter.detail),
                       Text(letter.address.to), Int(done ? 1 : 0), Int(done ? 1 : 0)}));
  return inserted > 0;
}

// A receiver that lists alerts must hear of those that ended in the pages that it will not get.
base::Result<> TakeOver(Session& session, Letter& newest, const std::vector<Letter>& left_out) {
  base::Result<model::Page> page = PageFromJson(newest.page_json);
  if (!page.ok()) return {};  // it fails by itself when it is sent
  std::set<std::string> known;
  for (const model::Alert& alert : page->alerts) known.insert(alert.labels.bytes());
  const size_t before = page->alerts.size();
  const size_t oldest = left_out.size() - std::min(left_out.size(), kTakenOverMax);
  for (size_t i = left_out.size(); i > oldest && page->alerts.size() < kAlertsMax; --i) {
    const base::Result<model::Page> older = PageFromJson(left_out[i - 1].page_json);
    if (!older.ok()) continue;
    for (const model::Alert& alert : older->alerts) {
      if (page->alerts.size() >= kAlertsMax) break;
      if (known.insert(alert.labels.bytes()).second) page->alerts.push_back(alert);
    }
  }
  if (page->alerts.size() == before) return {};
  newest.page_json = PageToJson(*page);
  VEDETTE_TRY_VOID(session.Execute("UPDATE outbox SET page = ? WHERE id = ?",
                                   {Text(newest.page_json), Int(newest.id)}));
  return {};
}

}  // namespace

base::Result<> Enqueue(Session& session, const model::Page& page,
                       const std::vector<Address>& addresses, base::TimePoint now,
                       std::string_view why) {
  Letter letter{.dedup_key = page.dedup_key,
                .address = {},
                .tenant = page.tenant,
                .incident_id = page.incident_id,
                .kind = std::string(model::PageKindName(page.kind)),
                .page_json = PageToJson(page),
                .state = "pending",
                .created_at = now,
                .next_attempt_at = now,
                .finished_at = {},
                .detail = {}};
  LedgerRow row{.time = now,
                .event = "ordered",
                .dedup_key = letter.dedup_key,
                .receiver = {},
                .outcome = {},
                .detail = std::string(why),
                .hash = {}};
  for (const Address& address : addresses) {
    letter.address = address;
    VEDETTE_TRY(const bool is_new, Insert(session, letter));
    if (!is_new) continue;
    row.receiver = address.receiver;
    row.recipient = address.to;
    VEDETTE_TRY_VOID(AppendToLedger(session, row));
  }
  if (!addresses.empty()) return {};
  letter.state = "dropped";
  letter.detail = "no receiver is configured";
  VEDETTE_TRY(const bool is_new, Insert(session, letter));
  if (!is_new) return {};
  row.event = "dropped";
  row.detail = why.empty() ? letter.detail : fmt::format("{}: {}", letter.detail, why);
  return AppendToLedger(session, row);
}

base::Result<int64_t> NewestLetter(Session& session) {
  int64_t newest = 0;
  VEDETTE_TRY_VOID(session.Query("SELECT MAX(id) FROM outbox", {},
                                 [&](const Row& found) { newest = found.GetInt(0); }));
  return newest;
}

base::Result<std::vector<Letter>> Heads(Session& session, std::string_view receiver,
                                        int64_t limit) {
  return Select(session,
                "WHERE id IN (SELECT MIN(id) FROM outbox WHERE done = 0 AND receiver = ? "
                "GROUP BY incident_id, recipient) ORDER BY id LIMIT ?",
                {Text(receiver), Int(limit)});
}

base::Result<Letter> Collapse(Session& session, const Letter& head, base::TimePoint now) {
  const Address& address = head.address;
  VEDETTE_TRY(
      std::vector<Letter> waiting,
      Select(session,
             "WHERE done = 0 AND receiver = ? AND incident_id = ? AND recipient = ? ORDER BY id",
             {Text(address.receiver), Text(head.incident_id), Text(address.to)}));
  if (waiting.empty()) return base::Internal("a letter that waits is not in the outbox");
  Letter newest = std::move(waiting.back());
  waiting.pop_back();
  VEDETTE_TRY_VOID(TakeOver(session, newest, waiting));
  for (Letter& letter : waiting) {
    newest.replaced += letter.replaced + 1;
    letter.state = "superseded";
    letter.finished_at = now;
    letter.detail = fmt::format("in its place {}", newest.dedup_key);
    VEDETTE_TRY_VOID(Update(session, letter));
    VEDETTE_TRY_VOID(MarkReported(session, letter.dedup_key, address.receiver, address.to));
    VEDETTE_TRY_VOID(AppendToLedger(session, {.time = now,
                                              .event = "superseded",
                                              .dedup_key = letter.dedup_key,
                                              .receiver = address.receiver,
                                              .recipient = address.to,
                                              .attempt = letter.attempts,
                                              .outcome = {},
                                              .detail = letter.detail,
                                              .hash = {}}));
  }
  return newest;
}

base::Result<> Update(Session& session, const Letter& letter) {
  VEDETTE_TRY_VOID(session.Execute(
      "UPDATE outbox SET state = ?, done = ?, attempts = ?, replaced = ?, next_attempt_at = ?, "
      "finished_at = ?, detail = ? WHERE id = ?",
      {Text(letter.state), Int(IsDone(letter.state) ? 1 : 0), Int(letter.attempts),
       Int(letter.replaced), Time(letter.next_attempt_at),
       letter.finished_at ? Time(*letter.finished_at) : sql::Null(), Text(letter.detail),
       Int(letter.id)}));
  return {};
}

base::Result<> MakeDue(Session& session, std::string_view receiver, base::TimePoint now) {
  VEDETTE_TRY_VOID(
      session.Execute("UPDATE outbox SET next_attempt_at = ? WHERE done = 0 AND receiver = ?",
                      {Time(now), Text(receiver)}));
  return {};
}

base::Result<std::vector<Letter>> Unreported(Session& session, int64_t limit) {
  return Select(session, "WHERE reported = 0 AND done = 1 ORDER BY id LIMIT ?", {Int(limit)});
}

base::Result<> MarkReported(Session& session, std::string_view dedup_key, std::string_view receiver,
                            std::string_view to) {
  VEDETTE_TRY_VOID(
      session.Execute("UPDATE outbox SET reported = 1 "
                      "WHERE dedup_key = ? AND receiver = ? AND recipient = ? AND done = 1",
                      {Text(dedup_key), Text(receiver), Text(to)}));
  return {};
}

base::Result<int64_t> PruneLetters(Session& session, base::TimePoint before, int64_t rows_max) {
  return session.Execute(
      "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE reported = 1 AND done = 1 AND "
      "finished_at < ? AND id < (SELECT MAX(id) FROM outbox) ORDER BY id LIMIT ?)",
      {Time(before), Int(rows_max)});
}

base::Result<std::vector<Letter>> ReadLetters(Session& session, const LetterQuery& query) {
  std::string where = "WHERE tenant = ?";
  std::vector<Value> values = {Text(query.tenant)};
  if (!query.incident_ids.empty()) {
    std::string list;
    for (const std::string& id : query.incident_ids) {
      list += list.empty() ? "?" : ", ?";
      values.push_back(Text(id));
    }
    where += " AND incident_id IN (" + list + ")";
  }
  if (query.before_id > 0) {
    where += " AND id < ?";
    values.push_back(Int(query.before_id));
  }
  values.push_back(Int(std::clamp<int64_t>(query.limit, 1, 1001)));
  return Select(session, where + " ORDER BY id DESC LIMIT ?", std::move(values));
}

base::Result<std::optional<model::TenantName>> TenantOf(Session& session, std::string_view receiver,
                                                        std::string_view incident_id) {
  std::optional<model::TenantName> tenant;
  VEDETTE_TRY_VOID(session.Query(
      "SELECT tenant FROM outbox WHERE done IN (0, 1) AND receiver = ? AND incident_id = ? LIMIT 1",
      {Text(receiver), Text(incident_id)},
      [&](const Row& row) { tenant = std::string(row.GetText(0)); }));
  return tenant;
}

base::Result<std::map<std::string, OutboxCounts>> CountOutbox(Session& session) {
  std::map<std::string, OutboxCounts> counts;
  VEDETTE_TRY_VOID(session.Query(
      "SELECT receiver, COUNT(*), MIN(created_at) FROM outbox WHERE done = 0 GROUP BY receiver", {},
      [&](const Row& row) {
        counts[std::string(row.GetText(0))] = {row.GetInt(1), row.GetTime(2)};
      }));
  return counts;
}

}  // namespace vedette::notify::delivery
