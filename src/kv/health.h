#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "base/result.h"

namespace vedette::kv {

// Remembers the first error after which the database must not be written to until it is reopened:
// RocksDB's own resumption after such errors is not trusted (rocksdb#11643). Remembers too that
// stored bytes were found damaged. Private to kv. Thread-safe.
class Health {
 public:
  void Fail(base::Error error) EXCLUDES(mutex_) {
    if (error.code == base::ErrorCode::kDataLoss) NoteDamage(error);
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

  // Damaged bytes were read: writes go on, and the next Recover sets aside what is damaged.
  void NoteDamage(const base::Error& error) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    damage_ = error.message;
    damaged_.store(true, std::memory_order_release);
  }
  bool damaged() const { return damaged_.load(std::memory_order_acquire); }
  // What was read last, and from now on nothing.
  std::string TakeDamage() EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    damaged_.store(false, std::memory_order_release);
    return std::exchange(damage_, {});
  }

  // Bytes of the log that were damaged, or came after damaged ones, and so are lost.
  void AddLostLog(uint64_t bytes) { lost_log_bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  // Files that were set aside and are still there.
  void SetQuarantined(uint64_t files) { quarantined_.store(files, std::memory_order_relaxed); }
  uint64_t quarantined_files() const { return quarantined_.load(std::memory_order_relaxed); }
  uint64_t lost_log_bytes() const { return lost_log_bytes_.load(std::memory_order_relaxed); }

  // True when the disk being full is what stopped the writes.
  bool out_of_space() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return error_.has_value() && error_->code == base::ErrorCode::kResourceExhausted;
  }

 private:
  std::atomic<bool> failed_{false};
  std::atomic<bool> damaged_{false};
  std::atomic<uint64_t> lost_log_bytes_{0};
  std::atomic<uint64_t> quarantined_{0};
  mutable base::Mutex mutex_;
  std::optional<base::Error> error_ GUARDED_BY(mutex_);
  std::string damage_ GUARDED_BY(mutex_);
};

}  // namespace vedette::kv
