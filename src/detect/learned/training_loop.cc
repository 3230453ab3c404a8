#include "detect/learned/training_loop.h"

#include <algorithm>
#include <span>
#include <vector>

#include "base/digest.h"

namespace vedette::detect::learned {
namespace {

constexpr double kBetter = 1e-4;        // of the loss: less is no progress
constexpr size_t kCheckpointEvery = 5;  // epochs

void RoundToFloat(learn::Parameters& parameters) {
  for (learn::Parameter& each : parameters.all()) {
    for (double& value : each.value.values()) value = static_cast<float>(value);
  }
}

// Where the loop stands, and the file that it is kept in.
class Standing {
 public:
  explicit Standing(const Learner& learner) : learner_(learner) {
    if (learner.checkpoint == nullptr) return;
    std::string what = learner.lesson;
    for (const learn::Parameter& each : learner.now.all()) AppendBytes(what, each.value);
    key_ = base::Sha256Hex(what);
  }

  // False: there is nothing to go on from.
  bool Restore() {
    if (learner_.checkpoint == nullptr) return false;
    const std::vector<double> kept = learner_.checkpoint->Read(key_);
    if (kept.size() != All().size()) return false;
    epochs = static_cast<size_t>(kept[0]);
    since = static_cast<size_t>(kept[1]);
    loss = kept[2];
    std::span<const double> rest = std::span(kept).subspan(3);
    for (learn::Parameters* const of : {&learner_.now, &learner_.best}) {
      for (learn::Parameter& each : of->all()) {
        std::copy_n(rest.begin(), each.value.size(), each.value.values().begin());
        rest = rest.subspan(each.value.size());
      }
    }
    learner_.adam.Restore(rest);
    return true;
  }
  void Keep() const {
    if (learner_.checkpoint != nullptr) learner_.checkpoint->Write(key_, All());
  }

  size_t epochs = 0;
  size_t since = 0;  // the best one
  double loss = 0;   // the best

 private:
  std::vector<double> All() const {
    std::vector<double> all = {static_cast<double>(epochs), static_cast<double>(since), loss};
    for (const learn::Parameters* const of : {&learner_.now, &learner_.best}) {
      for (const learn::Parameter& each : of->all()) {
        all.insert(all.end(), each.value.values().begin(), each.value.values().end());
      }
    }
    const std::vector<double> adam = learner_.adam.State();
    all.insert(all.end(), adam.begin(), adam.end());
    return all;
  }

  const Learner& learner_;
  std::string key_;
};

}  // namespace

void CopyValues(const learn::Parameters& from, learn::Parameters& to) {
  auto source = from.all().begin();
  for (learn::Parameter& each : to.all()) each.value = (source++)->value;
}

void AppendBytes(std::string& out, const learn::Matrix& values) {
  out.append(reinterpret_cast<const char*>(values.values().data()), values.size() * sizeof(double));
}

LearningEnd LearnWhileBetter(const Learner& learner, size_t epochs_max, size_t patience,
                             const OnProgress& progress) {
  Standing at(learner);
  if (!at.Restore()) {
    CopyValues(learner.now, learner.best);
    at.loss = learner.validation();
  }
  bool go_on = true;
  while (go_on && at.epochs < epochs_max && at.since < patience) {
    TrainingProgress now{.epoch = ++at.epochs, .epochs_max = epochs_max};
    now.loss = learner.epoch(now.epoch);
    now.validation = learner.validation();
    now.improved = now.validation < at.loss * (1 - kBetter);
    at.since = now.improved ? 0 : at.since + 1;
    if (now.improved) {
      at.loss = now.validation;
      CopyValues(learner.now, learner.best);
    }
    now.best = at.loss;
    go_on = progress(now);
    const bool over = !go_on || at.epochs == epochs_max || at.since == patience;
    if (over || at.epochs % kCheckpointEvery == 0) at.Keep();
  }
  RoundToFloat(learner.best);
  return {.epochs = at.epochs, .loss = at.loss};
}

}  // namespace vedette::detect::learned
