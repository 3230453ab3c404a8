#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace vedette::net {

// A mail server without TLS on a loopback port, for tests of clients: one connection after the
// other, each step answered as the test says. Steps are "CONNECT", the verbs "EHLO", "MAIL",
// "RCPT", ..., and "END" after the message; a step without a reply gets what a good server says.
// The reply "hang" says nothing more, "reset" resets the connection. Thread-safe.
class SmtpServer {
 public:
  explicit SmtpServer(std::map<std::string, std::string> replies = {});
  ~SmtpServer();
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;

  uint16_t port() const { return port_; }
  // Without the message's lines.
  std::vector<std::string> commands() const EXCLUDES(mutex_);
  // The last message, with its dots as they were before the client doubled them.
  std::string message() const EXCLUDES(mutex_);

 private:
  struct Connection;
  void Run();
  void Serve(Connection& connection);
  // False when the connection is at its end.
  bool Reply(Connection& connection, const std::string& step);
  bool TakeMessage(Connection& connection);

  const std::map<std::string, std::string> replies_;
  std::atomic<bool> stopping_{false};
  int listener_ = -1;
  uint16_t port_ = 0;
  mutable base::Mutex mutex_;
  std::vector<std::string> commands_ GUARDED_BY(mutex_);
  std::string message_ GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace vedette::net
