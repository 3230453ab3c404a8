#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

namespace vedette::net {

// What all request bodies in memory may take together, so that many large requests at once cannot
// exhaust the process. Thread-safe.
class BodyBudget {
 public:
  explicit BodyBudget(size_t bytes_max) : bytes_max_(bytes_max) {}

  [[nodiscard]] bool Acquire(size_t bytes) {
    if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= bytes_max_) return true;
    Release(bytes);
    return false;
  }
  void Release(size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  size_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  const size_t bytes_max_;
  std::atomic<size_t> used_{0};
};

// The body of one request while it grows, charged to the budget by capacity until Reset: also
// after the string was taken, because a handler then works on it. Not thread-safe.
class BodyBuffer {
 public:
  enum class Outcome { kOk, kTooLarge, kOutOfBudget };

  // Readable bytes behind the body: simdjson reads past the end.
  static constexpr size_t kSlackBytes = 64;

  explicit BodyBuffer(BodyBudget& budget) : budget_(budget) {}
  ~BodyBuffer() { Reset(0); }
  BodyBuffer(const BodyBuffer&) = delete;
  BodyBuffer& operator=(const BodyBuffer&) = delete;

  // Empty again, gives the charge back; Append then refuses to pass `bytes_max`.
  void Reset(size_t bytes_max);
  [[nodiscard]] Outcome Append(std::string_view bytes);
  size_t size() const { return body_.size(); }
  std::string Take();

 private:
  BodyBudget& budget_;
  size_t bytes_max_ = 0;
  size_t charged_ = 0;
  std::string body_;
};

}  // namespace vedette::net
