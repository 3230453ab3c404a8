#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "notify/delivery/channel.h"

namespace vedette::notify::delivery {

// A channel that answers as the test says (delivered unless told otherwise) and remembers what it
// was given. Thread-safe.
class FakeChannel final : public Channel {
 public:
  using Handler = std::function<Answer(const model::Page&, const Attempt&)>;

  static Answer Delivered() { return {Verdict::kDelivered, 200, "HTTP 200", {}}; }
  static Answer Down() { return {Verdict::kRetry, 503, "HTTP 503", {}}; }
  static Answer Refused() { return {Verdict::kRefused, 400, "HTTP 400", {}}; }

  void SetHandler(Handler handler) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    handler_ = std::move(handler);
  }
  void Always(Answer answer) {
    SetHandler([answer](const model::Page&, const Attempt&) { return answer; });
  }

  Answer Send(const model::Page& page, const Attempt& attempt) override EXCLUDES(mutex_) {
    Handler handler;
    {
      base::MutexLock lock(mutex_);
      keys_.push_back(page.dedup_key);
      handler = handler_;
    }
    return handler(page, attempt);
  }

  std::string Preview(const model::Page& page, const Attempt&) const override { return page.title; }

  // The dedup keys of all sends, in order.
  std::vector<std::string> keys() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return keys_;
  }

 private:
  mutable base::Mutex mutex_;
  std::vector<std::string> keys_ GUARDED_BY(mutex_);
  Handler handler_ GUARDED_BY(mutex_) = [](const model::Page&, const Attempt&) {
    return Delivered();
  };
};

}  // namespace vedette::notify::delivery
