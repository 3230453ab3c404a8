#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/clock.h"
#include "base/result.h"

namespace vedette::query {

struct BudgetLimits {
  size_t samples_max = 50'000'000;       // held in memory at one time: read and computed
  size_t bytes_max = size_t{256} << 20;  // of samples, labels and the answer at one time
};

// What one query may use, and how much it does. Evaluation asks it before taking memory and after
// every piece of work, so that no query outlives its deadline or its caller by much. One query,
// one thread. Errors: kResourceExhausted (names the limit), kDeadlineExceeded, kUnavailable
// (cancelled).
class Budget {
 public:
  static constexpr size_t kSampleBytes = 16;  // in columns

  // `clock` and `cancelled` (may be empty) must outlive the budget.
  Budget(BudgetLimits limits, const base::Clock& clock, base::SteadyPoint deadline,
         std::function<bool()> cancelled);

  // A budget for a thread that helps with the same query, with what is left of the other's limits.
  Budget(BudgetLimits limits, const Budget& other)
      : Budget(limits, other.clock_, other.deadline_, other.cancelled_) {}
  // What is left now.
  BudgetLimits limits() const {
    return {limits_.samples_max - samples_, limits_.bytes_max - bytes_};
  }
  // Counts what a helper did.
  void Absorb(const Budget& helper) {
    samples_read_ += helper.samples_read_;
    samples_peak_ = std::max(samples_peak_, samples_ + helper.samples_peak_);
    bytes_peak_ = std::max(bytes_peak_, bytes_ + helper.bytes_peak_);
  }

  // Counts work in units of about a nanosecond to ten and looks at the clock now and then.
  base::Result<> Work(size_t units) {
    work_ += units;
    if (work_ < kWorkPerCheck) return {};
    return Check();
  }
  // Looks at the clock and the caller.
  base::Result<> Check();

  base::Result<> Take(size_t samples, size_t bytes);
  void Give(size_t samples, size_t bytes);

  size_t samples() const { return samples_; }
  size_t samples_peak() const { return samples_peak_; }
  size_t bytes_peak() const { return bytes_peak_; }
  // For what reads from the store: how many samples may still be held, and what was read so far.
  size_t samples_left() const {
    const size_t by_bytes = (limits_.bytes_max - bytes_) / kSampleBytes;
    return std::min(limits_.samples_max - samples_, by_bytes);
  }
  void CountRead(size_t samples) { samples_read_ += samples; }
  size_t samples_read() const { return samples_read_; }

 private:
  static constexpr size_t kWorkPerCheck = 200'000;

  const BudgetLimits limits_;
  const base::Clock& clock_;
  const base::SteadyPoint deadline_;
  const std::function<bool()> cancelled_;
  size_t work_ = 0;
  size_t samples_ = 0;
  size_t samples_peak_ = 0;
  size_t samples_read_ = 0;
  size_t bytes_ = 0;
  size_t bytes_peak_ = 0;
};

// A share of a budget, given back at the end of its life. Movable.
class Share {
 public:
  Share() = default;
  explicit Share(Budget& budget) : budget_(&budget) {}
  ~Share() { Clear(); }
  Share(Share&& other) noexcept { *this = std::move(other); }
  Share& operator=(Share&& other) noexcept;

  base::Result<> Add(size_t samples, size_t bytes);
  void Clear();

 private:
  Budget* budget_ = nullptr;
  size_t samples_ = 0;
  size_t bytes_ = 0;
};

}  // namespace vedette::query
