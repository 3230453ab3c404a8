#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/http.h"

namespace vedette::net {

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address, or a name that resolves to one
  uint16_t port = 0;               // 0: any free port, see HttpServer::port
  int io_threads = 1;

  // Beyond these the connection that has stalled longest (idle or slow for 250 ms at least)
  // makes room for the new one; without one the new one gets 503.
  int max_connections = 2048;
  int max_connections_per_ip = 1024;  // one IPv4 address or IPv6 /64, loopback too

  size_t header_bytes_max = 16 << 10;  // request line and headers: 414, 431
  size_t headers_max = 100;            // 431
  size_t body_bytes_max = 32 << 20;    // decoded: 413
  // Another limit for some paths; called on an I/O thread. Empty: body_bytes_max for all.
  std::function<size_t(std::string_view path)> body_limit = {};
  size_t bodies_bytes_max = 256 << 20;  // of all requests in flight: 503 with Retry-After
  size_t stream_bytes_max = 1 << 20;    // what a ResponseStream holds for a slow client

  base::Duration header_timeout{10'000};    // from the first byte to the end of the head: 408
  base::Duration body_timeout{30'000};      // the whole body: 408
  base::Duration body_grace{10'000};        // until body_bytes_per_second_min applies: 408
  size_t body_bytes_per_second_min = 1024;  // 0: none
  base::Duration idle_timeout{60'000};      // between requests of a connection
  base::Duration write_timeout{12'000};     // for the client to take 64 KiB of the answer
  base::Duration request_deadline{60'000};  // Request::deadline; unanswered then: 503
  base::Duration linger_timeout{1'000};     // to read on after the last answer, then closed
  base::Duration stop_timeout{10'000};      // Stop waits this long for requests in flight

  size_t gzip_bytes_min = 1024;  // smaller responses are not compressed

  // PEM files; both empty means plain HTTP. The chain begins with the server's certificate.
  std::string certificate_file = {};
  std::string key_file = {};

  // For timeouts and deadlines; null means the machine's clock. Must outlive the server.
  const base::Clock* clock = nullptr;
};

// What a server has seen since its start; the last three are levels.
struct ServerStats {
  uint64_t connections_accepted = 0;
  uint64_t connections_refused = 0;  // by max_connections and max_connections_per_ip
  uint64_t connections_evicted = 0;  // stalled ones, in favour of new ones
  uint64_t requests = 0;             // handed to the handler
  uint64_t requests_refused = 0;     // malformed or beyond a limit
  uint64_t timeouts = 0;
  uint64_t streams_dropped = 0;  // because the client was too slow
  uint64_t connections = 0;
  uint64_t requests_in_flight = 0;
  uint64_t bodies_bytes = 0;
};

struct ServerCore;
class IoShard;
class Acceptor;

// HTTP/1.1 (and 1.0) over TCP or TLS: keep-alive, pipelining answered in order, chunked and gzip
// request bodies, gzip responses, streams, limits and timeouts on everything. Requests are strict:
// what two servers could read differently is refused with 400 and the connection is closed.
// The handler runs on an I/O thread and must not block; its answer may come from any thread.
// Answers of text and JSON are compressed where the client accepts it and it pays.
// Thread-safe, but Stop and the destructor: not from a handler.
class HttpServer {
 public:
  // kInvalidArgument for options, kUnavailable when the address cannot be bound.
  static base::Result<std::unique_ptr<HttpServer>> Start(ServerOptions options, Handler handler);
  explicit HttpServer(std::shared_ptr<ServerCore> core);  // Start is what others call
  ~HttpServer();                                          // as Stop
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const { return port_; }
  ServerStats stats() const;

  // Reads the certificate files again for connections from now on. On error the old ones stay.
  base::Result<> ReloadCertificates();

  // Takes no more connections, closes idle ones and ends streams, waits for requests in flight
  // until stop_timeout, closes the rest and joins. Idempotent. A Responder that is used later
  // does nothing.
  void Stop();

 private:
  base::Result<> Listen();

  std::shared_ptr<ServerCore> core_;
  std::vector<std::shared_ptr<IoShard>> shards_;
  std::unique_ptr<Acceptor> acceptor_;
  uint16_t port_ = 0;
  bool running_ = false;
};

}  // namespace vedette::net
