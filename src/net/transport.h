#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace vedette::net {

// How an operation of a Transport ended.
enum class IoOutcome {
  kOk,
  kEnd,     // the other side has closed its direction
  kFailed,  // reset, cancelled, TLS failure
};

// Who is told when operations of a Transport end. Called on the transport's I/O thread, never
// from inside the call that began the operation.
class TransportEvents {
 public:
  virtual ~TransportEvents() = default;
  virtual void OnHandshake(IoOutcome outcome) = 0;
  virtual void OnRead(IoOutcome outcome, size_t bytes) = 0;
  virtual void OnWrite(IoOutcome outcome) = 0;
  virtual void OnFinish() = 0;
};

// A byte stream to one peer, plain or TLS: the one place where the two differ, so that the rest
// is compiled once and never sees Asio's templates. One operation of each kind at a time; the
// events object is kept alive until the operation has ended. Not thread-safe: I/O thread only.
class Transport {
 public:
  using Events = std::shared_ptr<TransportEvents>;

  virtual ~Transport() = default;
  virtual void Handshake(Events events) = 0;
  // Reads at least one byte into memory that must stay until OnRead.
  virtual void Read(char* into, size_t size, Events events) = 0;
  // Writes both pieces, which must stay until OnWrite.
  virtual void Write(std::string_view first, std::string_view second, Events events) = 0;
  // Says to the peer that nothing more will come; it may still send. OnFinish follows.
  virtual void Finish(Events events) = 0;
  // Close will reset the connection, so that the kernel drops what a slow peer has not taken
  // instead of holding it for minutes.
  virtual void DropUnsent() = 0;
  // Closes at once; operations under way end with kFailed.
  virtual void Close() = 0;
};

}  // namespace vedette::net
