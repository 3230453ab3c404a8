#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "query/block.h"
#include "query/range_functions.h"
#include "series/store.h"

namespace vedette::query {

// From the samples of one series to one number per step. Steps move forward, so every window is
// found, and where possible computed, from the one before it. Keeps its buffers between series; not
// thread-safe. Samples are numbers only.
class RowKernel {
 public:
  // How the steps look at a selector: windows are (end - range, end] with end = at(step), which is
  // the same for all steps when `fixed`.
  struct Look {
    Steps steps;
    int64_t range_ms = 0;
    int64_t shift_ms = 0;  // offset
    bool fixed = false;    // @: all steps look at `fixed_end_ms`
    int64_t fixed_end_ms = 0;
    int64_t EndOf(size_t step) const { return fixed ? fixed_end_ms : steps.At(step) - shift_ms; }
  };

  explicit RowKernel(const Look& look) : look_(look) {}

  // Errors are those of the budget, which is asked within long series too.

  // The latest sample of each window, but where it is a stale marker.
  base::Result<> Latest(const series::SampleColumns& samples, std::span<double> out,
                        Budget& budget);
  // A function of each window. REQUIRES: no stale markers.
  base::Result<> Apply(FunctionId id, const RangeParameters& parameters,
                       const series::SampleColumns& samples, std::span<double> out, Budget& budget);

 private:
  // The samples [low, high) of a step.
  struct Samples {
    size_t low;
    size_t high;
  };
  // How far a counter's change over its samples reaches to the ends of the window, before its
  // values are looked at; see ExtrapolationFactor, which this agrees with.
  struct Stretch {
    double covered_ms = 0;
    double to_start_ms = 0;
    double to_end_ms = 0;
    double factor = 0;
  };

  // Whether there is a way of its own from one window to the next.
  static bool HasForward(FunctionId id, const RangeParameters& parameters,
                         const series::SampleColumns& samples);
  // The windows of all steps among samples at these times. Those of the series before are kept
  // where the times are the same: what is scraped together is asked for together.
  base::Result<> FindWindows(const std::vector<int64_t>& t_ms, Budget& budget);
  Stretch StretchOf(size_t step) const;
  // Calls `use(low, high, step)` for each window that was found and is not empty. It gives units
  // of Budget::Work.
  template <typename Use>
  base::Result<> ForEach(Budget& budget, Use use) const;
  base::Result<> Rates(const series::SampleColumns& samples, bool per_second, std::span<double> out,
                       Budget& budget);
  base::Result<> Extremes(const series::SampleColumns& samples, bool largest, std::span<double> out,
                          Budget& budget);
  base::Result<> Quantiles(const series::SampleColumns& samples, double phi, std::span<double> out,
                           Budget& budget);
  Window WindowOf(const series::SampleColumns& samples, size_t low, size_t high,
                  size_t step) const {
    const int64_t end_ms = look_.EndOf(step);
    return {&samples.t_ms[low],  &samples.values[low],    nullptr,
            high - low,          end_ms - look_.range_ms, end_ms,
            look_.steps.At(step)};
  }

  const Look look_;
  std::vector<int64_t> t_ms_;       // whose windows are kept
  std::vector<Samples> windows_;    // by step
  std::vector<Stretch> stretches_;  // by step, of windows of two samples at least; or empty
  std::vector<double> lost_;        // by sample: what the counter lost to resets so far
  std::vector<uint32_t> queue_;     // of candidates for the extreme
  std::vector<double> sorted_;      // the window's values
};

}  // namespace vedette::query
