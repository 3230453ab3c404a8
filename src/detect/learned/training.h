#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "detect/learned/checkpoint.h"
#include "detect/learned/history.h"
#include "detect/learned/model.h"
#include "detect/learned/training_loop.h"
#include "learn/network.h"

namespace vedette::detect::learned {

// How a model of a service learns. The figures are those of source system S2: 80 % of the history
// to learn from, 10 % to stop by, 10 % held out; batches of 32, patience of 10. (Its rate of 1e-3
// takes three times as long to the same loss.)
struct TrainingOptions {
  learn::NetworkKind kind = learn::NetworkKind::kLstmAutoencoder;
  learn::NetworkOptions network;
  size_t window = 32;
  size_t batch = 32;
  size_t windows_per_epoch = 256;
  size_t epochs_max = 80;
  size_t patience = 10;  // epochs without a better one
  double rate = 3e-3;
  uint64_t seed = 1;
  size_t trial_faults = 72;
  double gain_min = 0.02;  // share of the faults that it must add to be kept
  // Asked between epochs and in trials: to end without a model.
  std::function<bool()> cancelled = [] { return false; };
  base::Result<> Validate() const;
};

// All of them that a lesson depends on, as text.
std::string DigestOf(const TrainingOptions& options);
// Of the random numbers of one epoch.
uint64_t SeedOf(uint64_t seed, size_t epoch);

// The least rows that say something.
inline constexpr size_t kRowsMin = 480;

// Learns, and tries what was learnt on the held-out rows: the model says whether it is kept. The
// same history, options and seed give the same model. A long computation on the caller's thread.
// Metrics that do not move are left out. `last`: a model whose weights it goes on from, if it is of
// the same metrics and kind and has seen none of the rows that are held out now; may be null.
// `checkpoint`: where the state of the training is kept and found again; may be null. Errors:
// kFailedPrecondition when the history is too short or has no metric that moves; kUnavailable when
// it was cancelled.
base::Result<std::unique_ptr<Model>> Train(const History& history, const TrainingOptions& options,
                                           const OnProgress& progress, const Model* last = nullptr,
                                           const Checkpoint* checkpoint = nullptr);

// Whether nothing that the model has learnt from or stopped by lies at `held_out` or later.
bool HasSeenNothingOf(const Model& model, base::TimePoint held_out);

}  // namespace vedette::detect::learned
