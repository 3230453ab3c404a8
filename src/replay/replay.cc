#include "replay/replay.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/duration.h"
#include "decide/round.h"
#include "incident/journal/history.h"
#include "replay/counterfactual.h"
#include "replay/tally.h"

namespace vedette::replay {
namespace {

namespace journal = incident::journal;

constexpr int64_t kSliceRounds = 500;  // read at a time

base::Error Cancelled() {
  return base::DeadlineExceeded("the replay takes too long for one answer: choose a shorter time");
}

// The newest snapshot at or before `from`, else the oldest.
base::Result<journal::Snapshot> FindBase(sql::Database& database, base::TimePoint from,
                                         base::TimePoint& history_from) {
  journal::Snapshot found;
  VEDETTE_TRY_VOID(database.Read([&](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY(const auto heads, journal::ListSnapshots(session));
    const journal::SnapshotHead* best = nullptr;
    for (const journal::SnapshotHead& head : heads) {
      if (!head.replayable) continue;
      if (best == nullptr) history_from = head.time;
      if (best == nullptr || head.time <= from) best = &head;
    }
    if (best == nullptr) {
      return base::FailedPrecondition("nothing is recorded yet that could be replayed");
    }
    VEDETTE_TRY(found, journal::ReadSnapshot(session, best->seq));
    return {};
  }));
  return found;
}

class Replay {
 public:
  Replay(sql::Database& database, const Request& request)
      : database_(database), request_(request), comparison_(request) {}

  base::Result<Report> Run() {
    VEDETTE_TRY(journal::Snapshot base, FindBase(database_, request_.from, report_.history_from));
    VEDETTE_TRY(decide::Machine machine, decide::Machine::Restore(base.state, base.beside));
    recorded_.emplace(std::move(machine));
    report_.from = std::max(request_.from, base.time);
    report_.to = request_.to;
    int64_t seq = base.seq;
    std::string hash = std::move(base.journal_hash);
    base.state.clear();
    bool ended = false;
    while (!ended) {
      if (request_.cancelled && request_.cancelled()) return Cancelled();
      std::vector<journal::Round> rounds;
      VEDETTE_TRY_VOID(database_.Read([&](sql::Session& session) -> base::Result<> {
        VEDETTE_TRY(rounds, journal::ReadRounds(session, seq, hash, kSliceRounds));
        return {};
      }));
      ended = rounds.empty();
      for (const journal::Round& round : rounds) {
        seq = round.last_seq;
        hash = round.hash;
        ended = ended || round.time > request_.to;
        if (ended) break;
        VEDETTE_TRY_VOID(Take(round));
      }
    }
    VEDETTE_TRY_VOID(Begin());  // nothing was in that time
    if (candidate_) candidate_->AdvanceTo(request_.to);
    report_.same_configuration = candidate_ && !candidate_->diverged();
    comparison_.Finish(report_,
                       request_.candidate ? request_.candidate->plan : recorded_->router.plan());
    return std::move(report_);
  }

 private:
  // The candidate's machine begins as the recorded one is.
  base::Result<> Begin() {
    if (!request_.candidate || candidate_) return {};
    VEDETTE_TRY(decide::Machine machine,
                decide::Machine::Restore(recorded_->engine.Snapshot(),
                                         decide::RouterToText(recorded_->router)));
    const base::TimePoint now = std::max(request_.from, machine.engine.now());
    candidate_.emplace(std::move(machine), *request_.candidate, now,
                       [this](const auto& decided) { comparison_.NoteCandidate(decided); });
    report_.has_candidate = true;
    return {};
  }

  base::Result<> Take(const journal::Round& round) {
    const bool inside = round.time >= request_.from;
    if (inside) VEDETTE_TRY_VOID(Begin());
    const decide::Machine::Decided decided = recorded_->Run(round.inputs);
    ++report_.rounds;
    report_.inputs += std::ssize(round.inputs);
    if (!round.decided.empty()) {
      ++report_.compared;
      if (round.decided == decide::Digest(decided.decisions, decided.outcome)) {
        ++report_.identical;
      } else if (!report_.first_difference) {
        report_.first_difference = round.time;
      }
    }
    if (!inside) return {};
    comparison_.NoteRecorded(decided);
    if (candidate_) candidate_->Run(round, decided);
    return {};
  }

  sql::Database& database_;
  const Request& request_;
  std::optional<decide::Machine> recorded_;
  std::optional<Counterfactual> candidate_;
  Comparison comparison_;
  Report report_;
};

}  // namespace

std::string_view ChangeKindName(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kAdded: return "added";
    case ChangeKind::kRemoved: return "removed";
    case ChangeKind::kMoved: return "moved";
  }
  return {};
}

base::Result<Report> Run(sql::Database& database, const Request& request) {
  if (request.from >= request.to) {
    return base::InvalidArgument("must be before the end", "from");
  }
  return Replay(database, request).Run();
}

}  // namespace vedette::replay
