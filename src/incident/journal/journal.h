#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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
  bool mended = false;  // the database was damaged: rows at the end may be gone without a trace
};

// What Load found to be gone or changed.
struct Loss {
  int64_t snapshots = 0;          // that cannot be read
  bool began_anew = false;        // because none could
  int64_t changed_batches = 0;    // of inputs, whose hash does not fit: left out
  int64_t missing_stretches = 0;  // of inputs: the chain has a hole
  int64_t closed_incidents = 0;   // open for people, but no longer known to the engine

  bool any() const {
    return snapshots + changed_batches + missing_stretches + closed_incidents > 0;
  }
  std::string Summary() const;  // for people; empty when nothing is lost
};

// The incident engine's storage: its inputs in a hash chain, snapshots of its state, and its
// incidents as rows that people and the API read. What is committed survives a power loss.
//
// Commit and Load belong to the engine's thread; the others may be called from any. The past is
// read, and removed when it is old, through history.h. Errors of the database come through
// unchanged, see sql/database.h.
class Journal {
 public:
  static base::Result<std::unique_ptr<Journal>> Open(sql::Database& database,
                                                     JournalOptions options = {});

  // The engine as the journal left it: the newest readable snapshot and the inputs after it. One
  // that begins anew has `options`; later ones are inputs. Damage does not keep it from loading: it
  // goes on with what is sound, closes incidents of which the engine has lost its memory (what
  // still goes on opens new ones), and says what is gone in loss(). An error when a newer version
  // has written it.
  base::Result<Engine> Load(const EngineOptions& options);
  const Loss& loss() const { return loss_; }

  // Appends the inputs and what Engine::Take gave after them, in one transaction with what `extra`
  // writes. `decided` is the digest of all that was decided, for replays to compare with. May be
  // repeated after an error: what is already in is not written twice.
  // REQUIRES: inputs not empty, numbered on from the last commit.
  base::Result<> Commit(std::span<const Input> inputs, const Decisions& decisions,
                        const std::function<base::Result<>(sql::Session&)>& extra = {},
                        std::string_view decided = {});

  // Keeps the state as it is after the last commit. `beside` is what others need to go on from
  // there (the router); without it no replay begins here.
  base::Result<> SaveSnapshot(const Engine& engine, std::string_view beside = {});

  base::Result<model::Incident> Find(std::string_view tenant, std::string_view id) const;
  base::Result<IncidentPage> List(const IncidentQuery& query) const;

 private:
  Journal(sql::Database& database, JournalOptions options)
      : database_(database), options_(options) {}

  base::Result<std::optional<Engine>> LoadSnapshot(sql::Session& session);
  base::Result<> Replay(sql::Session& session, Engine& engine);
  base::Result<> CloseForgotten(const Engine& engine);
  base::Result<> GoOnAfterLoss(Engine& engine);

  sql::Database& database_;
  const JournalOptions options_;

  // The engine's thread only.
  std::string last_hash_;
  int64_t last_seq_ = 0;  // in any row that Load saw
  Loss loss_;
};

}  // namespace vedette::incident::journal
