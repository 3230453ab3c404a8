#include "net/server_core.h"

namespace vedette::net {
namespace {

ReaderLimits LimitsOf(const ServerOptions& options) {
  ReaderLimits limits{.header_bytes_max = options.header_bytes_max,
                      .headers_max = options.headers_max,
                      .body_limit = options.body_limit};
  if (!limits.body_limit) {
    limits.body_limit = [max = options.body_bytes_max](std::string_view) { return max; };
  }
  return limits;
}

}  // namespace

bool ConnectionLimiter::Acquire(const ClientNetwork& client) {
  base::MutexLock lock(mutex_);
  if (open_ >= max_) return false;
  const auto it = per_client_.try_emplace(client, 0).first;
  if (it->second >= max_per_client_) return false;
  ++it->second;
  ++open_;
  return true;
}

void ConnectionLimiter::Release(const ClientNetwork& client) {
  base::MutexLock lock(mutex_);
  --open_;
  const auto it = per_client_.find(client);
  if (it != per_client_.end() && --it->second <= 0) per_client_.erase(it);
}

int ConnectionLimiter::open() const {
  base::MutexLock lock(mutex_);
  return open_;
}

ServerCore::ServerCore(ServerOptions server_options, Handler request_handler)
    : options(std::move(server_options)),
      handler(std::move(request_handler)),
      clock(options.clock != nullptr ? options.clock : &system_clock),
      reader_limits(LimitsOf(options)),
      budget(options.bodies_bytes_max),
      limiter(options.max_connections, options.max_connections_per_ip) {}

}  // namespace vedette::net
