#pragma once

#include <cstddef>

#include "base/clock.h"
#include "base/mutex.h"

namespace vedette::series {

// Lets a caller wait for tasks on the shards that use the caller's memory, and give up safely:
// tasks that have not begun when the deadline passes never will, those that have are waited for.
// A task calls Begin first and does nothing when it says false. Thread-safe; shared by the caller
// and its tasks.
class TaskGroup {
 public:
  explicit TaskGroup(size_t tasks) : missing_(tasks) {}

  [[nodiscard]] bool Begin() EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    if (given_up_) return false;
    ++running_;
    return true;
  }

  void End() EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    --running_;
    --missing_;
    // Under the mutex: afterwards the waiter may be gone, and the group with it.
    if (missing_ == 0 || (given_up_ && running_ == 0)) ended_.NotifyAll();
  }

  // A task that could not be submitted: the others must not begin either.
  void GiveUp() EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    given_up_ = true;
  }

  // True when all tasks ended. In any case none runs afterwards.
  [[nodiscard]] bool WaitUntil(base::SteadyPoint deadline) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    while (missing_ > 0 && !given_up_) {
      if (!ended_.WaitUntil(mutex_, deadline)) break;
    }
    if (missing_ > 0) given_up_ = true;
    while (running_ > 0) ended_.Wait(mutex_);
    return missing_ == 0;
  }

 private:
  base::Mutex mutex_;
  base::CondVar ended_;
  size_t missing_ GUARDED_BY(mutex_);
  size_t running_ GUARDED_BY(mutex_) = 0;
  bool given_up_ GUARDED_BY(mutex_) = false;
};

}  // namespace vedette::series
