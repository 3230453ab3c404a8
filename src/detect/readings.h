#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"

namespace vedette::detect {

// The newest values of a series as a rule compared them (of a counter its rate, if that is what the
// rule asks for), for the rule's evidence. What the baseline keeps is what the baseline compared.
// Zero-initialised means: none.
class Readings {
 public:
  static constexpr size_t kMax = 12;
  struct Reading {
    int64_t t_ms = 0;
    double value = 0;
  };

  // Takes the place of those that are no earlier, which lay ahead of the clock. `before_ms` is the
  // time of the sample before it, 0 if there was none.
  void Add(int64_t t_ms, double value, int64_t before_ms) {
    while (size_ > 0 && t_ms <= (*this)[size_ - size_t{1}].t_ms) {
      next_ = static_cast<uint8_t>((next_ + kMax - 1) % kMax);
      --size_;
    }
    readings_[next_] = {t_ms, value};
    next_ = static_cast<uint8_t>((next_ + 1) % kMax);
    size_ = static_cast<uint8_t>(std::min<size_t>(size_ + size_t{1}, kMax));
    if (before_ms > 0) longest_pause_ = std::max(longest_pause_, base::Duration(t_ms - before_ms));
  }

  size_t size() const { return size_; }
  // By time, the oldest is 0.
  const Reading& operator[](size_t i) const { return readings_[(next_ + kMax - size_ + i) % kMax]; }
  // Between two samples, so far.
  base::Duration longest_pause() const { return longest_pause_; }

 private:
  std::array<Reading, kMax> readings_{};
  base::Duration longest_pause_{0};
  uint8_t next_ = 0;
  uint8_t size_ = 0;
};

}  // namespace vedette::detect
