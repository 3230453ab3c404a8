#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "decide/round.h"
#include "replay/counterfactual.h"
#include "replay/replay.h"

namespace vedette::replay {

// The messages of both machines side by side. Private to the module.
class Comparison {
 public:
  explicit Comparison(const Request& request) : request_(request) {}

  void NoteRecorded(const decide::Machine::Decided& decided) { Note(decided, recorded_); }
  void NoteCandidate(const decide::Machine::Decided& decided) { Note(decided, candidate_); }
  // `plan` knows by whose clock it is night.
  void Finish(Report& report, const notify::routing::Plan& plan);

 private:
  struct Side {
    std::map<Letter, Message> messages;
    std::set<std::string> incidents;  // that began
    int64_t unreachable = 0;
  };
  struct Clock {
    bool at_night = false;
    std::string night;  // the date on which it begins
  };

  void Note(const decide::Machine::Decided& decided, Side& side);
  Clock ClockOf(const Message& message) const;
  void Count(const Message& message, int64_t Tally::* which);
  void AddChange(Report& report, Change change);

  const Request& request_;
  const notify::routing::Plan* plan_ = nullptr;
  Side recorded_;
  Side candidate_;
  std::map<std::string, Person> people_;
  std::map<std::pair<std::string, std::string>, Tally> nights_;  // of date and name
  std::vector<Change> changes_;
};

}  // namespace vedette::replay
