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
// row before and its own text, so that a change or a gap shows.

struct LedgerRow {
  int64_t seq = 0;  // given by Append
  base::TimePoint time;
  // "attempt" (committed before anything is sent), "answer", "superseded", "dropped"
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

// Recomputes every hash; the number of rows, or kDataLoss that names the first row that does not
// fit.
base::Result<int64_t> VerifyLedger(sql::Session& session);

}  // namespace vedette::notify::delivery
