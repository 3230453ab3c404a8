#include "incident/journal/journal.h"

#include <fmt/core.h>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"
#include "incident/journal/schema.h"

namespace vedette::incident::journal {
namespace {

using sql::Int;
using sql::Row;
using sql::Session;
using sql::Text;
using sql::Time;

// The chain: each row's hash covers the hash before and the row's own text.
std::string ChainHash(std::string_view previous, std::string_view inputs) {
  return base::Sha256Hex(fmt::format("{}\n{}", previous, inputs));
}

// One input per line: JSON has no raw line breaks.
std::string ToLines(std::span<const Input> inputs) {
  std::string lines;
  for (const Input& input : inputs) {
    if (!lines.empty()) lines += '\n';
    lines += InputToJson(input);
  }
  return lines;
}

struct Snapshot {
  int64_t seq = 0;
  std::string journal_hash;
  std::string state;
  std::string checksum;
};

base::Result<std::vector<Snapshot>> ReadSnapshots(Session& session) {
  std::vector<Snapshot> snapshots;
  VEDETTE_TRY_VOID(session.Query(
      "SELECT seq, journal_hash, state, checksum FROM incident_snapshots ORDER BY seq DESC", {},
      [&](const Row& row) {
        snapshots.push_back({row.GetInt(0), std::string(row.GetText(1)),
                             std::string(row.GetText(2)), std::string(row.GetText(3))});
      }));
  return snapshots;
}

base::Result<Engine> RestoreChecked(const Snapshot& snapshot) {
  if (base::Sha256Hex(snapshot.state) != snapshot.checksum) {
    return base::DataLoss(fmt::format("snapshot {} is damaged", snapshot.seq));
  }
  return Engine::Restore(snapshot.state);
}

base::Result<> ApplyLines(std::string_view lines, Engine& engine) {
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    VEDETTE_TRY(const Input input, InputFromJson(lines.substr(0, end)));
    if (const base::Result<> answer = engine.Apply(input); !answer.ok()) {
      base::IgnoreError(answer.error(), "the person was told when the command was given");
    }
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  engine.Take();  // carried out when it was committed
  return {};
}

}  // namespace

base::Result<std::unique_ptr<Journal>> Journal::Open(sql::Database& database,
                                                     JournalOptions options) {
  VEDETTE_TRY_VOID(database.Migrate("incident", Migrations()));
  return std::unique_ptr<Journal>(new Journal(database, options));
}

base::Result<Engine> Journal::Load(const EngineOptions& options) {
  std::optional<Engine> loaded;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(const std::vector<Snapshot> snapshots, ReadSnapshots(session));
    std::string why;
    for (const Snapshot& snapshot : snapshots) {
      base::Result<Engine> restored = RestoreChecked(snapshot);
      if (!restored.ok()) {
        why = restored.error().message;
        base::LogError("an incident snapshot cannot be read; trying the one before",
                       {{"error", why}});
        continue;
      }
      last_hash_ = snapshot.journal_hash;
      VEDETTE_TRY(Engine engine, Replay(session, *std::move(restored)));
      loaded.emplace(std::move(engine));
      return {};
    }
    if (!snapshots.empty()) return base::DataLoss("no incident snapshot can be read: " + why);
    return {};
  }));
  const bool first = !loaded.has_value();
  Engine engine = first ? Engine(options) : *std::move(loaded);
  if (first || !(engine.options() == options)) {
    engine.Reconfigure(options);
    VEDETTE_TRY_VOID(SaveSnapshot(engine));
  }
  return engine;
}

base::Result<Engine> Journal::Replay(Session& session, Engine engine) {
  base::Result<> outcome;
  inputs_since_snapshot_ = 0;
  VEDETTE_TRY_VOID(session.Query(
      "SELECT last_seq, first_seq, inputs, previous_hash, hash FROM incident_journal "
      "WHERE last_seq > ? ORDER BY last_seq",
      {Int(engine.seq())}, [&](const Row& row) {
        if (!outcome.ok()) return;
        const std::string_view lines = row.GetText(2);
        if (row.GetText(3) != last_hash_ || row.GetText(4) != ChainHash(last_hash_, lines)) {
          outcome = base::DataLoss(
              fmt::format("the incident journal's chain is broken at input {}", row.GetInt(1)));
          return;
        }
        outcome = ApplyLines(lines, engine);
        last_hash_ = row.GetText(4);
        inputs_since_snapshot_ += row.GetInt(0) - row.GetInt(1) + 1;
      }));
  VEDETTE_TRY_VOID(std::move(outcome));
  return engine;
}

base::Result<> Journal::Commit(std::span<const Input> inputs, const Decisions& decisions,
                               const std::function<base::Result<>(Session&)>& extra) {
  const std::string lines = ToLines(inputs);
  const std::string hash = ChainHash(last_hash_, lines);
  const Input& last = inputs.back();
  VEDETTE_TRY_VOID(database_.Transact([&](Session& session) -> base::Result<> {
    // A commit may be durable although its caller got an error.
    bool already_in = false;
    VEDETTE_TRY_VOID(session.Query("SELECT hash FROM incident_journal WHERE last_seq = ?",
                                   {Int(last.seq)},
                                   [&](const Row& row) { already_in = row.GetText(0) == hash; }));
    if (already_in) return {};
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO incident_journal (last_seq, first_seq, time, inputs, previous_hash, hash) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        {Int(last.seq), Int(inputs.front().seq), Time(last.time), Text(lines), Text(last_hash_),
         Text(hash)}));
    VEDETTE_TRY_VOID(WriteDecisions(session, decisions, last.seq));
    return extra ? extra(session) : base::Result<>();
  }));
  last_hash_ = hash;
  inputs_since_snapshot_ += static_cast<int64_t>(inputs.size());
  return {};
}

base::Result<> Journal::SaveSnapshot(const Engine& engine) {
  const std::string state = engine.Snapshot();
  VEDETTE_TRY_VOID(database_.Transact([&](Session& session) -> base::Result<> {
    int64_t before = 0;
    VEDETTE_TRY_VOID(session.Query("SELECT MAX(seq) FROM incident_snapshots WHERE seq < ?",
                                   {Int(engine.seq())},
                                   [&](const Row& row) { before = row.GetInt(0); }));
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO incident_snapshots (seq, time, journal_hash, state, checksum) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (seq) DO UPDATE SET time = excluded.time, "
        "journal_hash = excluded.journal_hash, state = excluded.state, "
        "checksum = excluded.checksum",
        {Int(engine.seq()), Time(engine.now()), Text(last_hash_), Text(state),
         Text(base::Sha256Hex(state))}));
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM incident_snapshots WHERE seq < ?", {Int(before)}));
    VEDETTE_TRY_VOID(
        session.Execute("DELETE FROM incident_journal WHERE last_seq <= ?", {Int(before)}));
    return {};
  }));
  inputs_since_snapshot_ = 0;
  return {};
}

base::Result<model::Incident> Journal::Find(std::string_view tenant, std::string_view id) const {
  model::Incident incident;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(incident, ReadIncident(session, tenant, id));
    return {};
  }));
  return incident;
}

base::Result<IncidentPage> Journal::List(const IncidentQuery& query) const {
  IncidentPage page;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(page, ReadIncidents(session, query));
    return {};
  }));
  return page;
}

}  // namespace vedette::incident::journal
