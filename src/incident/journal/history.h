#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "incident/input.h"
#include "sql/database.h"

namespace vedette::incident::journal {

// The journal's past: snapshots to begin at, the rows after them, and their removal when they are
// old. Functions of the caller's session; those that write need a read-write one.

// The chain: each row's hash covers the hash before, the row's own text, and the digest of what was
// decided where there is one.
std::string ChainHash(std::string_view previous, std::string_view inputs, std::string_view decided);

// The inputs of a row, one per line. kDataLoss.
base::Result<std::vector<Input>> ParseInputs(std::string_view lines);

struct SnapshotHead {
  int64_t seq = 0;  // the last input in it
  base::TimePoint time;
  bool replayable = false;  // it has the router's part
};
// Oldest first.
base::Result<std::vector<SnapshotHead>> ListSnapshots(sql::Session& session);

struct Snapshot {
  int64_t seq = 0;
  base::TimePoint time;
  std::string journal_hash;  // of the row that `seq` ends
  std::string state;         // Engine::Snapshot
  std::string beside;        // what others need to go on from there; empty: not known
};
// kDataLoss when its checksum does not fit, kNotFound.
base::Result<Snapshot> ReadSnapshot(sql::Session& session, int64_t seq);
// A large state is written in several transactions, so that the engine's commits go on between
// them; the snapshot is there with the last one. One writer at a time.
base::Result<> WriteSnapshot(sql::Database& database, const Snapshot& snapshot);

// The inputs that were committed together.
struct Round {
  int64_t last_seq = 0;
  base::TimePoint time;  // engine time
  std::vector<Input> inputs;
  std::string decided;  // the digest of what was decided; empty: not known
  std::string hash;
};
// The rounds after `seq`, in order, at most `limit`; fewer than that at the end. `previous_hash` is
// of the one before, for the chain. kDataLoss for a row that was changed, or a hole.
base::Result<std::vector<Round>> ReadRounds(sql::Session& session, int64_t seq,
                                            std::string_view previous_hash, int64_t limit);
// How many inputs there are after `seq`.
base::Result<int64_t> CountInputs(sql::Session& session, int64_t seq);

struct PruneOptions {
  base::TimePoint before{};                         // older rows go...
  int64_t bytes_max = int64_t{1} << 30;             // ...and the oldest beyond this
  base::Duration spacing = std::chrono::hours(24);  // of the old snapshots that stay
  int64_t rows_max = 2'000;                         // of one call: the writer is needed elsewhere
};
// Removes old rows, and snapshots that nothing begins at any more. What the newest two snapshots
// need stays. How many rows went: as many as rows_max when there may be more.
base::Result<int64_t> Prune(sql::Session& session, const PruneOptions& options);
// Removes parts of states whose snapshot is gone or was never finished, at most `rows_max`; how
// many. Not beside WriteSnapshot.
base::Result<int64_t> PruneParts(sql::Session& session, int64_t rows_max);

}  // namespace vedette::incident::journal
