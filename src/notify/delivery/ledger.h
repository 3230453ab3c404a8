#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"

namespace vedette::notify::delivery {

// The proof of who was told what and when: rows are only ever added, each with the SHA-256 of the
// row before and its own text, so that a change or a gap shows. The oldest may be removed: a row
// "pruned" in the chain itself then says up to where, and the hash of the last one that went.

struct LedgerRow {
  int64_t seq = 0;  // given by Append
  base::TimePoint time;
  // "ordered" (`detail` is the chain that led to it; committed before anything is sent), "attempt"
  // (before the send too, but for the first of a fresh order), "answer", "superseded", "dropped";
  // "acknowledged", "unacknowledged" (`dedup_key` is the incident, `detail` who); "pruned"
  std::string event;
  std::string dedup_key;
  std::string receiver;
  std::string recipient = {};  // the address's `to`
  int64_t attempt = 0;
  std::string outcome;  // of an answer: "delivered", "retry", "refused", "gave_up"
  int64_t status = 0;   // the provider's, 0 when there was none
  int64_t latency_ms = 0;
  int64_t delayed_seconds = 0;  // between the decision and this row
  std::string detail;           // holds no secret
  std::string hash;             // given by Append
};

// REQUIRES: a read-write session.
base::Result<> AppendToLedger(sql::Session& session, const LedgerRow& row);

// The rows about one page at one receiver and person, oldest first, at most `limit`.
base::Result<std::vector<LedgerRow>> ReadLedger(sql::Session& session, std::string_view dedup_key,
                                                std::string_view receiver, int64_t limit,
                                                std::string_view recipient = {});

// Removes the rows from before, at most `rows_max`, the oldest first; how many. REQUIRES: a
// read-write session.
base::Result<int64_t> PruneLedger(sql::Session& session, base::TimePoint before,
                                  base::TimePoint now, int64_t rows_max);

struct LedgerCheck {
  int64_t rows = 0;         // that are there
  int64_t broken_at = 0;    // the number of the first row that does not fit; 0: all do
  std::string reason = {};  // in words, when one does not

  bool ok() const { return broken_at == 0; }
};

// Recomputes every hash. What is missing at the beginning must be what the last row "pruned" says,
// and of each letter in the outbox that is not older than the rest there must be rows.
base::Result<LedgerCheck> CheckLedger(sql::Session& session);

// The same: the number of rows, or kDataLoss that names the first row that does not fit.
base::Result<int64_t> VerifyLedger(sql::Session& session);

}  // namespace vedette::notify::delivery
