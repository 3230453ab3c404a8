#pragma once

#include <deque>
#include <memory>
#include <utility>

#include "base/mutex.h"
#include "net/http.h"

namespace vedette::net {

// A handler that keeps requests until the test takes them and answers. Thread-safe.
class ParkedRequests {
 public:
  struct Parked {
    Request request;
    std::unique_ptr<Responder> responder;
  };

  Handler handler() {
    return [this](Request request, std::unique_ptr<Responder> responder) {
      base::MutexLock lock(mutex_);
      waiting_.push_back({std::move(request), std::move(responder)});
      arrived_.NotifyAll();
    };
  }

  // Waits for the next one.
  Parked Take() EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    while (waiting_.empty()) arrived_.Wait(mutex_);
    Parked parked = std::move(waiting_.front());
    waiting_.pop_front();
    return parked;
  }

 private:
  base::Mutex mutex_;
  base::CondVar arrived_;
  std::deque<Parked> waiting_ GUARDED_BY(mutex_);
};

}  // namespace vedette::net
