#include "notify/delivery/ledger.h"

#include <fmt/core.h>
#include <utility>

#include "base/digest.h"
#include "base/json_writer.h"

namespace vedette::notify::delivery {
namespace {

using sql::Int;
using sql::Row;
using sql::Text;
using sql::Time;

constexpr std::string_view kColumns =
    "seq, time, event, dedup_key, receiver, attempt, outcome, status, latency_ms, "
    "delayed_seconds, detail, hash, previous_hash, recipient";

constexpr std::string_view kPruned = "pruned";

std::string PrunedUpTo(int64_t seq, std::string_view hash) {
  return fmt::format("1-{} {}", seq, hash);
}

// The one text of a row that the hash covers: its values as a JSON list, with the recipient at the
// end where there is one.
std::string Canonical(const LedgerRow& row) {
  std::string text;
  base::JsonWriter json(text);
  json.BeginArray()
      .Value(row.seq)
      .Value(base::ToMillis(row.time))
      .Value(row.event)
      .Value(row.dedup_key)
      .Value(row.receiver)
      .Value(row.attempt)
      .Value(row.outcome)
      .Value(row.status)
      .Value(row.latency_ms)
      .Value(row.delayed_seconds)
      .Value(row.detail);
  if (!row.recipient.empty()) json.Value(row.recipient);
  json.EndArray();
  return text;
}

std::string HashOf(std::string_view previous, const LedgerRow& row) {
  return base::Sha256Hex(fmt::format("{}\n{}", previous, Canonical(row)));
}

LedgerRow FromRow(const Row& row) {
  return {.seq = row.GetInt(0),
          .time = row.GetTime(1),
          .event = std::string(row.GetText(2)),
          .dedup_key = std::string(row.GetText(3)),
          .receiver = std::string(row.GetText(4)),
          .recipient = std::string(row.GetText(13)),
          .attempt = row.GetInt(5),
          .outcome = std::string(row.GetText(6)),
          .status = row.GetInt(7),
          .latency_ms = row.GetInt(8),
          .delayed_seconds = row.GetInt(9),
          .detail = std::string(row.GetText(10)),
          .hash = std::string(row.GetText(11))};
}

}  // namespace

base::Result<> AppendToLedger(sql::Session& session, const LedgerRow& row) {
  LedgerRow next = row;
  next.seq = 1;
  std::string previous;
  VEDETTE_TRY_VOID(session.Query("SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1", {},
                                 [&](const Row& last) {
                                   next.seq = last.GetInt(0) + 1;
                                   previous = last.GetText(1);
                                 }));
  VEDETTE_TRY_VOID(session.Execute(
      fmt::format("INSERT INTO ledger ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  kColumns),
      {Int(next.seq), Time(next.time), Text(next.event), Text(next.dedup_key), Text(next.receiver),
       Int(next.attempt), Text(next.outcome), Int(next.status), Int(next.latency_ms),
       Int(next.delayed_seconds), Text(next.detail), Text(HashOf(previous, next)), Text(previous),
       Text(next.recipient)}));
  return {};
}

base::Result<std::vector<LedgerRow>> ReadLedger(sql::Session& session, std::string_view dedup_key,
                                                std::string_view receiver, int64_t limit,
                                                std::string_view recipient) {
  std::vector<LedgerRow> rows;
  VEDETTE_TRY_VOID(session.Query(
      fmt::format("SELECT {} FROM ledger WHERE dedup_key = ? AND receiver = ? AND recipient = ? "
                  "ORDER BY seq LIMIT ?",
                  kColumns),
      {Text(dedup_key), Text(receiver), Text(recipient), Int(limit)},
      [&](const Row& row) { rows.push_back(FromRow(row)); }));
  return rows;
}

base::Result<int64_t> PruneLedger(sql::Session& session, base::TimePoint before,
                                  base::TimePoint now, int64_t rows_max) {
  int64_t last = 0;
  int64_t count = 0;
  std::string hash;
  bool stays = false;  // this row, and so do all after it
  VEDETTE_TRY_VOID(session.Query("SELECT seq, time, hash FROM ledger ORDER BY seq LIMIT ?",
                                 {Int(rows_max)}, [&](const Row& row) {
                                   stays = stays || row.GetTime(1) >= before;
                                   if (stays) return;
                                   last = row.GetInt(0);
                                   hash = row.GetText(2);
                                   ++count;
                                 }));
  if (count == 0) return 0;
  VEDETTE_TRY_VOID(AppendToLedger(session, {.time = now,
                                            .event = std::string(kPruned),
                                            .dedup_key = {},
                                            .receiver = {},
                                            .outcome = {},
                                            .detail = PrunedUpTo(last, hash),
                                            .hash = {}}));
  VEDETTE_TRY_VOID(session.Execute("DELETE FROM ledger WHERE seq <= ?", {Int(last)}));
  return count;
}

namespace {

// Goes through the rows in order and keeps the first that does not fit.
class ChainWalk {
 public:
  void Look(const Row& row) {
    ++check_.rows;
    if (!check_.ok()) return;
    const LedgerRow read = FromRow(row);
    const std::string_view claimed = row.GetText(12);
    if (check_.rows == 1 && read.seq > 1) Begin(read.seq, claimed);
    if (read.seq != next_) {
      Break(fmt::format("the row is missing: {} comes in its place", read.seq));
    } else if (claimed != previous_) {
      Break("the row was not written after the one before it");
    } else if (read.hash != HashOf(previous_, read)) {
      Break("the row was changed: its text does not fit its hash");
    }
    if (read.event == kPruned) explained_ = read.detail == missing_;
    ++next_;
    previous_ = read.hash;
  }

  LedgerCheck Finish() && {
    if (check_.ok() && !explained_) {
      next_ = 1;
      Break("the oldest rows are missing, and no row says that they were removed");
    }
    return std::move(check_);
  }

 private:
  // The rows before went, which the last row "pruned" must say.
  void Begin(int64_t seq, std::string_view hash) {
    next_ = seq;
    previous_ = hash;
    missing_ = PrunedUpTo(seq - 1, hash);
    explained_ = false;
  }
  void Break(std::string reason) {
    check_.broken_at = next_;
    check_.reason = std::move(reason);
  }

  LedgerCheck check_;
  int64_t next_ = 1;  // the number that the row must have
  std::string previous_;
  std::string missing_;
  bool explained_ = true;
};

// Rows that went from the end leave a chain that is whole, but letters of which it says nothing:
// each is in the ledger from its order on, and is delivered in the transaction that says so there.
base::Result<> CheckEnd(sql::Session& session, LedgerCheck& check) {
  int64_t last = 0;
  base::TimePoint oldest;
  VEDETTE_TRY_VOID(session.Query("SELECT seq, time FROM ledger ORDER BY seq LIMIT 1", {},
                                 [&](const Row& row) { oldest = row.GetTime(1); }));
  VEDETTE_TRY_VOID(session.Query("SELECT seq FROM ledger ORDER BY seq DESC LIMIT 1", {},
                                 [&](const Row& row) { last = row.GetInt(0); }));
  return session.Query(
      "SELECT dedup_key, receiver, state FROM outbox WHERE created_at >= ? AND NOT EXISTS "
      "(SELECT 1 FROM ledger WHERE ledger.dedup_key = outbox.dedup_key AND "
      "ledger.receiver = outbox.receiver AND ledger.recipient = outbox.recipient AND "
      "(outbox.state <> 'delivered' OR ledger.outcome = 'delivered')) ORDER BY id LIMIT 1",
      {Time(oldest)}, [&](const Row& row) {
        check.broken_at = last + 1;
        check.reason = fmt::format(
            "the newest rows are missing: nothing says that {} was {} at {}", row.GetText(0),
            row.GetText(2) == "delivered" ? "delivered" : "ordered", row.GetText(1));
      });
}

}  // namespace

base::Result<LedgerCheck> CheckLedger(sql::Session& session) {
  ChainWalk walk;
  VEDETTE_TRY_VOID(session.Query(fmt::format("SELECT {} FROM ledger ORDER BY seq", kColumns), {},
                                 [&](const Row& row) { walk.Look(row); }));
  LedgerCheck check = std::move(walk).Finish();
  if (check.ok()) VEDETTE_TRY_VOID(CheckEnd(session, check));
  return check;
}

base::Result<int64_t> VerifyLedger(sql::Session& session) {
  VEDETTE_TRY(const LedgerCheck check, CheckLedger(session));
  if (check.ok()) return check.rows;
  return base::DataLoss(fmt::format("the delivery ledger's chain is broken at row {}: {}",
                                    check.broken_at, check.reason));
}

}  // namespace vedette::notify::delivery
