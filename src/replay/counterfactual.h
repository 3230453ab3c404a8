#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "decide/round.h"
#include "incident/journal/history.h"
#include "replay/replay.h"

namespace vedette::replay {

// Which message to whom: the dedup key, the receiver and the address there.
using Letter = std::tuple<std::string, std::string, std::string>;

// The second machine of a replay, with the candidate's configuration. While that is what held at
// the time it takes the rounds as they were. From the first difference on it answers for what never
// happened:
//
//   time        deadlines between two rounds come when they are due, except while the server was
//               away
//   people      did what they did then, to the incidents that hold the same anomalies
//   receivers   took what they took then; messages that were not sent then arrive at once
//
// Private to the module.
class Counterfactual {
 public:
  using Listener = std::function<void(const decide::Machine::Decided&)>;
  // `machine` is as the recorded one is now; `decided` hears of each of its rounds.
  Counterfactual(decide::Machine machine, const Candidate& candidate, base::TimePoint now,
                 Listener decided);

  // The round as it was, and what was decided on it then.
  void Run(const incident::journal::Round& round, const decide::Machine::Decided& recorded);
  void AdvanceTo(base::TimePoint time);

  bool diverged() const { return diverged_; }

 private:
  using What = decltype(incident::Input::what);

  void Diverge(base::TimePoint now);
  void Step(const std::vector<incident::Input>& inputs);
  void StepOne(What what, base::TimePoint time);
  void TendWindows(base::TimePoint time);
  bool IsNews(const What& what) const;
  void Translate(const incident::Input& input, std::vector<incident::Input>& out);
  void TranslateCommand(const incident::Input& input, std::vector<incident::Input>& out);
  void TranslateResult(const incident::Input& input, std::vector<incident::Input>& out);
  void NoteRecorded(const decide::Machine::Decided& recorded);

  decide::Machine machine_;
  const Candidate& candidate_;
  const Listener decided_;
  const std::string plan_;  // as text
  bool diverged_ = false;
  base::TimePoint windows_looked_at_{};

  std::map<std::string, std::set<std::string>> recorded_members_;  // incident -> anomalies
  std::map<std::string, std::string> home_;                        // anomaly -> incident, here
  std::set<std::string> known_;                                    // incidents, here
  std::set<Letter> recorded_;                                      // ordered so far, then
  std::set<Letter> ordered_;                                       // ordered so far, here
  std::set<Letter> settled_;                                       // of which the end was assumed
  std::map<Letter, incident::DeliveryResult> early_;  // what came of letters not ordered here yet
  std::vector<incident::DeliveryResult> arriving_;    // to be told in a round of their own
};

}  // namespace vedette::replay
