#include "query/budget.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace vedette::query {

Budget::Budget(BudgetLimits limits, const base::Clock& clock, base::SteadyPoint deadline,
               std::function<bool()> cancelled)
    : limits_(limits), clock_(clock), deadline_(deadline), cancelled_(std::move(cancelled)) {}

base::Result<> Budget::Check() {
  work_ = 0;
  if (cancelled_ && cancelled_()) return base::Unavailable("query was canceled");
  if (clock_.Steady() >= deadline_) return base::DeadlineExceeded("query timed out");
  return {};
}

base::Result<> Budget::Take(size_t samples, size_t bytes) {
  if (samples > limits_.samples_max - samples_) {
    return base::ResourceExhausted(
        fmt::format("query processing would load too many samples into memory: the limit is {}",
                    limits_.samples_max),
        "query.samples_max");
  }
  if (bytes > limits_.bytes_max - bytes_) {
    return base::ResourceExhausted(
        fmt::format("query processing would take too much memory: the limit is {} bytes",
                    limits_.bytes_max),
        "query.bytes_max");
  }
  samples_ += samples;
  bytes_ += bytes;
  samples_peak_ = std::max(samples_peak_, samples_);
  bytes_peak_ = std::max(bytes_peak_, bytes_);
  return {};
}

void Budget::Give(size_t samples, size_t bytes) {
  samples_ -= samples;
  bytes_ -= bytes;
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
