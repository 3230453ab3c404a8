#include "replay/keeper.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/log.h"
#include "decide/round.h"
#include "incident/journal/history.h"

namespace vedette::replay {
namespace {

namespace journal = incident::journal;

// What writing a state may cost each input, and what is too little to matter.
constexpr int64_t kBytesPerInput = 500;
constexpr int64_t kStateBytesSmall = 1 << 20;
constexpr base::Duration kLookEvery = std::chrono::hours(1);
constexpr int64_t kSliceRounds =
    500;  // read at a time: no long view keeps the database from tidying
constexpr int64_t kPartsAtATime = 8;

}  // namespace

Keeper::Keeper(sql::Database& database, base::MetricsRegistry& metrics, KeeperOptions options)
    : database_(database),
      snapshots_(metrics.AddCounter("vedette_incident_snapshots_total",
                                    "Snapshots of the incident engine")),
      rounds_(metrics.AddCounter("vedette_replay_rounds_total",
                                 "Rounds of the journal that were decided a second time")),
      differences_(metrics.AddCounter("vedette_replay_differences_total",
                                      "Those of them that were decided differently")),
      options_(options) {}

void Keeper::SetOptions(KeeperOptions options) {
  base::MutexLock lock(mutex_);
  options_ = options;
}

base::Result<> Keeper::Tend(base::TimePoint now) {
  base::MutexLock lock(mutex_);
  VEDETTE_TRY(const bool followed, Follow(options_.snapshot_inputs));
  // Looking for what is old reads an index of all inputs.
  if (!followed && now >= looked_at_ && now < looked_at_ + kLookEvery) return {};
  VEDETTE_TRY_VOID(Remove(now));
  looked_at_ = now;
  return {};
}

base::Result<bool> Keeper::Follow(int64_t snapshot_inputs) {
  std::optional<journal::Snapshot> base;
  int64_t inputs = 0;
  const int64_t state_bytes = state_bytes_;
  VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(const auto heads, journal::ListSnapshots(session));
    if (heads.empty() || !heads.back().replayable) return {};
    VEDETTE_TRY(inputs, journal::CountInputs(session, heads.back().seq));
    // A large state is written when as much has happened, so that writing it costs each input the
    // same.
    if (inputs < snapshot_inputs || inputs * kBytesPerInput < state_bytes - kStateBytesSmall)
      return {};
    VEDETTE_TRY(base, journal::ReadSnapshot(session, heads.back().seq));
    return {};
  }));
  if (!base) return false;
  VEDETTE_TRY(decide::Machine machine, decide::Machine::Restore(base->state, base->beside));
  state_bytes_ = std::ssize(base->state);
  journal::Snapshot next{.seq = base->seq,
                         .time = base->time,
                         .journal_hash = base->journal_hash,
                         .state = {},
                         .beside = {}};
  base.reset();
  while (true) {
    std::vector<journal::Round> rounds;
    VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) -> base::Result<> {
      VEDETTE_TRY(rounds, journal::ReadRounds(session, next.seq, next.journal_hash, kSliceRounds));
      return {};
    }));
    for (const journal::Round& round : rounds) {
      const decide::Machine::Decided decided = machine.Run(round.inputs);
      rounds_.Add();
      const bool same = round.decided.empty() ||
                        round.decided == decide::Digest(decided.decisions, decided.outcome);
      if (same) continue;
      differences_.Add();
      base::LogWarning(
          "a replay of the journal decides differently; another version wrote it, or "
          "this is a mistake of Vedette",
          {{"input", round.last_seq}});
    }
    if (cancelled_) return false;
    if (rounds.empty()) break;
    next.seq = rounds.back().last_seq;
    next.time = rounds.back().time;
    next.journal_hash = rounds.back().hash;
  }
  next.state = machine.engine.Snapshot();
  next.beside = decide::RouterToText(machine.router);
  VEDETTE_TRY_VOID(journal::WriteSnapshot(database_, next));
  snapshots_.Add();
  return true;
}

base::Result<> Keeper::Remove(base::TimePoint now) {
  journal::PruneOptions prune{.bytes_max = options_.bytes_max};
  if (options_.retention.count() > 0) prune.before = now - options_.retention;
  int64_t removed = prune.rows_max;
  while (removed == prune.rows_max && !cancelled_) {
    VEDETTE_TRY_VOID(database_.Transact([&](sql::Session& session) -> base::Result<> {
      VEDETTE_TRY(removed, journal::Prune(session, prune));
      return {};
    }));
  }
  for (removed = kPartsAtATime; removed == kPartsAtATime && !cancelled_;) {
    VEDETTE_TRY_VOID(database_.Transact([&](sql::Session& session) -> base::Result<> {
      VEDETTE_TRY(removed, journal::PruneParts(session, kPartsAtATime));
      return {};
    }));
  }
  return {};
}

}  // namespace vedette::replay
