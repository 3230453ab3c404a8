#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnose/diff_nature.h"
#include "diagnose/evidence.h"
#include "diagnose/graph.h"
#include "diagnose/movement.h"

namespace vedette::diagnose {

// How likely a change began the trouble.
struct SuspectChange {
  size_t change = 0;  // in Evidence::changes
  double score = 0;
  std::string ruled_out;                 // why it cannot be; empty when it can
  std::optional<base::TimePoint> moved;  // when the entity that was changed first moved
  std::optional<size_t> moved_series;    // and which of its series did
  DiffNature nature = DiffNature::kUnknown;
  bool others_moved_at_once = false;      // entities with no calls to or from it moved with it
  std::vector<std::string> shared_words;  // of the change and of the failures that are new
};

// All changes, best first; ties in the order of time, the latest first.
//
// "The last deploy before the alarm" is nearly always wrong: a change is tied to what its own
// entity did. It must come before the first movement of that entity, the sooner the better; it is
// less likely when strangers moved in the same minute (then the cause lies outside), and when its
// diff by its form cannot do harm; more likely when it changes a value or takes code out, and when
// it shares words with the new failures. The weights are log-odds.
std::vector<SuspectChange> RankChanges(const Evidence& evidence, const Frame& frame,
                                       const CallGraph& graph);

}  // namespace vedette::diagnose
