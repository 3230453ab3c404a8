#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vedette::net {

// A TCP connection to a loopback port on which tests say exactly what they want, byte by byte.
// Reads wait ten seconds at most. Not thread-safe.
class RawClient {
 public:
  explicit RawClient(uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return fd_ >= 0; }
  // False when the server has closed.
  bool Send(std::string_view bytes);
  // One response: head and body by Content-Length or chunked coding (kept as sent). `head_only`
  // for answers to HEAD. What is there when the server closes or nothing more comes.
  std::string ReadResponse(bool head_only = false);
  // Until `text` has arrived; everything up to its end.
  std::string ReadUntil(std::string_view text);
  // Until the server closes. ended_by_server tells that from giving up.
  std::string ReadAll();
  bool ended_by_server() const { return ended_; }
  void CloseSending();
  // Closes so that the server sees a reset.
  void Reset();
  // Makes the kernel hold little of what the server sends.
  void ShrinkReceiveBuffer();

 private:
  bool ReadMore();
  std::string Take(size_t size);

  int fd_ = -1;
  bool ended_ = false;
  std::string buffer_;
};

// The body of a response as ReadResponse gives it, without chunked coding.
std::string BodyOf(std::string_view response);
// Its status, 0 when there is none.
int StatusOf(std::string_view response);
// The first value of a header, empty when there is none.
std::string HeaderOf(std::string_view response, std::string_view name);

}  // namespace vedette::net
