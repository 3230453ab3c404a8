#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "incident/engine.h"
#include "incident/input.h"
#include "incident/journal/incident_table.h"
#include "sql/database.h"

namespace vedette::incident::journal {

struct JournalOptions {
  int64_t snapshot_inputs = 5'000;  // a snapshot is due after this many inputs
};

// The incident engine's storage: its inputs in a hash chain, snapshots of its state, and its
// incidents as rows that people and the API read. What is committed survives a power loss.
//
// Commit, Load and SaveSnapshot belong to the engine's thread; Find and List may be called from
// any. Errors of the database come through unchanged, see sql/database.h.
class Journal {
 public:
  static base::Result<std::unique_ptr<Journal>> Open(sql::Database& database,
                                                     JournalOptions options = {});

  // The engine as the journal left it: the newest readable snapshot and the inputs after it. From
  // now on it runs with `options`. kDataLoss when no snapshot can be read or the chain is broken.
  base::Result<Engine> Load(const EngineOptions& options);

  // Appends the inputs and what Engine::Take gave after them, in one transaction with what `extra`
  // writes. May be repeated after an error: what is already in is not written twice.
  // REQUIRES: inputs not empty, numbered on from the last commit.
  base::Result<> Commit(std::span<const Input> inputs, const Decisions& decisions,
                        const std::function<base::Result<>(sql::Session&)>& extra = {});

  bool SnapshotDue() const { return inputs_since_snapshot_ >= options_.snapshot_inputs; }
  // Keeps the state, and drops the inputs before the snapshot before.
  base::Result<> SaveSnapshot(const Engine& engine);

  base::Result<model::Incident> Find(std::string_view tenant, std::string_view id) const;
  base::Result<IncidentPage> List(const IncidentQuery& query) const;

 private:
  Journal(sql::Database& database, JournalOptions options)
      : database_(database), options_(options) {}

  base::Result<Engine> Replay(sql::Session& session, Engine engine);

  sql::Database& database_;
  const JournalOptions options_;

  // The engine's thread only.
  std::string last_hash_;
  int64_t inputs_since_snapshot_ = 0;
};

}  // namespace vedette::incident::journal
