#include "base/worker_pool.h"

#include <exception>
#include <pthread.h>
#include <utility>

#include "base/log.h"

namespace vedette::base {

WorkerPool::WorkerPool(WorkerPoolOptions options)
    : options_(std::move(options)), jobs_(options_.queue_jobs_max, OverflowPolicy::kReject) {
  threads_.reserve(options_.threads);
  for (size_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this, i] { Run(i); });
  }
}

WorkerPool::~WorkerPool() { Stop(); }

bool WorkerPool::Submit(std::function<void()> job) { return jobs_.Push(std::move(job)); }

void WorkerPool::Stop() {
  jobs_.Close();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkerPool::Run(size_t index) {
  // The kernel's limit is 15 characters.
  const std::string name = options_.name.substr(0, 12) + "-" + std::to_string(index % 100);
  pthread_setname_np(pthread_self(), name.c_str());
  while (std::optional<std::function<void()>> job = jobs_.Pop()) {
    try {
      (*job)();
    } catch (const std::exception& exception) {
      failed_.fetch_add(1, std::memory_order_relaxed);
      LogError("a job failed", {{"pool", options_.name}, {"error", exception.what()}});
    }
  }
}

}  // namespace vedette::base
