#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace vedette::net {

// What handlers and clients see of HTTP/1.1. No Asio here: see server.h and client.h.

struct Header {
  std::string name;
  std::string value;
};

// Headers in order; names compare without case.
class Headers {
 public:
  void Add(std::string name, std::string value) {
    list_.push_back({std::move(name), std::move(value)});
  }
  void Set(std::string_view name, std::string value);
  // The first value; empty when there is none.
  std::string_view Get(std::string_view name) const;
  bool Has(std::string_view name) const;
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }
  size_t size() const { return list_.size(); }

 private:
  std::vector<Header> list_;
};

// Decoded name-value pairs of a query string or a form, in order.
using Parameters = std::vector<std::pair<std::string, std::string>>;

// Percent-decodes; '+' is a space. kInvalidArgument for broken escapes or more than `max` pairs.
base::Result<Parameters> ParseParameters(std::string_view encoded, size_t max = 256);
// The first value of a parameter.
std::optional<std::string_view> FindParameter(const Parameters& parameters, std::string_view name);

struct Request {
  std::string method;  // "GET"
  std::string target;  // as sent: "/api/v1/query?query=up"
  std::string path;    // decoded and canonical; the server refuses "//", "/./", "..", ";", %2f, %00
  Parameters query;
  Headers headers;
  // Whole, decoded from gzip and zstd where Content-Encoding says so; snappy is left as it is.
  // Followed by at least 64 readable bytes (simdjson's padding) in its capacity.
  std::string body;
  std::string_view decoded_from = {};  // the coding that was undone: "gzip", "zstd" or ""
  // The limit that the body was held to. Who undoes snappy holds to it too.
  size_t body_bytes_max = 32 << 20;
  std::string peer_address;  // "127.0.0.1"
  bool peer_is_loopback = false;
  bool tls = false;
  base::SteadyPoint deadline;  // the answer is of no use afterwards
  // True once the client has gone; for long work to look at now and then. Thread-safe.
  std::function<bool()> cancelled = [] { return false; };
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

Response TextResponse(int status, std::string body);
Response JsonResponse(int status, std::string body);

// Bytes of a response that has no end yet, such as server-sent events. Thread-safe.
class ResponseStream {
 public:
  virtual ~ResponseStream() = default;
  // Queues bytes. False when the client is gone or so slow that its buffer (1 MiB) is full: the
  // stream is then closed.
  virtual bool Write(std::string_view bytes) = 0;
  virtual bool closed() const = 0;
  virtual void Close() = 0;
};

// Takes the answer to one request, once, from any thread. A Responder that is destroyed without an
// answer sends 500.
class Responder {
 public:
  virtual ~Responder() = default;
  virtual void Send(Response response) = 0;
  // Sends the head and leaves the body open. `response.body` is its beginning.
  virtual std::shared_ptr<ResponseStream> Stream(Response head) = 0;
};

// Called on an I/O thread: it must not block, and hands work to a pool.
using Handler = std::function<void(Request, std::unique_ptr<Responder>)>;

// The reason phrase of a status code.
std::string_view StatusText(int status);

}  // namespace vedette::net
