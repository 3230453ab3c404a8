#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/mutex.h"

namespace vedette::base {

// What Push does when the queue is full.
enum class OverflowPolicy {
  kReject,      // refuse the new item
  kDropOldest,  // make room by dropping the item that waited longest
};

// A queue of bounded length between threads, with its policy on overflow in the constructor and
// a count of what was lost to it. Any number of producers and consumers. Thread-safe.
template <typename T>
class BoundedQueue {
 public:
  BoundedQueue(size_t capacity, OverflowPolicy policy) : capacity_(capacity), policy_(policy) {}

  // False when the item was not taken: the queue is full (kReject) or closed.
  [[nodiscard]] bool Push(T item) EXCLUDES(mutex_) {
    {
      MutexLock lock(mutex_);
      if (closed_) return false;
      if (items_.size() >= capacity_) {
        dropped_.fetch_add(1, std::memory_order_relaxed);
        if (policy_ == OverflowPolicy::kReject) return false;
        items_.pop_front();
      }
      items_.push_back(std::move(item));
    }
    not_empty_.NotifyOne();
    return true;
  }

  // The same, waiting for room until the deadline.
  [[nodiscard]] bool PushUntil(T item, SteadyPoint deadline) EXCLUDES(mutex_) {
    {
      MutexLock lock(mutex_);
      while (!closed_ && items_.size() >= capacity_) {
        if (!not_full_.WaitUntil(mutex_, deadline) && items_.size() >= capacity_) {
          dropped_.fetch_add(1, std::memory_order_relaxed);
          return false;
        }
      }
      if (closed_) return false;
      items_.push_back(std::move(item));
    }
    not_empty_.NotifyOne();
    return true;
  }

  // Waits for an item. Empty when the queue is closed and drained.
  std::optional<T> Pop() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    while (items_.empty() && !closed_) not_empty_.Wait(mutex_);
    return Take();
  }

  // The same until the deadline: empty also when it passed. SteadyPoint() does not wait at all: to
  // wait for a time that is over is a call of the kernel, too.
  std::optional<T> PopUntil(SteadyPoint deadline) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    const bool waits = deadline != SteadyPoint();
    while (waits && items_.empty() && !closed_ && !interrupted_) {
      if (!not_empty_.WaitUntil(mutex_, deadline)) break;
    }
    if (items_.empty()) interrupted_ = false;
    return Take();
  }

  // Makes one PopUntil that waits, or the next that would, return empty at once: for a consumer
  // that has other queues too.
  void Interrupt() EXCLUDES(mutex_) {
    {
      MutexLock lock(mutex_);
      interrupted_ = true;
    }
    not_empty_.NotifyAll();
  }

  // No more items are taken; consumers drain what is there. Idempotent.
  void Close() EXCLUDES(mutex_) {
    {
      MutexLock lock(mutex_);
      closed_ = true;
    }
    not_empty_.NotifyAll();
    not_full_.NotifyAll();
  }

  bool closed() const EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return closed_;
  }
  size_t size() const EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return items_.size();
  }
  size_t capacity() const { return capacity_; }

  // Items refused or dropped because the queue was full.
  uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  std::optional<T> Take() REQUIRES(mutex_) {
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    not_full_.NotifyOne();
    return item;
  }

  const size_t capacity_;
  const OverflowPolicy policy_;
  std::atomic<uint64_t> dropped_{0};

  mutable Mutex mutex_;
  CondVar not_empty_;
  CondVar not_full_;
  std::deque<T> items_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
  bool interrupted_ GUARDED_BY(mutex_) = false;
};

}  // namespace vedette::base
