#include "detect/learned/training_loop.h"

namespace vedette::detect::learned {
namespace {

constexpr double kBetter = 1e-4;  // of the loss: less is no progress

void RoundToFloat(learn::Parameters& parameters) {
  for (learn::Parameter& each : parameters.all()) {
    for (double& value : each.value.values()) value = static_cast<float>(value);
  }
}

}  // namespace

void CopyValues(const learn::Parameters& from, learn::Parameters& to) {
  auto source = from.all().begin();
  for (learn::Parameter& each : to.all()) each.value = (source++)->value;
}

LearningEnd LearnWhileBetter(const Learner& learner, size_t epochs_max, size_t patience,
                             const OnProgress& progress) {
  CopyValues(learner.now, learner.best);
  LearningEnd end{.epochs = 0, .loss = learner.validation()};
  size_t since = 0;
  for (size_t epoch = 1; epoch <= epochs_max && since <= patience; ++epoch) {
    TrainingProgress now{.epoch = epoch, .epochs_max = epochs_max};
    now.loss = learner.epoch();
    now.validation = learner.validation();
    now.improved = now.validation < end.loss * (1 - kBetter);
    since = now.improved ? 0 : since + 1;
    end.epochs = epoch;
    if (now.improved) {
      end.loss = now.validation;
      CopyValues(learner.now, learner.best);
    }
    now.best = end.loss;
    if (!progress(now)) break;
  }
  RoundToFloat(learner.best);
  return end;
}

}  // namespace vedette::detect::learned
