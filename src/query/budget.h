#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/result.h"

namespace vedette::query {

struct BudgetLimits {
  size_t samples_max = 50'000'000;       // held in memory at one time: read and computed
  size_t bytes_max = size_t{256} << 20;  // of samples, labels and the answer at one time
};

// What one query may use, and how much it does. Evaluation asks it before taking memory and after
// every piece of work, so that no query outlives its deadline or its caller by much. Each thread of
// a query has a budget of its own over the same account, so the limits are those of all together.
// Not thread-safe but for that. Errors: kResourceExhausted (names the limit), kDeadlineExceeded,
// kUnavailable (cancelled).
class Budget {
 public:
  static constexpr size_t kSampleBytes = 16;  // in columns

  // `clock` and `cancelled` (may be empty) must outlive the budget.
  Budget(BudgetLimits limits, const base::Clock& clock, base::SteadyPoint deadline,
         std::function<bool()> cancelled);

  // For a thread that helps with the query of `other`, which must outlive it. `cancelled` is then
  // asked by several threads.
  struct Helping {
    Budget& other;
  };
  explicit Budget(Helping helping)
      : account_(helping.other.account_),
        clock_(helping.other.clock_),
        deadline_(helping.other.deadline_),
        cancelled_(helping.other.cancelled_) {}

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

  size_t samples() const { return account_->samples.held(); }
  size_t samples_peak() const { return account_->samples.peak(); }
  size_t bytes_peak() const { return account_->bytes.peak(); }
  // For what reads from the store: how many samples may still be held, and what was read so far.
  size_t samples_left() const {
    return std::min(account_->samples.left(), account_->bytes.left() / kSampleBytes);
  }
  void CountRead(size_t samples) {
    account_->samples_read.fetch_add(samples, std::memory_order_relaxed);
  }
  size_t samples_read() const { return account_->samples_read.load(std::memory_order_relaxed); }

 private:
  static constexpr size_t kWorkPerCheck = 200'000;

  // What is held of one limit. Thread-safe; never above the limit.
  class Level {
   public:
    explicit Level(size_t max) : max_(max) {}
    bool Take(size_t count);
    void Give(size_t count) { held_.fetch_sub(count, std::memory_order_relaxed); }
    size_t max() const { return max_; }
    size_t held() const { return held_.load(std::memory_order_relaxed); }
    size_t left() const { return max_ - held(); }
    size_t peak() const { return peak_.load(std::memory_order_relaxed); }

   private:
    const size_t max_;
    std::atomic<size_t> held_{0};
    std::atomic<size_t> peak_{0};
  };
  // What all threads of a query use.
  struct Account {
    explicit Account(BudgetLimits limits) : samples(limits.samples_max), bytes(limits.bytes_max) {}
    Level samples;
    Level bytes;
    std::atomic<size_t> samples_read{0};
  };

  const std::shared_ptr<Account> account_;
  const base::Clock& clock_;
  const base::SteadyPoint deadline_;
  const std::function<bool()> cancelled_;
  size_t work_ = 0;
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
