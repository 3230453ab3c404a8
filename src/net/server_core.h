#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "base/mutex.h"
#include "net/body_budget.h"
#include "net/http.h"
#include "net/request_reader.h"
#include "net/server.h"
#include "net/tls_context.h"

namespace vedette::net {

// An IPv4 address as mapped IPv6, or the first half of an IPv6 address: what counts as one client.
using ClientNetwork = std::array<unsigned char, 16>;

// Counts open connections, in all and per client. Thread-safe.
class ConnectionLimiter {
 public:
  ConnectionLimiter(int max, int max_per_client) : max_(max), max_per_client_(max_per_client) {}

  [[nodiscard]] bool Acquire(const ClientNetwork& client) EXCLUDES(mutex_);
  void Release(const ClientNetwork& client) EXCLUDES(mutex_);
  int open() const EXCLUDES(mutex_);
  bool full() const { return open() >= max_; }

 private:
  const int max_;
  const int max_per_client_;
  mutable base::Mutex mutex_;
  int open_ GUARDED_BY(mutex_) = 0;
  std::map<ClientNetwork, int> per_client_ GUARDED_BY(mutex_);
};

// What all connections of one server share. Thread-safe: the options do not change, the rest
// guards itself.
struct ServerCore {
  ServerCore(ServerOptions server_options, Handler request_handler);

  base::SteadyPoint Now() const { return clock->Steady(); }

  const ServerOptions options;
  const Handler handler;
  const base::SystemClock system_clock;
  const base::Clock* const clock;  // options.clock or system_clock
  const ReaderLimits reader_limits;
  BodyBudget budget;
  ConnectionLimiter limiter;
  std::unique_ptr<TlsContext> tls;  // null: plain HTTP

  std::atomic<uint64_t> accepted{0};
  std::atomic<uint64_t> refused{0};
  std::atomic<uint64_t> evicted{0};
  std::atomic<uint64_t> requests{0};
  std::atomic<uint64_t> requests_refused{0};
  std::atomic<uint64_t> timeouts{0};
  std::atomic<uint64_t> streams_dropped{0};
  std::atomic<uint64_t> in_flight{0};
};

}  // namespace vedette::net
