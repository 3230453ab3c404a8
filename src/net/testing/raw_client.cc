#include "net/testing/raw_client.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/chunked_decoder.h"
#include "net/http_chars.h"

namespace vedette::net {
namespace {
constexpr int kPatienceMillis = 60'000;
}

RawClient::RawClient(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

RawClient::~RawClient() {
  if (fd_ >= 0) ::close(fd_);
}

bool RawClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool RawClient::ReadMore() {
  if (ended_) return false;
  pollfd wait{.fd = fd_, .events = POLLIN, .revents = 0};
  if (::poll(&wait, 1, kPatienceMillis) <= 0) return false;
  std::array<char, 65536> piece;
  const ssize_t got = ::recv(fd_, piece.data(), piece.size(), 0);
  if (got <= 0) {
    ended_ = true;
    return false;
  }
  buffer_.append(piece.data(), static_cast<size_t>(got));
  return true;
}

std::string RawClient::Take(size_t size) {
  std::string taken = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return taken;
}

std::string RawClient::ReadUntil(std::string_view text) {
  size_t at = buffer_.find(text);
  while (at == std::string::npos && ReadMore()) at = buffer_.find(text);
  return at == std::string::npos ? Take(buffer_.size()) : Take(at + text.size());
}

std::string RawClient::ReadResponse(bool head_only) {
  std::string response = ReadUntil("\r\n\r\n");
  const int status = StatusOf(response);
  if (head_only || status < 200 || status == 204 || status == 304) return response;
  if (HeaderOf(response, "Transfer-Encoding") == "chunked") {
    return response + ReadUntil("0\r\n\r\n");
  }
  const std::string length = HeaderOf(response, "Content-Length");
  if (length.empty()) return response + ReadAll();
  size_t size = 0;
  std::from_chars(length.data(), length.data() + length.size(), size);
  while (buffer_.size() < size && ReadMore()) {
  }
  return response + Take(size);
}

std::string RawClient::ReadAll() {
  while (ReadMore()) {
  }
  return Take(buffer_.size());
}

void RawClient::CloseSending() { ::shutdown(fd_, SHUT_WR); }

void RawClient::Reset() {
  const linger abort{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  ::close(fd_);
  fd_ = -1;
}

void RawClient::ShrinkReceiveBuffer() {
  const int bytes = 4096;
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

int StatusOf(std::string_view response) {
  int status = 0;
  if (response.starts_with("HTTP/1.1 ") && response.size() >= 12) {
    std::from_chars(response.data() + 9, response.data() + 12, status);
  }
  return status;
}

std::string HeaderOf(std::string_view response, std::string_view name) {
  std::string_view head = response.substr(0, response.find("\r\n\r\n"));
  while (!head.empty()) {
    const size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    const size_t colon = line.find(':');
    if (colon != std::string_view::npos && EqualsIgnoreCase(line.substr(0, colon), name)) {
      return std::string(TrimBlanks(line.substr(colon + 1)));
    }
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
  }
  return {};
}

std::string BodyOf(std::string_view response) {
  const size_t end = response.find("\r\n\r\n");
  if (end == std::string_view::npos) return {};
  std::string_view rest = response.substr(end + 4);
  if (HeaderOf(response, "Transfer-Encoding") != "chunked") return std::string(rest);
  std::string body;
  ChunkedDecoder decoder;
  while (!rest.empty()) {
    const ChunkedDecoder::Step step = decoder.Next(rest);
    body.append(step.data);
    rest.remove_prefix(step.consumed);
    if (step.status != ChunkedDecoder::Status::kMore) break;
  }
  return body;
}

}  // namespace vedette::net
