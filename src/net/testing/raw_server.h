#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>
#include <thread>

namespace vedette::net {

// A server without manners, for tests of clients: accepts connections on a loopback port one
// after the other, reads each request's head, and does what the test says with the socket.
class RawServer {
 public:
  // `serve` runs on the server's thread with the connected socket, which is closed afterwards.
  explicit RawServer(std::function<void(int fd)> serve);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  uint16_t port() const { return port_; }
  int accepted() const { return accepted_.load(); }

 private:
  void Run();

  const std::function<void(int fd)> serve_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<int> accepted_{0};
  std::thread thread_;
};

// Ways to serve.
bool SendAll(int fd, std::string_view bytes);  // false when the client has gone
void ResetOnClose(int fd);
void WaitForClientToLeave(int fd);

}  // namespace vedette::net
