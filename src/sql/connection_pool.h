#pragma once

#include <memory>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "sql/connection.h"

namespace vedette::sql {

// Up to `size` connections of one kind, opened when first needed and lent to one caller at a time;
// those that broke are replaced. Private to sql. Thread-safe.
class ConnectionPool {
 public:
  // Gives its connection back at the end.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    ~Lease() {
      if (connection_ != nullptr) pool_->GiveBack(std::move(connection_));
    }
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  // `keep` says that data lives in the connection (":memory:"), so it is kept even when broken.
  ConnectionPool(ConnectionOptions options, size_t size, bool keep)
      : options_(std::move(options)), size_(size), keep_(keep) {}

  // Waits for a free connection; kUnavailable when there is none for 30 s.
  base::Result<Lease> Acquire() EXCLUDES(mutex_);

 private:
  void GiveBack(std::unique_ptr<Connection> connection) EXCLUDES(mutex_);

  const ConnectionOptions options_;
  const size_t size_;
  const bool keep_;

  base::Mutex mutex_;
  base::CondVar returned_;
  size_t lent_ GUARDED_BY(mutex_) = 0;
  std::vector<std::unique_ptr<Connection>> idle_ GUARDED_BY(mutex_);
};

}  // namespace vedette::sql
