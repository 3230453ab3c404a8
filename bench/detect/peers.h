#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"

// The peers of the detector: a running z-score, and Netdata's algorithm written anew from what
// Netdata publishes about it. For measurements only: they take finite values and trust their input.
//
// Sources of the facts; no code was copied:
//   (1) "ML Configuration", learn.netdata.cloud/docs/ai-and-machine-learning/ml-configuration:
//       21,600 samples to train, 900 at least, every 3 h; 18 models; diff 1, smooth 3, lag 5;
//       random sampling 0.2; 1,000 iterations; threshold 0.99; "only if all models agree"
//   (2) "Analysis of Netdata's ML Anomaly Detection System",
//       learn.netdata.cloud/docs/ai-&-ml/ml-anomaly-detection/ml-accuracy: k-means with k = 2, six
//       features, distances brought to [0, 1] by the least and greatest one in training, the
//       distance being that to the nearer centre; 18 KB a metric, 2 to 5 % of a core for 10,000
//       metrics at 1 s
//   (3) the "deep dive" notebook of netdata/netdata (src/ml/notebooks): differences, then a mean of
//       three, then lags 0 to 5, then absolute values; the distance is the sum of those to both
//       centres
// (2) and (3) tell the distance differently, so that both can be chosen.
//
// What Netdata stores is one bit; the score here is what the threshold would be compared with: the
// least normalised distance over all models, since all must agree.
//
// Netdata samples once a second, the public sets once a minute to once an hour, where six hours are
// 360 to 6 values. Windows here are as long in time where that gives at least `window_least`
// values, else as many values; training follows in the same proportion (every half window). At one
// second the first model needs a 24th of a window; `first_share` says which share it needs here.
//
// Chosen for Netdata, with the labels of all open sets in sight, out of 48 settings (six hours of
// time and 24, 72, 180, 360, 720, 1,440 or 21,600 values at least; either distance; samples of a
// fifth or all; first models from a 24th, a half or a whole window): 360, the nearer centre, a
// fifth, a half. 720 has five points of NAB more and finds .13 less of the cloud's events at one
// false alarm a day; 360 with first models from a 24th, as in (1), has 14 points of NAB and finds
// .23.

namespace vedette::bench {

// How many standard deviations a value is from the mean of all before it, which count alike.
// O(1). Not thread-safe.
class RunningZ {
 public:
  double Step(double value);  // 0 while there is no deviation yet

 private:
  int64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

enum class Distance { kSumOfBoth, kNearest };

struct NetdataOptions {
  int64_t window = 21'600;       // the newest values that a model is trained on
  int64_t train_every = 10'800;  // values
  int64_t train_min = 900;       // values; no model is trained on fewer
  double sampling = 0.2;         // share of the feature vectors that a training takes, at random
  Distance distance = Distance::kNearest;
};

constexpr int64_t kNetdataWindowS = 6 * 3600;

// How Netdata's lengths become those of a slower series.
struct Scaling {
  int64_t window_least = 360;
  double first_share = 0.5;
};

// Lengths for a series with so many seconds between its values. REQUIRES: step_s > 0.
NetdataOptions ScaledTo(double step_s, const Scaling& scaling, NetdataOptions options);

using Features = std::array<double, 6>;

// The feature vector of the newest value: six absolute values of the smoothed differences.
// O(1). Not thread-safe.
class LaggedFeatures {
 public:
  static constexpr size_t kSmooth = 3;

  void Step(double value);
  bool ready() const { return seen_ > kSmooth + std::tuple_size_v<Features> - 1; }
  const Features& features() const { return features_; }  // newest first
  double newest() const { return features_[0]; }

 private:
  size_t seen_ = 0;
  double last_ = 0;
  std::array<double, kSmooth> differences_{};
  Features features_{};
};

// Two centres, and the least and greatest distance in training.
struct NetdataModel {
  std::array<Features, 2> centres{};
  double least = 0;
  double greatest = 0;
};

double DistanceTo(const NetdataModel& model, const Features& features, Distance distance);

// Two means by Lloyd's iterations (1,000 at most) from two vectors that are far apart.
// REQUIRES: `vectors` is not empty.
NetdataModel TrainModel(std::span<const Features> vectors, Distance distance);

// The newest 18 models of a series. Not thread-safe.
class Consensus {
 public:
  static constexpr size_t kModels = 18;
  static constexpr double kThreshold = 0.99;

  void Add(const NetdataModel& model);
  size_t count() const { return count_; }
  // The least normalised distance; 0 without a model. A model that knows one distance only has no
  // scale, and agrees to nothing. (Were it sure of all that is farther, Netdata would have one
  // point of NAB more, .32 of .29 on hosts, and .02 less of the cloud's events.)
  double Score(const Features& features, Distance distance) const;
  // Whether all models are at the threshold; the first that is not ends it.
  bool Agree(const Features& features, Distance distance) const;

 private:
  size_t count_ = 0;
  size_t next_ = 0;
  std::array<NetdataModel, kModels> models_{};
};

// One dimension of Netdata: features, their history, training on schedule. Not thread-safe.
class NetdataDimension {
 public:
  NetdataDimension(const NetdataOptions& options, uint64_t seed);

  double Step(double value);
  // Trains a model on the window now. REQUIRES: at least six values.
  void Train();
  const Consensus& models() const { return models_; }

 private:
  NetdataOptions options_;
  base::Random random_;
  LaggedFeatures features_;
  Consensus models_;
  std::vector<double> history_;  // a ring of the newest smoothed differences
  int64_t stepped_ = 0;          // feature values that history_ has been given
  int64_t next_training_;
  std::vector<Features> sampled_;  // of one training; kept for its memory
};

}  // namespace vedette::bench
