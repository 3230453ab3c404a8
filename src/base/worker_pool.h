#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"

namespace vedette::base {

struct WorkerPoolOptions {
  std::string name;  // for thread names and logs, at most 12 characters
  size_t threads = 2;
  size_t queue_jobs_max = 256;  // jobs beyond this are refused
};

// A fixed number of threads that run jobs from one bounded queue, oldest first. A job that throws
// is logged, counted and dropped; its thread lives on. Thread-safe.
class WorkerPool {
 public:
  explicit WorkerPool(WorkerPoolOptions options);
  ~WorkerPool();  // as Stop
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full or the pool is stopping: the job was not and will not be run.
  [[nodiscard]] bool Submit(std::function<void()> job);

  // Runs what is queued, then joins. Idempotent; not to be called from a job.
  void Stop();

  size_t threads() const { return options_.threads; }
  size_t queued() const { return jobs_.size(); }
  uint64_t refused() const { return jobs_.dropped(); }
  uint64_t failed() const { return failed_.load(std::memory_order_relaxed); }

 private:
  void Run(size_t index);

  const WorkerPoolOptions options_;
  std::atomic<uint64_t> failed_{0};
  BoundedQueue<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
};

}  // namespace vedette::base
