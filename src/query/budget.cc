#include "query/budget.h"

#include <fmt/format.h>
#include <utility>

namespace vedette::query {

Budget::Budget(BudgetLimits limits, const base::Clock& clock, base::SteadyPoint deadline,
               std::function<bool()> cancelled)
    : account_(std::make_shared<Account>(limits)),
      clock_(clock),
      deadline_(deadline),
      cancelled_(std::move(cancelled)) {}

base::Result<> Budget::Check() {
  work_ = 0;
  if (cancelled_ && cancelled_()) return base::Unavailable("query was canceled");
  if (clock_.Steady() >= deadline_) return base::DeadlineExceeded("query timed out");
  return {};
}

bool Budget::Level::Take(size_t count) {
  size_t before = held_.load(std::memory_order_relaxed);
  do {
    if (count > max_ - before) return false;
  } while (!held_.compare_exchange_weak(before, before + count, std::memory_order_relaxed));
  size_t peak = peak_.load(std::memory_order_relaxed);
  while (peak < before + count &&
         !peak_.compare_exchange_weak(peak, before + count, std::memory_order_relaxed)) {
  }
  return true;
}

base::Result<> Budget::Take(size_t samples, size_t bytes) {
  if (!account_->samples.Take(samples)) {
    return base::ResourceExhausted(
        fmt::format("query processing would load too many samples into memory: the limit is {}",
                    account_->samples.max()),
        "limits.query_samples_max");
  }
  if (!account_->bytes.Take(bytes)) {
    account_->samples.Give(samples);
    return base::ResourceExhausted(
        fmt::format("query processing would take too much memory: the limit is {} bytes",
                    account_->bytes.max()),
        "limits.query_bytes_max");
  }
  return {};
}

void Budget::Give(size_t samples, size_t bytes) {
  account_->samples.Give(samples);
  account_->bytes.Give(bytes);
}

Share& Share::operator=(Share&& other) noexcept {
  if (this == &other) return *this;
  Clear();
  budget_ = std::exchange(other.budget_, nullptr);
  samples_ = std::exchange(other.samples_, 0);
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

base::Result<> Share::Add(size_t samples, size_t bytes) {
  if (budget_ == nullptr) return {};
  VEDETTE_TRY_VOID(budget_->Take(samples, bytes));
  samples_ += samples;
  bytes_ += bytes;
  return {};
}

void Share::Clear() {
  if (budget_ != nullptr) budget_->Give(samples_, bytes_);
  samples_ = 0;
  bytes_ = 0;
}

}  // namespace vedette::query
