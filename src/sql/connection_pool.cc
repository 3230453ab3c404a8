#include "sql/connection_pool.h"

#include <chrono>
#include <utility>

#include "base/clock.h"

namespace vedette::sql {
namespace {
constexpr std::chrono::seconds kPatience{30};
}  // namespace

base::Result<ConnectionPool::Lease> ConnectionPool::Acquire() {
  std::unique_ptr<Connection> connection;
  {
    const base::SteadyPoint deadline = base::SystemClock().Steady() + kPatience;
    base::MutexLock lock(mutex_);
    while (lent_ >= size_) {
      if (!returned_.WaitUntil(mutex_, deadline) && lent_ >= size_) {
        return base::Unavailable("state database: busy for 30 s");
      }
    }
    ++lent_;
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (connection == nullptr) {
    auto opened = Connection::Open(options_);
    if (!opened.ok()) {
      GiveBack(nullptr);
      return opened.error();
    }
    connection = std::move(*opened);
  }
  return Lease(*this, std::move(connection));
}

void ConnectionPool::GiveBack(std::unique_ptr<Connection> connection) {
  if (connection != nullptr && connection->broken() && !keep_) connection.reset();
  {
    base::MutexLock lock(mutex_);
    --lent_;
    if (connection != nullptr) idle_.push_back(std::move(connection));
  }
  returned_.NotifyOne();
}

}  // namespace vedette::sql
