#include "incident/journal/history.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/digest.h"

namespace vedette::incident::journal {
namespace {

using sql::Int;
using sql::Row;
using sql::Session;
using sql::Text;
using sql::Time;

constexpr size_t kSnapshotsKept = 2;  // the newest, whatever their age
// Of a state that one transaction writes: the engine waits for it.
constexpr size_t kPartBytes = 1 << 20;

base::Result<int64_t> Number(Session& session, std::string_view query,
                             std::vector<sql::Value> values) {
  int64_t number = 0;
  VEDETTE_TRY_VOID(
      session.Query(query, std::move(values), [&](const Row& row) { number = row.GetInt(0); }));
  return number;
}

// Snapshots that lie closer to the one before than `spacing`, or before all rows, but for the
// newest.
base::Result<> PruneSnapshots(Session& session, const std::vector<SnapshotHead>& snapshots,
                              base::Duration spacing) {
  VEDETTE_TRY(const int64_t first,
              Number(session, "SELECT MIN(first_seq) FROM incident_journal", {}));
  std::optional<base::TimePoint> kept;
  for (size_t i = 0; i + kSnapshotsKept < snapshots.size(); ++i) {
    const SnapshotHead& snapshot = snapshots[i];
    const bool useful = snapshot.replayable && snapshot.seq + 1 >= first;
    if (useful && (!kept || snapshot.time >= *kept + spacing)) {
      kept = snapshot.time;
      continue;
    }
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM incident_snapshots WHERE seq = ?", {Int(snapshot.seq)}));
  }
  return {};
}

// Where the part that begins at `begin` ends: not within a character.
size_t EndOfPart(std::string_view state, size_t begin) {
  size_t end = begin + kPartBytes;
  if (end >= state.size()) return state.size();
  while (end > begin + 1 && (static_cast<unsigned char>(state[end]) & 0xC0) == 0x80) --end;
  return end;
}

// `rest` is of the state what no part has.
base::Result<> WriteHead(Session& session, const Snapshot& snapshot, std::string_view rest,
                         std::string_view checksum) {
  VEDETTE_TRY_VOID(session.Execute(
      "INSERT INTO incident_snapshots (seq, time, journal_hash, state, checksum, beside) "
      "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (seq) DO UPDATE SET time = excluded.time, "
      "journal_hash = excluded.journal_hash, state = excluded.state, "
      "checksum = excluded.checksum, beside = excluded.beside",
      {Int(snapshot.seq), Time(snapshot.time), Text(snapshot.journal_hash), Text(rest),
       Text(checksum), Text(snapshot.beside)}));
  return {};
}

}  // namespace

base::Result<std::vector<Input>> ParseInputs(std::string_view lines) {
  std::vector<Input> inputs;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    VEDETTE_TRY(Input input, InputFromJson(lines.substr(0, end)));
    inputs.push_back(std::move(input));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return inputs;
}

std::string ChainHash(std::string_view previous, std::string_view inputs,
                      std::string_view decided) {
  if (decided.empty()) return base::Sha256Hex(fmt::format("{}\n{}", previous, inputs));
  return base::Sha256Hex(fmt::format("{}\n{}\n{}", previous, inputs, decided));
}

base::Result<std::vector<SnapshotHead>> ListSnapshots(Session& session) {
  std::vector<SnapshotHead> heads;
  VEDETTE_TRY_VOID(
      session.Query("SELECT seq, time, beside <> '' FROM incident_snapshots ORDER BY seq", {},
                    [&](const Row& row) {
                      heads.push_back({row.GetInt(0), row.GetTime(1), row.GetInt(2) != 0});
                    }));
  return heads;
}

base::Result<Snapshot> ReadSnapshot(Session& session, int64_t seq) {
  std::optional<Snapshot> snapshot;
  std::string checksum;
  VEDETTE_TRY_VOID(session.Query(
      "SELECT seq, time, journal_hash, state, beside, checksum FROM incident_snapshots "
      "WHERE seq = ?",
      {Int(seq)}, [&](const Row& row) {
        snapshot = Snapshot{.seq = row.GetInt(0),
                            .time = row.GetTime(1),
                            .journal_hash = std::string(row.GetText(2)),
                            .state = std::string(row.GetText(3)),
                            .beside = std::string(row.GetText(4))};
        checksum = row.GetText(5);
      }));
  if (!snapshot) return base::NotFound("there is no such snapshot");
  const std::string rest = std::exchange(snapshot->state, {});
  VEDETTE_TRY_VOID(
      session.Query("SELECT state FROM incident_snapshot_parts WHERE seq = ? ORDER BY part",
                    {Int(seq)}, [&](const Row& row) { snapshot->state += row.GetText(0); }));
  snapshot->state += rest;
  if (base::Sha256Hex(snapshot->state) != checksum) {
    return base::DataLoss("its checksum does not fit");
  }
  return *std::move(snapshot);
}

base::Result<> WriteSnapshot(sql::Database& database, const Snapshot& snapshot) {
  const std::string_view state = snapshot.state;
  const std::string checksum = base::Sha256Hex(state);
  size_t begin = 0;
  int64_t parts = 0;
  for (; state.size() - begin > kPartBytes; ++parts) {
    const size_t end = EndOfPart(state, begin);
    VEDETTE_TRY_VOID(database.Transact([&](Session& session) -> base::Result<> {
      VEDETTE_TRY_VOID(
          session.Execute("INSERT INTO incident_snapshot_parts (seq, part, state) VALUES (?, ?, ?) "
                          "ON CONFLICT (seq, part) DO UPDATE SET state = excluded.state",
                          {Int(snapshot.seq), Int(parts), Text(state.substr(begin, end - begin))}));
      return {};
    }));
    begin = end;
  }
  return database.Transact([&](Session& session) -> base::Result<> {
    // A state that was written under this number before may have had more parts.
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM incident_snapshot_parts WHERE seq = ? AND part >= ?",
                        {Int(snapshot.seq), Int(parts)}));
    return WriteHead(session, snapshot, state.substr(begin), checksum);
  });
}

base::Result<std::vector<Round>> ReadRounds(Session& session, int64_t seq,
                                            std::string_view previous_hash, int64_t limit) {
  std::vector<Round> rounds;
  std::string previous(previous_hash);
  base::Result<> outcome;
  const auto read = [&](const Row& row) -> base::Result<> {
    const std::string_view lines = row.GetText(2);
    Round round{.last_seq = row.GetInt(0),
                .time = row.GetTime(1),
                .inputs = {},
                .decided = std::string(row.GetText(5)),
                .hash = std::string(row.GetText(4))};
    if (row.GetText(3) != previous) {
      return base::DataLoss(fmt::format("the journal has a hole before input {}", round.last_seq));
    }
    if (round.hash != ChainHash(previous, lines, round.decided)) {
      return base::DataLoss(fmt::format("the journal was changed at input {}", round.last_seq));
    }
    VEDETTE_TRY(round.inputs, ParseInputs(lines));
    previous = round.hash;
    rounds.push_back(std::move(round));
    return {};
  };
  VEDETTE_TRY_VOID(session.Query(
      "SELECT last_seq, time, inputs, previous_hash, hash, decided FROM incident_journal "
      "WHERE last_seq > ? ORDER BY last_seq LIMIT ?",
      {Int(seq), Int(limit)}, [&](const Row& row) {
        if (outcome.ok()) outcome = read(row);
      }));
  VEDETTE_TRY_VOID(outcome);
  return rounds;
}

base::Result<int64_t> CountInputs(Session& session, int64_t seq) {
  return Number(session,
                "SELECT SUM(last_seq - first_seq + 1) FROM incident_journal WHERE last_seq > ?",
                {Int(seq)});
}

base::Result<int64_t> Prune(Session& session, const PruneOptions& options) {
  VEDETTE_TRY(const std::vector<SnapshotHead> snapshots, ListSnapshots(session));
  if (snapshots.size() < kSnapshotsKept) return 0;
  const int64_t needed = snapshots[snapshots.size() - kSnapshotsKept].seq;
  VEDETTE_TRY(const int64_t bytes, Number(session, "SELECT SUM(bytes) FROM incident_journal", {}));
  int64_t excess = bytes - options.bytes_max;
  int64_t last = 0;  // that goes
  int64_t count = 0;
  bool stays = false;  // this one, and so do all after it
  VEDETTE_TRY_VOID(session.Query(
      "SELECT last_seq, time, bytes FROM incident_journal WHERE last_seq <= ? ORDER BY last_seq "
      "LIMIT ?",
      {Int(needed), Int(options.rows_max)}, [&](const Row& row) {
        stays = stays || (row.GetTime(1) >= options.before && excess <= 0);
        if (stays) return;
        last = row.GetInt(0);
        excess -= row.GetInt(2);
        ++count;
      }));
  if (count > 0) {
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM incident_journal WHERE last_seq <= ?", {Int(last)}));
  }
  VEDETTE_TRY_VOID(PruneSnapshots(session, snapshots, options.spacing));
  return count;
}

base::Result<int64_t> PruneParts(Session& session, int64_t rows_max) {
  return session.Execute(
      "DELETE FROM incident_snapshot_parts WHERE (seq, part) IN (SELECT seq, part FROM "
      "incident_snapshot_parts WHERE seq NOT IN (SELECT seq FROM incident_snapshots) LIMIT ?)",
      {Int(rows_max)});
}

}  // namespace vedette::incident::journal
