#include "net/testing/raw_server.h"

#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace vedette::net {
namespace {

constexpr int kPatienceMillis = 60'000;

bool ReadHead(int fd) {
  std::string head;
  std::array<char, 4096> piece;
  while (head.find("\r\n\r\n") == std::string::npos) {
    pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, kPatienceMillis) <= 0) return false;
    const ssize_t got = ::recv(fd, piece.data(), piece.size(), 0);
    if (got <= 0) return false;
    head.append(piece.data(), static_cast<size_t>(got));
  }
  return true;
}

}  // namespace

RawServer::RawServer(std::function<void(int fd)> serve)
    : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
      ::listen(listener_, 16) == 0 &&
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
    port_ = ntohs(address.sin_port);
  }
  thread_ = std::thread([this] { Run(); });
}

RawServer::~RawServer() {
  ::shutdown(listener_, SHUT_RDWR);  // wakes accept
  thread_.join();
  ::close(listener_);
}

void RawServer::Run() {
  while (true) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    ++accepted_;
    if (ReadHead(fd)) serve_(fd);
    ::close(fd);
  }
}

bool SendAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void ResetOnClose(int fd) {
  const linger abort{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
}

void WaitForClientToLeave(int fd) {
  std::array<char, 4096> piece;
  pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
  while (::poll(&wait, 1, kPatienceMillis) > 0 && ::recv(fd, piece.data(), piece.size(), 0) > 0) {
  }
}

}  // namespace vedette::net
