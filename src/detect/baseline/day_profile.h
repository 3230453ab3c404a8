#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vedette::detect::baseline {

// What the time says of a value: the usual one at this time, and how many that is from.
struct Seasonal {
  int count = 0;  // of this half hour, at most 255
  double mean = 0;
};

// A running mean per half hour of the day (UTC), filled as they pass. 240 bytes. Not thread-safe.
class DayProfile {
 public:
  static size_t PartOf(int64_t t_ms) {
    constexpr int64_t kPartMs = 1'800'000;
    const int64_t part = (t_ms / kPartMs) % static_cast<int64_t>(kParts);
    return static_cast<size_t>(part < 0 ? part + static_cast<int64_t>(kParts) : part);
  }

  Seasonal At(size_t part) const {
    return {.count = count_[part], .mean = static_cast<double>(mean_[part])};
  }

  // A plain mean at first, then each value has `weight`. REQUIRES: |value| <= 1e30.
  void Add(size_t part, double value, double weight) {
    const double starting = 1.0 / (count_[part] + 1);
    const double share = starting > weight ? starting : weight;
    mean_[part] += static_cast<float>(share * (value - static_cast<double>(mean_[part])));
    if (count_[part] < UINT8_MAX) ++count_[part];
  }

 private:
  static constexpr size_t kParts = 48;
  std::array<float, kParts> mean_{};
  std::array<uint8_t, kParts> count_{};
};

}  // namespace vedette::detect::baseline
