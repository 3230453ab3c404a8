#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

namespace vedette::detect::baseline {

// The largest values so far of one quantity, as the sample of its tail: how surprising is a still
// larger one? Never forgets, so that what has happened a few times is not news again. 20 bytes,
// flat, one comparison for a value that is no record. Not thread-safe.
class Records {
 public:
  static constexpr size_t kKept = 5;

  Records() { top_.fill(-std::numeric_limits<float>::infinity()); }

  bool Beats(float value) const { return value > top_[0]; }

  float least() const { return top_[0]; }

  // The surprise of a value in nats: ln(count / kKept) for reaching the records' least, and one
  // more for each mean excess beyond it, which is the tail of an exponential law above that record.
  // `resolution` is added to the mean excess: what lies that close together is the same. 0 until
  // kKept values were seen. REQUIRES: count >= kKept, resolution > 0.
  double Surprise(float value, double count, double resolution) const;

  void Add(float value) {
    if (!Beats(value)) return;
    top_[0] = value;
    for (size_t i = 0; i + 1 < kKept && top_[i] > top_[i + 1]; ++i) {
      std::swap(top_[i], top_[i + 1]);
    }
  }

 private:
  std::array<float, kKept> top_;  // ascending
};

}  // namespace vedette::detect::baseline
