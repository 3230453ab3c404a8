#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "base/result.h"

namespace vedette::kv {

// Remembers the first error after which the database must not be written to until it is reopened:
// RocksDB's own resumption after such errors is not trusted (rocksdb#11643). Private to kv.
// Thread-safe.
class Health {
 public:
  void Fail(base::Error error) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    if (!error_.has_value()) error_ = std::move(error);
    failed_.store(true, std::memory_order_release);
  }

  void Restore() EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    error_.reset();
    failed_.store(false, std::memory_order_release);
  }

  bool failed() const { return failed_.load(std::memory_order_acquire); }

  base::Result<> Check() const EXCLUDES(mutex_) {
    if (!failed()) return {};
    base::MutexLock lock(mutex_);
    if (!error_.has_value()) return {};
    return error_->With("writes are stopped until the database is reopened, after");
  }

  // True when the disk being full is what stopped the writes.
  bool out_of_space() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return error_.has_value() && error_->code == base::ErrorCode::kResourceExhausted;
  }

 private:
  std::atomic<bool> failed_{false};
  mutable base::Mutex mutex_;
  std::optional<base::Error> error_ GUARDED_BY(mutex_);
};

}  // namespace vedette::kv
