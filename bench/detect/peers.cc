#include "peers.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace vedette::bench {
namespace {

constexpr int kIterationsMax = 1000;

double Squared(const Features& a, const Features& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

const Features& FarthestFrom(const Features& from, std::span<const Features> vectors) {
  return *std::max_element(
      vectors.begin(), vectors.end(),
      [&](const Features& a, const Features& b) { return Squared(a, from) < Squared(b, from); });
}

// Moves each centre into the mean of the vectors that are nearest to it; true if one moved.
bool Improve(std::array<Features, 2>& centres, std::span<const Features> vectors) {
  std::array<Features, 2> sums{};
  std::array<double, 2> counts{};
  for (const Features& vector : vectors) {
    const size_t nearest = Squared(vector, centres[1]) < Squared(vector, centres[0]) ? 1 : 0;
    for (size_t i = 0; i < vector.size(); ++i) sums[nearest][i] += vector[i];
    counts[nearest] += 1;
  }
  bool moved = false;
  for (size_t k = 0; k < centres.size(); ++k) {
    if (counts[k] == 0) continue;
    for (double& sum : sums[k]) sum /= counts[k];
    moved |= sums[k] != centres[k];
    centres[k] = sums[k];
  }
  return moved;
}

double Normalised(const NetdataModel& model, const Features& features, Distance distance) {
  const double range = model.greatest - model.least;
  if (!(range > 0)) return 0;
  return (DistanceTo(model, features, distance) - model.least) / range;
}

}  // namespace

double RunningZ::Step(double value) {
  const double deviation = count_ > 1 ? std::sqrt(squares_ / static_cast<double>(count_)) : 0;
  const double z = deviation > 0 ? std::abs(value - mean_) / deviation : 0;
  ++count_;
  const double step = value - mean_;
  mean_ += step / static_cast<double>(count_);
  squares_ += step * (value - mean_);
  return z;
}

NetdataOptions ScaledTo(double step_s, const Scaling& scaling, NetdataOptions options) {
  const auto by_time = static_cast<int64_t>(std::llround(kNetdataWindowS / step_s));
  const NetdataOptions at_one_second;
  options.window = std::clamp(by_time, scaling.window_least, at_one_second.window);
  options.train_every = std::max<int64_t>(1, options.window / 2);
  const double first = static_cast<double>(options.window) * scaling.first_share;
  options.train_min = std::max<int64_t>(std::tuple_size_v<Features>, std::llround(first));
  return options;
}

void LaggedFeatures::Step(double value) {
  if (seen_++ == 0) {
    last_ = value;
    return;
  }
  std::move_backward(differences_.begin(), differences_.end() - 1, differences_.end());
  differences_[0] = value - last_;
  last_ = value;
  double sum = 0;
  for (const double difference : differences_) sum += difference;
  std::move_backward(features_.begin(), features_.end() - 1, features_.end());
  features_[0] = std::abs(sum / kSmooth);
}

double DistanceTo(const NetdataModel& model, const Features& features, Distance distance) {
  const double first = std::sqrt(Squared(features, model.centres[0]));
  const double second = std::sqrt(Squared(features, model.centres[1]));
  return distance == Distance::kNearest ? std::min(first, second) : first + second;
}

NetdataModel TrainModel(std::span<const Features> vectors, Distance distance) {
  NetdataModel model;
  model.centres[0] = FarthestFrom(vectors.front(), vectors);
  model.centres[1] = FarthestFrom(model.centres[0], vectors);
  for (int i = 0; i < kIterationsMax && Improve(model.centres, vectors); ++i) continue;
  model.least = std::numeric_limits<double>::infinity();
  model.greatest = 0;
  for (const Features& vector : vectors) {
    const double size = DistanceTo(model, vector, distance);
    model.least = std::min(model.least, size);
    model.greatest = std::max(model.greatest, size);
  }
  return model;
}

void Consensus::Add(const NetdataModel& model) {
  models_[next_] = model;
  next_ = (next_ + 1) % kModels;
  count_ = std::min(count_ + 1, kModels);
}

double Consensus::Score(const Features& features, Distance distance) const {
  if (count_ == 0) return 0;
  double least = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < count_; ++i) {
    least = std::min(least, Normalised(models_[i], features, distance));
  }
  return std::max(least, 0.0);
}

bool Consensus::Agree(const Features& features, Distance distance) const {
  for (size_t i = 0; i < count_; ++i) {
    if (Normalised(models_[i], features, distance) < kThreshold) return false;
  }
  return count_ > 0;
}

NetdataDimension::NetdataDimension(const NetdataOptions& options, uint64_t seed)
    : options_(options),
      random_(seed),
      history_(static_cast<size_t>(options.window)),
      next_training_(options.train_min) {}

double NetdataDimension::Step(double value) {
  features_.Step(value);
  history_[static_cast<size_t>(stepped_++ % options_.window)] = features_.newest();
  const double score =
      features_.ready() ? models_.Score(features_.features(), options_.distance) : 0;
  if (stepped_ >= next_training_ && features_.ready()) {
    Train();
    next_training_ = stepped_ + options_.train_every;
  }
  return score;
}

void NetdataDimension::Train() {
  constexpr auto kLags = static_cast<int64_t>(std::tuple_size_v<Features>);
  constexpr auto kNotYet = static_cast<int64_t>(LaggedFeatures::kSmooth);
  sampled_.clear();
  const int64_t begin = std::max(kNotYet, stepped_ - options_.window) + kLags - 1;
  for (int64_t newest = begin; newest < stepped_; ++newest) {
    if (newest + 1 < stepped_ && random_.Uniform() >= options_.sampling) continue;
    Features features;
    for (int64_t lag = 0; lag < kLags; ++lag) {
      features[static_cast<size_t>(lag)] =
          history_[static_cast<size_t>((newest - lag) % options_.window)];
    }
    sampled_.push_back(features);
  }
  if (!sampled_.empty()) models_.Add(TrainModel(sampled_, options_.distance));
}

}  // namespace vedette::bench
