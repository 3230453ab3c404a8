#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/page.h"
#include "notify/delivery/receiver.h"
#include "sql/database.h"

namespace vedette::notify::delivery {

// Pages on their way, one row per page and receiver, written in the transaction of the decision:
//
//   pending -> sending -> delivered
//      ^          |-----> failed      (refused, or given up after a long time)
//      `----------'-----> superseded  (a later page about the incident tells how things stand)
//
// The first attempt of a fresh letter skips `sending`: its order is in the ledger already, and
// that saves a synced transaction before the send. What a crash leaves undone is sent again with
// the same dedup_key. Functions take the
// caller's session; those that write need a read-write one.

struct Letter {
  int64_t id = 0;
  std::string dedup_key;
  Address address;
  model::TenantName tenant;
  std::string incident_id;
  std::string kind;       // of the page
  std::string page_json;  // see page_json.h
  std::string state;      // "pending", "sending", "delivered", "failed", "superseded", "dropped"
  int64_t attempts = 0;
  int64_t replaced = 0;  // how many superseded letters it stands for
  base::TimePoint created_at;
  base::TimePoint next_attempt_at;
  std::optional<base::TimePoint> finished_at;
  std::string detail;  // what came of the last attempt
};

// Orders a page for each address, with a row in the ledger that says `why`: the chain that leads to
// it. The same page to the same address twice is one. Without an address the row says that nobody
// was told ("dropped").
base::Result<> Enqueue(sql::Session& session, const model::Page& page,
                       const std::vector<Address>& addresses, base::TimePoint now,
                       std::string_view why = {});

// The number of the newest letter to anybody; 0: there is none.
base::Result<int64_t> NewestLetter(sql::Session& session);

// For each incident and person the oldest letter that the receiver has not got: what may be sent
// next without breaking the order. Oldest first, at most `limit`.
base::Result<std::vector<Letter>> Heads(sql::Session& session, std::string_view receiver,
                                        int64_t limit);

// The newest letter that waits for the address of `head` about its incident: it alone tells how
// things stand. All older ones become "superseded", each with a row in the ledger, and the engine
// is not told of them; alerts that ended in them are put into the newest one's page.
base::Result<Letter> Collapse(sql::Session& session, const Letter& head, base::TimePoint now);

// `letter` as it now is; `state` decides whether it is done.
base::Result<> Update(sql::Session& session, const Letter& letter);

// Everything that waits for the receiver may be tried at once.
base::Result<> MakeDue(sql::Session& session, std::string_view receiver, base::TimePoint now);

// Finished letters of which the engine has not heard, oldest first, at most `limit`; and the mark
// that it has, to be made in the engine's own transaction.
base::Result<std::vector<Letter>> Unreported(sql::Session& session, int64_t limit);
base::Result<> MarkReported(sql::Session& session, std::string_view dedup_key,
                            std::string_view receiver, std::string_view to = {});

// Removes letters that were finished before and of which the engine has heard, at most `rows_max`;
// how many. The newest one stays, so that its number is not given to another.
base::Result<int64_t> PruneLetters(sql::Session& session, base::TimePoint before, int64_t rows_max);

// For people.
struct LetterQuery {
  model::TenantName tenant;
  std::vector<std::string> incident_ids = {};  // any of these; empty: all
  int64_t limit = 100;
  int64_t before_id = 0;  // only older ones; 0: from the newest
};
// Newest first.
base::Result<std::vector<Letter>> ReadLetters(sql::Session& session, const LetterQuery& query);

// The tenant of an incident of which the receiver was told; nothing when it was told of none.
base::Result<std::optional<model::TenantName>> TenantOf(sql::Session& session,
                                                        std::string_view receiver,
                                                        std::string_view incident_id);

// What waits for a receiver.
struct OutboxCounts {
  int64_t waiting = 0;
  base::TimePoint oldest_waiting;
};
// Of each receiver for which anything waits, configured or not.
base::Result<std::map<std::string, OutboxCounts>> CountOutbox(sql::Session& session);

}  // namespace vedette::notify::delivery
