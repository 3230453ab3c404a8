#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

// Clang's thread-safety analysis, which the build turns into errors. g++ ignores it.
#if defined(__clang__)
#define VEDETTE_ATTRIBUTE(x) __attribute__((x))
#else
#define VEDETTE_ATTRIBUTE(x)
#endif
#define GUARDED_BY(mutex) VEDETTE_ATTRIBUTE(guarded_by(mutex))
#define REQUIRES(...) VEDETTE_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) VEDETTE_ATTRIBUTE(locks_excluded(__VA_ARGS__))

namespace vedette::base {

// std::mutex with the annotations that let the compiler check who holds it.
class VEDETTE_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  void Lock() VEDETTE_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
  void Unlock() VEDETTE_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

// Holds a Mutex for its own lifetime.
class VEDETTE_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) VEDETTE_ATTRIBUTE(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() VEDETTE_ATTRIBUTE(release_capability()) { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// A condition variable for Mutex. Waits may wake spuriously: loop over the condition.
class CondVar {
 public:
  void Wait(Mutex& mutex) REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // False when the deadline passed without a notification.
  bool WaitUntil(Mutex& mutex, std::chrono::steady_clock::time_point deadline) REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    const std::cv_status status = condition_.wait_until(lock, deadline);
    lock.release();
    return status == std::cv_status::no_timeout;
  }
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace vedette::base
