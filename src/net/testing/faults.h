#pragma once

#include <optional>

#include "base/mutex.h"
#include "net/client.h"

namespace vedette::net {

// How a network operation goes wrong.
enum class NetFault {
  kRefused,    // nothing was sent
  kReset,      // the other side may have acted on the request; no answer
  kTimeout,    // the same, after the timeout
  kTruncated,  // the answer began and broke off
};

// Another client whose n-th operation fails, so that a test can enumerate: for n = 1, 2, ... until
// fired() is false, run the whole thing and check what it promises. All faults but kRefused carry
// the request out first: the receiver has it, the sender cannot know. Thread-safe.
class FaultyClient final : public HttpClient {
 public:
  explicit FaultyClient(HttpClient& inner) : inner_(inner) {}

  // Counting starts anew; the first operation is 1.
  void FailAt(int n, NetFault fault) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    operations_ = 0;
    fail_at_ = n;
    fault_ = fault;
  }
  bool fired() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return fail_at_ > 0 && operations_ >= fail_at_;
  }
  int operations() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return operations_;
  }

  base::Result<Response> Fetch(const ClientRequest& request) override EXCLUDES(mutex_) {
    const std::optional<NetFault> fault = NextFault();
    if (!fault) return inner_.Fetch(request);
    if (*fault == NetFault::kRefused) return base::Unavailable("injected: connection refused");
    base::IgnoreError(inner_.Fetch(request), "the fault hides the answer from the caller");
    switch (*fault) {
      case NetFault::kTimeout: return base::DeadlineExceeded("injected: timed out");
      case NetFault::kTruncated: return base::Unavailable("injected: the answer broke off");
      default: return base::Unavailable("injected: connection reset");
    }
  }

 private:
  std::optional<NetFault> NextFault() EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    if (++operations_ != fail_at_) return std::nullopt;
    return fault_;
  }

  HttpClient& inner_;
  mutable base::Mutex mutex_;
  int operations_ GUARDED_BY(mutex_) = 0;
  int fail_at_ GUARDED_BY(mutex_) = 0;
  NetFault fault_ GUARDED_BY(mutex_) = NetFault::kRefused;
};

}  // namespace vedette::net
