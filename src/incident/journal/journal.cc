#include "incident/journal/journal.h"

#include <algorithm>
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

bool IsSound(const Snapshot& snapshot) {
  return base::Sha256Hex(snapshot.state) == snapshot.checksum;
}

base::Result<std::vector<Input>> ParseLines(std::string_view lines) {
  std::vector<Input> inputs;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    VEDETTE_TRY(Input input, InputFromJson(lines.substr(0, end)));
    inputs.push_back(std::move(input));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return inputs;
}

void ApplyAgain(const std::vector<Input>& inputs, Engine& engine) {
  for (const Input& input : inputs) {
    base::IgnoreError(engine.Apply(input), "the person was told when the command was given");
  }
  engine.Take();  // carried out when it was committed
}

// Those of `incidents` (tenant and id) that the engine does not know.
base::Result<std::vector<std::pair<std::string, std::string>>> UnknownTo(
    const Engine& engine, const std::vector<std::pair<std::string, std::string>>& incidents) {
  VEDETTE_TRY(Engine probe, Engine::Restore(engine.Snapshot()));
  std::vector<std::pair<std::string, std::string>> unknown;
  for (const auto& [tenant, id] : incidents) {
    const Command command{CommandKind::kAcknowledge, tenant, id, "vedette", {}};
    const base::Result<> answer = probe.Apply({probe.seq() + 1, probe.now(), {}, command});
    if (!answer.ok() && answer.error().code == base::ErrorCode::kNotFound) {
      unknown.emplace_back(tenant, id);
    }
  }
  return unknown;
}

// Ends an incident that nobody else will end.
base::Result<> Close(Session& session, const std::string& tenant, const std::string& id,
                     base::TimePoint now) {
  VEDETTE_TRY(model::Incident incident, ReadIncident(session, tenant, id));
  model::TimelineEntry row;
  row.seq = incident.timeline.empty() ? 1 : incident.timeline.back().seq + 1;
  row.time = std::max(now, incident.updated_at);
  row.kind = "resolved";
  row.actor = "vedette";
  row.text =
      "closed because the server lost its memory of it when the state database was damaged; what "
      "still goes on opens a new incident";
  incident.state = model::IncidentState::kResolved;
  incident.updated_at = row.time;
  incident.resolved_at = row.time;
  incident.resolved_by = row.actor;
  incident.open_anomaly_ids.clear();
  ++incident.revision;
  incident.timeline = {std::move(row)};
  Decisions decisions;
  decisions.changed.push_back(std::move(incident));
  return WriteDecisions(session, decisions, 0);
}

}  // namespace

base::Result<std::unique_ptr<Journal>> Journal::Open(sql::Database& database,
                                                     JournalOptions options) {
  VEDETTE_TRY_VOID(database.Migrate("incident", Migrations()));
  return std::unique_ptr<Journal>(new Journal(database, options));
}

// -- Loading

base::Result<Engine> Journal::Load(const EngineOptions& options) {
  loss_ = {};
  last_seq_ = 0;
  std::optional<Engine> loaded;
  bool first = false;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) -> base::Result<> {
    VEDETTE_TRY(loaded, LoadSnapshot(session));
    first = !loaded;
    if (first) loaded.emplace(options);
    return Replay(session, *loaded);
  }));
  Engine engine = *std::move(loaded);
  const bool lost = loss_.any() || options_.mended;
  if (lost) VEDETTE_TRY_VOID(GoOnAfterLoss(engine));
  const bool changed = first || !(engine.options() == options);
  if (changed) engine.Reconfigure(options);
  if (changed || lost) VEDETTE_TRY_VOID(SaveSnapshot(engine));
  return engine;
}

// The newest one that can be read; nothing when there is none.
base::Result<std::optional<Engine>> Journal::LoadSnapshot(Session& session) {
  VEDETTE_TRY(const std::vector<Snapshot> snapshots, ReadSnapshots(session));
  last_hash_.clear();
  std::optional<base::Error> not_understood;
  for (const Snapshot& snapshot : snapshots) {
    last_seq_ = std::max(last_seq_, snapshot.seq);
    base::Error why = base::DataLoss("its checksum does not fit");
    if (IsSound(snapshot)) {
      base::Result<Engine> restored = Engine::Restore(snapshot.state);
      if (restored.ok()) {
        last_hash_ = snapshot.journal_hash;
        return std::optional<Engine>(*std::move(restored));
      }
      why = restored.error();
      not_understood = why;
    }
    ++loss_.snapshots;
    base::LogError("an incident snapshot cannot be read; trying the one before",
                   {{"seq", snapshot.seq}, {"error", why.message}});
  }
  // As it was written, but in a form of which this version knows nothing: no damage.
  if (not_understood) return not_understood->With("no incident snapshot can be read");
  loss_.began_anew = !snapshots.empty();
  return std::optional<Engine>();
}

base::Result<> Journal::Replay(Session& session, Engine& engine) {
  base::Result<> outcome;
  inputs_since_snapshot_ = 0;
  VEDETTE_TRY_VOID(
      session.Query("SELECT last_seq, first_seq, inputs, previous_hash, hash FROM incident_journal "
                    "WHERE last_seq > ? ORDER BY last_seq",
                    {Int(engine.seq())}, [&](const Row& row) {
                      if (!outcome.ok()) return;
                      const std::string_view lines = row.GetText(2);
                      if (row.GetText(3) != last_hash_) ++loss_.missing_stretches;
                      last_hash_ = row.GetText(4);
                      last_seq_ = std::max(last_seq_, row.GetInt(0));
                      inputs_since_snapshot_ += row.GetInt(0) - row.GetInt(1) + 1;
                      if (last_hash_ != ChainHash(row.GetText(3), lines)) {
                        ++loss_.changed_batches;
                        return;
                      }
                      const base::Result<std::vector<Input>> inputs = ParseLines(lines);
                      if (inputs.ok()) {
                        ApplyAgain(*inputs, engine);
                      } else {
                        outcome = inputs.error().With(fmt::format("input {}", row.GetInt(1)));
                      }
                    }));
  return outcome;
}

// What follows a loss is not built on it: numbers go on behind all that were given, and what the
// engine forgot is forgotten for people too.
base::Result<> Journal::GoOnAfterLoss(Engine& engine) {
  if (last_seq_ > engine.seq()) {
    base::IgnoreError(engine.Apply({last_seq_, engine.now(), {}, Tick{}}), "a tick has no answer");
    engine.Take();
  }
  VEDETTE_TRY_VOID(CloseForgotten(engine));
  if (loss_.any()) base::LogError("the incident journal is damaged", {{"lost", loss_.Summary()}});
  return {};
}

base::Result<> Journal::CloseForgotten(const Engine& engine) {
  std::vector<std::pair<std::string, std::string>> open;
  VEDETTE_TRY_VOID(database_.Read([&](Session& session) {
    return session.Query(
        "SELECT tenant, id FROM incidents WHERE state <> 'resolved'", {},
        [&](const Row& row) { open.emplace_back(row.GetText(0), row.GetText(1)); });
  }));
  if (open.empty()) return {};
  VEDETTE_TRY(const auto unknown, UnknownTo(engine, open));
  if (unknown.empty()) return {};
  VEDETTE_TRY_VOID(database_.Transact([&](Session& session) -> base::Result<> {
    for (const auto& [tenant, id] : unknown) {
      VEDETTE_TRY_VOID(Close(session, tenant, id, engine.now()));
    }
    return {};
  }));
  loss_.closed_incidents = std::ssize(unknown);
  return {};
}

std::string Loss::Summary() const {
  std::string out;
  const auto add = [&out](int64_t count, std::string_view what) {
    if (count == 0) return;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, what);
  };
  add(missing_stretches, "stretch(es) of inputs are missing");
  add(changed_batches, "batch(es) of inputs were changed and left out");
  add(snapshots,
      began_anew ? "snapshot(s), all there were, cannot be read" : "snapshot(s) cannot be read");
  add(closed_incidents, "open incident(s) were forgotten and are closed");
  return out;
}

// -- Writing

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
