#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "detect/learned/checkpoint.h"
#include "learn/adam.h"
#include "learn/tape.h"

namespace vedette::detect::learned {

// Where a training stands, after each epoch.
struct TrainingProgress {
  size_t epoch = 0;  // from 1
  size_t epochs_max = 0;
  double loss = 0;        // of what it learns from
  double validation = 0;  // of what it stops by
  double best = 0;
  bool improved = false;  // the network is the best so far, and is what would be taken
};

// Whether to go on; after a false the best network so far is taken.
using OnProgress = std::function<bool(const TrainingProgress&)>;

// The rows of a history that are learnt from, and those to stop by: 80 % and 10 % of all. What is
// beyond is held out for the trial.
struct HistoryParts {
  size_t learn_rows = 0;
  size_t stop_rows = 0;
  static HistoryParts Of(size_t rows) { return {rows * 8 / 10, rows * 9 / 10}; }
};

// What learns: the network's parameters, and a second network's for the best that was found.
struct Learner {
  learn::Parameters& now;
  learn::Parameters& best;
  learn::Adam& adam;  // of `now`
  // Learns for a while and returns the mean loss. What is random in it depends on the number of the
  // epoch alone, so that one can be learnt without those before it.
  std::function<double(size_t)> epoch;
  std::function<double()> validation;      // the same question each time: smaller is better
  const Checkpoint* checkpoint = nullptr;  // none: where it stands is not kept
  std::string lesson = {};                 // digest of all that epochs and validation depend on
};

struct LearningEnd {
  size_t epochs = 0;
  double loss = 0;  // the best validation
};

// Epoch after epoch until `epochs_max`, or until none of the last `patience` was better. The best
// is in `best` then, rounded as it will be in a file. A training of the same lesson from the same
// weights that has left its state in the checkpoint is gone on with, and ends as it would have.
LearningEnd LearnWhileBetter(const Learner& learner, size_t epochs_max, size_t patience,
                             const OnProgress& progress);

// REQUIRES: of the same network.
void CopyValues(const learn::Parameters& from, learn::Parameters& to);

// The numbers as bytes, for digests of what is learnt.
void AppendBytes(std::string& out, const learn::Matrix& values);

}  // namespace vedette::detect::learned
