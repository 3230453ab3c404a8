#include "base/fair_pool.h"

#include <exception>
#include <pthread.h>
#include <utility>

#include "base/log.h"

namespace vedette::base {

FairPool::FairPool(FairPoolOptions options) : options_(std::move(options)) {
  threads_.reserve(options_.threads);
  for (size_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this, i] { Run(i); });
  }
}

FairPool::~FairPool() { Stop(); }

bool FairPool::Submit(const std::string& key, Job job) {
  {
    const MutexLock lock(mutex_);
    if (stopping_) return false;
    const auto found = queues_.find(key);
    if (found == queues_.end() && queues_.size() >= options_.keys_max) return false;
    if (found != queues_.end() && found->second.jobs.size() >= options_.jobs_per_key_max) {
      return false;
    }
    queues_[key].jobs.push_back(std::move(job));
    ++queued_;
  }
  wake_.NotifyOne();
  return true;
}

void FairPool::Stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

FairPool::Queues::iterator FairPool::Next() {
  const size_t most = options_.threads_per_key == 0 ? SIZE_MAX : options_.threads_per_key;
  auto at = queues_.upper_bound(last_);
  for (size_t i = 0; i < queues_.size(); ++i, ++at) {
    if (at == queues_.end()) at = queues_.begin();
    if (!at->second.jobs.empty() && at->second.running < most) return at;
  }
  return queues_.end();
}

void FairPool::Run(size_t index) {
  // The kernel's limit is 15 characters.
  const std::string name = options_.name.substr(0, 12) + "-" + std::to_string(index % 100);
  pthread_setname_np(pthread_self(), name.c_str());
  mutex_.Lock();
  for (;;) {
    const auto queue = Next();
    if (queue == queues_.end()) {
      if (stopping_ && queued_ == 0) break;
      wake_.Wait(mutex_);
      continue;
    }
    const Job job = std::move(queue->second.jobs.front());
    queue->second.jobs.pop_front();
    last_ = queue->first;
    ++queue->second.running;
    --queued_;
    ++running_;
    mutex_.Unlock();
    try {
      job();
    } catch (const std::exception& exception) {
      LogError("a job failed", {{"pool", options_.name}, {"error", exception.what()}});
    }
    mutex_.Lock();
    --running_;
    if (--queue->second.running == 0 && queue->second.jobs.empty()) queues_.erase(queue);
    // A job of this key may have waited for its thread.
    wake_.NotifyAll();
  }
  mutex_.Unlock();
}

size_t FairPool::queued() const {
  const MutexLock lock(mutex_);
  return queued_;
}

size_t FairPool::running() const {
  const MutexLock lock(mutex_);
  return running_;
}

}  // namespace vedette::base
