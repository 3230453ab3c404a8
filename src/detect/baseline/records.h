#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace vedette::detect::baseline {

// The five largest values so far of each of several quantities, as the sample of its tail: how
// surprising is a still larger one? Never forgets, so that what has happened a few times is not
// news again. The least of each stand side by side: whether any value is a record is one look at
// them. 20 bytes for each, flat. Not thread-safe.
template <size_t kQuantities>
class Records {
 public:
  static constexpr size_t kKept = 5;
  static constexpr size_t kLanes = (kQuantities + 3) / 4 * 4;  // a machine compares four at once
  using Values = std::array<float, kLanes>;                    // the rest of them kNone
  static constexpr float kNone = -std::numeric_limits<float>::infinity();  // is never a record

  Records() {
    least_.fill(kNone);
    for (auto& larger : larger_) larger.fill(kNone);
  }

  bool AnyBeats(const Values& values) const {
    bool any = false;
    for (size_t i = 0; i < kLanes; ++i) any |= values[i] > least_[i];
    return any;
  }
  bool Beats(size_t i, float value) const { return value > least_[i]; }

  float least(size_t i) const { return least_[i]; }

  // The surprise of a value in nats: ln(count / kKept) for reaching the records' least, and one
  // more for each mean excess beyond it, which is the tail of an exponential law above that record.
  // `resolution` is added to the mean excess: what lies that close together is the same. 0 until
  // kKept values were seen. REQUIRES: count >= kKept, resolution > 0.
  double Surprise(size_t i, float value, double count, double resolution) const {
    const auto least = static_cast<double>(least_[i]);
    if (!std::isfinite(least) || !Beats(i, value)) return 0;
    double excess = 0;
    for (const float record : larger_[i]) excess += static_cast<double>(record) - least;
    const double mean = excess / (kKept - 1) + resolution;
    return std::log(count / kKept) + (static_cast<double>(value) - least) / mean;
  }

  void Add(size_t i, float value) {
    if (!Beats(i, value)) return;
    std::array<float, kKept - 1>& larger = larger_[i];
    least_[i] = std::min(value, larger[0]);
    size_t at = 0;
    for (; at + 1 < larger.size() && value > larger[at + 1]; ++at) larger[at] = larger[at + 1];
    larger[at] = std::max(value, larger[at]);
  }

 private:
  Values least_;
  // Ascending; at the end of all, since records alone touch it.
  std::array<std::array<float, kKept - 1>, kQuantities> larger_;
};

}  // namespace vedette::detect::baseline
