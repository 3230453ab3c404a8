#include "net/testing/smtp_server.h"

#include <array>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "net/testing/raw_server.h"

namespace vedette::net {
namespace {

constexpr int kStepMillis = 50;
constexpr int kSteps = 1200;  // a minute of patience

std::string GoodReply(const std::string& step) {
  if (step == "CONNECT") return "220 mail.test ESMTP";
  if (step == "EHLO") return "250-mail.test\r\n250-8BITMIME\r\n250 SIZE 10485760";
  if (step == "DATA") return "354 go on";
  if (step == "QUIT") return "221 bye";
  return "250 2.0.0 ok";
}

}  // namespace

struct SmtpServer::Connection {
  int fd = -1;
  std::string buffer;
  const std::atomic<bool>& stopping;

  std::optional<std::string> ReadLine() {
    size_t end = buffer.find("\r\n");
    for (int step = 0; end == std::string::npos && step < kSteps && !stopping; ++step) {
      pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
      if (::poll(&wait, 1, kStepMillis) <= 0) continue;
      std::array<char, 4096> piece;
      const ssize_t got = ::recv(fd, piece.data(), piece.size(), 0);
      if (got <= 0) return std::nullopt;
      buffer.append(piece.data(), static_cast<size_t>(got));
      end = buffer.find("\r\n");
    }
    if (end == std::string::npos) return std::nullopt;
    std::string line = buffer.substr(0, end);
    buffer.erase(0, end + 2);
    return line;
  }
};

SmtpServer::SmtpServer(std::map<std::string, std::string> replies)
    : replies_(std::move(replies)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
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

SmtpServer::~SmtpServer() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);  // wakes accept
  thread_.join();
  ::close(listener_);
}

std::vector<std::string> SmtpServer::commands() const {
  base::MutexLock lock(mutex_);
  return commands_;
}

std::string SmtpServer::message() const {
  base::MutexLock lock(mutex_);
  return message_;
}

void SmtpServer::Run() {
  while (true) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    Connection connection{.fd = fd, .buffer = {}, .stopping = stopping_};
    Serve(connection);
    ::close(fd);
  }
}

void SmtpServer::Serve(Connection& connection) {
  if (!Reply(connection, "CONNECT")) return;
  while (const std::optional<std::string> line = connection.ReadLine()) {
    const std::string verb = line->substr(0, 4);
    {
      base::MutexLock lock(mutex_);
      commands_.push_back(*line);
    }
    if (!Reply(connection, verb)) return;
    if (verb == "DATA" && !replies_.contains("DATA") && !TakeMessage(connection)) return;
    if (verb == "QUIT") return;
  }
}

bool SmtpServer::Reply(Connection& connection, const std::string& step) {
  const auto said = replies_.find(step);
  const std::string reply = said == replies_.end() ? GoodReply(step) : said->second;
  if (reply == "reset") {
    ResetOnClose(connection.fd);
    return false;
  }
  if (reply == "hang") {
    while (connection.ReadLine()) continue;  // until the client goes
    return false;
  }
  return SendAll(connection.fd, reply + "\r\n");
}

bool SmtpServer::TakeMessage(Connection& connection) {
  std::string message;
  while (const std::optional<std::string> line = connection.ReadLine()) {
    if (*line == ".") {
      {
        base::MutexLock lock(mutex_);
        message_ = std::move(message);
      }
      return Reply(connection, "END");
    }
    message += (line->starts_with('.') ? line->substr(1) : *line) + "\r\n";
  }
  return false;
}

}  // namespace vedette::net
