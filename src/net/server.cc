#include "net/server.h"

#include <exception>
#include <utility>

#include "net/acceptor.h"
#include "net/io_shard.h"
#include "net/server_core.h"

namespace vedette::net {
namespace {

base::Result<> Validate(const ServerOptions& options, const Handler& handler) {
  const auto require = [](bool condition, std::string_view field) -> base::Result<> {
    if (condition) return {};
    return base::InvalidArgument(std::string(field) + " must be positive",
                                 "server." + std::string(field));
  };
  VEDETTE_TRY_VOID(require(handler != nullptr, "handler"));
  VEDETTE_TRY_VOID(require(options.io_threads > 0, "io_threads"));
  VEDETTE_TRY_VOID(require(options.max_connections > 0, "max_connections"));
  VEDETTE_TRY_VOID(require(options.max_connections_per_ip > 0, "max_connections_per_ip"));
  VEDETTE_TRY_VOID(require(options.header_timeout.count() > 0, "header_timeout"));
  VEDETTE_TRY_VOID(require(options.body_timeout.count() > 0, "body_timeout"));
  VEDETTE_TRY_VOID(require(options.idle_timeout.count() > 0, "idle_timeout"));
  VEDETTE_TRY_VOID(require(options.write_timeout.count() > 0, "write_timeout"));
  VEDETTE_TRY_VOID(require(options.request_deadline.count() > 0, "request_deadline"));
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return base::InvalidArgument("TLS needs both a certificate file and a key file", "server.tls");
  }
  return {};
}

}  // namespace

HttpServer::HttpServer(std::shared_ptr<ServerCore> core) : core_(std::move(core)) {}

HttpServer::~HttpServer() { Stop(); }

base::Result<std::unique_ptr<HttpServer>> HttpServer::Start(ServerOptions options,
                                                            Handler handler) {
  VEDETTE_TRY_VOID(Validate(options, handler));
  try {
    auto core = std::make_shared<ServerCore>(std::move(options), std::move(handler));
    if (!core->options.certificate_file.empty()) {
      VEDETTE_TRY(core->tls,
                  TlsContext::Load(core->options.certificate_file, core->options.key_file));
    }
    auto server = std::make_unique<HttpServer>(std::move(core));
    VEDETTE_TRY_VOID(server->Listen());
    return server;
  } catch (const std::exception& error) {  // Asio's constructors: epoll, eventfd
    return base::Unavailable(std::string("cannot start the HTTP server: ") + error.what());
  }
}

base::Result<> HttpServer::Listen() {
  for (int i = 0; i < core_->options.io_threads; ++i) {
    shards_.push_back(std::make_shared<IoShard>(core_));
  }
  acceptor_ = std::make_unique<Acceptor>(shards_);
  base::Result<uint16_t> port = acceptor_->Listen(core_->options.host, core_->options.port);
  if (!port.ok()) return std::move(port).error();
  port_ = *port;
  for (const auto& shard : shards_) shard->Start();
  running_ = true;
  return {};
}

void HttpServer::Stop() {
  if (!std::exchange(running_, false)) return;
  acceptor_->Close();
  for (const auto& shard : shards_) shard->BeginStop();
  // Threads wait on the machine's clock, whatever clock the options gave.
  const base::SteadyPoint deadline = core_->system_clock.Steady() + core_->options.stop_timeout;
  bool drained = true;
  for (const auto& shard : shards_) drained = shard->WaitDrained(deadline) && drained;
  if (!drained) {
    for (const auto& shard : shards_) shard->ForceClose();
  }
  for (const auto& shard : shards_) shard->Join();
}

ServerStats HttpServer::stats() const {
  const auto load = [](const std::atomic<uint64_t>& counter) {
    return counter.load(std::memory_order_relaxed);
  };
  return {.connections_accepted = load(core_->accepted),
          .connections_refused = load(core_->refused),
          .connections_evicted = load(core_->evicted),
          .requests = load(core_->requests),
          .requests_refused = load(core_->requests_refused),
          .timeouts = load(core_->timeouts),
          .streams_dropped = load(core_->streams_dropped),
          .connections = static_cast<uint64_t>(core_->limiter.open()),
          .requests_in_flight = load(core_->in_flight),
          .bodies_bytes = core_->budget.used()};
}

base::Result<> HttpServer::ReloadCertificates() {
  if (!core_->tls) return base::FailedPrecondition("the server was started without TLS");
  return core_->tls->Reload();
}

}  // namespace vedette::net
