#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "series/store.h"

namespace vedette::series {

// Out-of-order samples on their way into those in order: for equal times the in-order sample wins,
// then the one whose chunk has the lower number. Floats only. Not thread-safe.
class LateSamples {
 public:
  void Add(int64_t t_ms, uint32_t number, double value) { late_.push_back({t_ms, number, value}); }
  void Add(const SampleColumns& samples, uint32_t number) {
    for (size_t i = 0; i < samples.t_ms.size(); ++i) {
      Add(samples.t_ms[i], number, samples.values[i]);
    }
  }
  size_t size() const { return late_.size(); }

  // Merges into what `out` has from `start` on.
  void MergeInto(SampleColumns& out, size_t start) {
    if (late_.empty()) return;
    std::sort(late_.begin(), late_.end(), [](const Late& a, const Late& b) {
      return std::pair(a.t_ms, a.number) < std::pair(b.t_ms, b.number);
    });
    const auto offset = static_cast<std::ptrdiff_t>(start);
    const std::vector<int64_t> t_ms(out.t_ms.begin() + offset, out.t_ms.end());
    const std::vector<double> values(out.values.begin() + offset, out.values.end());
    out.t_ms.resize(start);
    out.values.resize(start);
    const auto put = [&](int64_t t, double value) {
      out.t_ms.push_back(t);
      out.values.push_back(value);
    };
    size_t next = 0;
    for (const Late& late : late_) {
      for (; next < t_ms.size() && t_ms[next] <= late.t_ms; ++next) put(t_ms[next], values[next]);
      if (out.t_ms.size() == start || out.t_ms.back() < late.t_ms) put(late.t_ms, late.value);
    }
    for (; next < t_ms.size(); ++next) put(t_ms[next], values[next]);
  }

 private:
  struct Late {
    int64_t t_ms;
    uint32_t number;
    double value;
  };
  std::vector<Late> late_;
};

}  // namespace vedette::series
