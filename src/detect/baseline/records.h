#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <utility>

namespace vedette::detect::baseline {

// The largest values so far of one quantity, as the sample of its tail: how surprising is a still
// larger one? Never forgets, so that what has happened a few times is not news again. The least of
// them is kept by the caller, who has many quantities and compares them at once. 16 bytes, flat.
// Not thread-safe.
class Records {
 public:
  static constexpr size_t kKept = 5;  // with the least
  // The least while there are fewer values than that.
  static constexpr float kNone = -std::numeric_limits<float>::infinity();

  Records() { more_.fill(kNone); }

  // The surprise of a value in nats: ln(count / kKept) for reaching the records' least, and one
  // more for each mean excess beyond it, which is the tail of an exponential law above that record.
  // `resolution` is added to the mean excess: what lies that close together is the same. 0 until
  // kKept values were seen. REQUIRES: value > least, count >= kKept, resolution > 0.
  double Surprise(float least, float value, double count, double resolution) const;

  // The value takes the place of the least. REQUIRES: value > least.
  void Add(float& least, float value) {
    least = value;
    if (least > more_[0]) std::swap(least, more_[0]);
    for (size_t i = 0; i + 1 < more_.size() && more_[i] > more_[i + 1]; ++i) {
      std::swap(more_[i], more_[i + 1]);
    }
  }

 private:
  std::array<float, kKept - 1> more_;  // ascending, all of them not below the least
};

}  // namespace vedette::detect::baseline
