#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace vedette::base {

struct FairPoolOptions {
  std::string name;  // for thread names and logs, at most 12 characters
  size_t threads = 4;
  // That one key may hold at a time; the others stay free for everybody else. 0: all.
  size_t threads_per_key = 3;
  size_t jobs_per_key_max = 128;  // waiting ones; further jobs of the key are refused
  size_t keys_max = 1'000;        // with waiting jobs; further keys are refused
};

// A fixed number of threads that serve keys (tenants) in turn: each key has its own queue, oldest
// first, and whoever has much to do does not delay whoever has little by more than the job that
// runs. A job that throws is logged and dropped. Thread-safe.
class FairPool {
 public:
  using Job = std::function<void()>;

  explicit FairPool(FairPoolOptions options);
  ~FairPool();  // as Stop
  FairPool(const FairPool&) = delete;
  FairPool& operator=(const FairPool&) = delete;

  // False when a queue is full or the pool is stopping: the job was not and will not be run.
  [[nodiscard]] bool Submit(const std::string& key, Job job) EXCLUDES(mutex_);

  // Runs what is queued, then joins. Idempotent; not to be called from a job.
  void Stop() EXCLUDES(mutex_);

  size_t queued() const EXCLUDES(mutex_);
  size_t running() const EXCLUDES(mutex_);

 private:
  struct Queue {
    std::deque<Job> jobs;
    size_t running = 0;
  };
  using Queues = std::map<std::string, Queue>;

  void Run(size_t index) EXCLUDES(mutex_);
  // The queue whose turn it is; the end when none has a job that may run.
  Queues::iterator Next() REQUIRES(mutex_);

  const FairPoolOptions options_;
  mutable Mutex mutex_;
  CondVar wake_;
  Queues queues_ GUARDED_BY(mutex_);     // those with jobs waiting or running
  std::string last_ GUARDED_BY(mutex_);  // the key that was served last
  size_t queued_ GUARDED_BY(mutex_) = 0;
  size_t running_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace vedette::base
