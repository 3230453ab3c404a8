#include "incident/journal/journal.h"

#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"
#include "incident/journal/history.h"
#include "incident/journal/schema.h"

namespace vedette::incident::journal {
namespace {

using sql::Int;
using sql::Row;
using sql::Session;
using sql::Text;
using sql::Time;

// One input per line: JSON has no raw line breaks.
std::string ToLines(std::span<const Input> inputs) {
  std::string lines;
  for (const Input& input : inputs) {
    if (!lines.empty()) lines += '\n';
    lines += InputToJson(input);
  }
  return lines;
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
  if (first || lost) VEDETTE_TRY_VOID(SaveSnapshot(engine));
  return engine;
}

// The newest one that can be read; nothing when there is none.
base::Result<std::optional<Engine>> Journal::LoadSnapshot(Session& session) {
  VEDETTE_TRY(const std::vector<SnapshotHead> heads, ListSnapshots(session));
  last_hash_.clear();
  std::optional<base::Error> not_understood;
  for (auto head = heads.rbegin(); head != heads.rend(); ++head) {
    last_seq_ = std::max(last_seq_, head->seq);
    const base::Result<Snapshot> snapshot = ReadSnapshot(session, head->seq);
    if (!snapshot.ok() && snapshot.error().code != base::ErrorCode::kDataLoss) {
      return snapshot.error();
    }
    base::Error why = snapshot.ok() ? base::Error() : snapshot.error();
    if (snapshot.ok()) {
      base::Result<Engine> restored = Engine::Restore(snapshot->state);
      if (restored.ok()) {
        last_hash_ = snapshot->journal_hash;
        return std::optional<Engine>(*std::move(restored));
      }
      why = restored.error();
      not_understood = why;
    }
    ++loss_.snapshots;
    base::LogError("an incident snapshot cannot be read; trying the one before",
                   {{"seq", head->seq}, {"error", why.message}});
  }
  // As it was written, but in a form of which this version knows nothing: no damage.
  if (not_understood) return not_understood->With("no incident snapshot can be read");
  loss_.began_anew = !heads.empty();
  return std::optional<Engine>();
}

base::Result<> Journal::Replay(Session& session, Engine& engine) {
  base::Result<> outcome;
  VEDETTE_TRY_VOID(session.Query(
      "SELECT last_seq, first_seq, inputs, previous_hash, hash, decided FROM incident_journal "
      "WHERE last_seq > ? ORDER BY last_seq",
      {Int(engine.seq())}, [&](const Row& row) {
        if (!outcome.ok()) return;
        const std::string_view lines = row.GetText(2);
        if (row.GetText(3) != last_hash_) ++loss_.missing_stretches;
        last_hash_ = row.GetText(4);
        last_seq_ = std::max(last_seq_, row.GetInt(0));
        if (last_hash_ != ChainHash(row.GetText(3), lines, row.GetText(5))) {
          ++loss_.changed_batches;
          return;
        }
        const base::Result<std::vector<Input>> inputs = ParseInputs(lines);
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
                               const std::function<base::Result<>(Session&)>& extra,
                               std::string_view decided) {
  const std::string lines = ToLines(inputs);
  const std::string hash = ChainHash(last_hash_, lines, decided);
  const Input& last = inputs.back();
  VEDETTE_TRY_VOID(database_.Transact([&](Session& session) -> base::Result<> {
    // A commit may be durable although its caller got an error.
    bool already_in = false;
    VEDETTE_TRY_VOID(session.Query("SELECT hash FROM incident_journal WHERE last_seq = ?",
                                   {Int(last.seq)},
                                   [&](const Row& row) { already_in = row.GetText(0) == hash; }));
    if (already_in) return {};
    VEDETTE_TRY_VOID(session.Execute(
        "INSERT INTO incident_journal (last_seq, first_seq, time, inputs, previous_hash, hash, "
        "decided, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        {Int(last.seq), Int(inputs.front().seq), Time(last.time), Text(lines), Text(last_hash_),
         Text(hash), Text(decided), Int(std::ssize(lines))}));
    VEDETTE_TRY_VOID(WriteDecisions(session, decisions, last.seq));
    return extra ? extra(session) : base::Result<>();
  }));
  last_hash_ = hash;
  return {};
}

base::Result<> Journal::SaveSnapshot(const Engine& engine, std::string_view beside) {
  const Snapshot snapshot{.seq = engine.seq(),
                          .time = engine.now(),
                          .journal_hash = last_hash_,
                          .state = engine.Snapshot(),
                          .beside = std::string(beside)};
  return WriteSnapshot(database_, snapshot);
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
