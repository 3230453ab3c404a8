#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/http.h"
#include "net/request_reader.h"
#include "net/response_head.h"
#include "net/server_core.h"
#include "net/stream_queue.h"
#include "net/transport.h"

namespace vedette::net {

class IoShard;

// Who is at the other end.
struct Peer {
  std::string address;
  bool is_loopback = false;
  bool tls = false;
  ClientNetwork network{};
};

// One client: reads requests, hands them to the handler one at a time, writes the answers, keeps
// the deadlines. All on the shard's thread; no locks. While a request is handled it goes on
// reading, to notice a client that leaves; what it reads then (pipelined requests) waits in the
// read buffer, whose size bounds it.
class Connection final : public TransportEvents, public std::enable_shared_from_this<Connection> {
 public:
  // `shard` outlives the connection.
  Connection(IoShard& shard, std::unique_ptr<Transport> transport, Peer peer);
  ~Connection() override;

  void Start();
  // Closes when idle, else after the answer under way; ends a stream.
  void BeginStop();
  void OnSweep(base::SteadyPoint now);
  // How long the client has kept the connection waiting, for what can be closed in favour of a
  // new client; zero when it is in use.
  std::chrono::nanoseconds StalledFor(base::SteadyPoint now) const;
  void Close();

  // Answers to request number `request`; ignored when it is not the present one any more.
  void Respond(uint64_t request, Response response);
  void RespondStream(uint64_t request, const Response& head, std::shared_ptr<StreamQueue> queue);
  void FlushStream();

  void OnHandshake(IoOutcome outcome) override;
  void OnRead(IoOutcome outcome, size_t bytes) override;
  void OnWrite(IoOutcome outcome) override;
  void OnFinish() override;

  const Peer& peer() const { return peer_; }
  size_t index() const { return index_; }
  void set_index(size_t index) { index_ = index; }

 private:
  enum class Phase {
    kHandshake,
    kReading,    // a request, or between requests
    kHandling,   // the handler has it
    kWriting,    // the answer
    kStreaming,  // an answer without an end yet
    kLingering,  // said goodbye; reads on so that the client sees the last answer
    kClosed,
  };

  void Advance();
  size_t FeedReader();
  void StartRead();
  void UpdateReadDeadline();
  void SendContinue();
  void Dispatch();
  Request TakeRequest();
  void Refuse(const RequestFailure& failure);
  void OnPeerEnd(IoOutcome outcome);
  void OnTimeout();

  void QueueHead(const Response& head, ResponseFraming framing, size_t content_length);
  void WriteMore();
  void EndResponse();
  void LeaveRequest();
  void SayGoodbye();

  IoShard& shard_;
  ServerCore& core_;
  const std::unique_ptr<Transport> transport_;
  const Peer peer_;
  size_t index_ = 0;  // in the shard's list

  Phase phase_ = Phase::kHandshake;
  base::SteadyPoint deadline_;
  base::SteadyPoint waiting_since_;  // for the client: to ask, to take the answer, to leave
  bool keep_alive_ = true;
  bool peer_ended_ = false;
  bool said_goodbye_ = false;
  size_t lingered_bytes_ = 0;

  RequestReader reader_;
  bool idle_ = false;  // between requests, with nothing of the next one read
  bool body_begun_ = false;
  base::SteadyPoint body_start_;

  std::unique_ptr<char[]> read_buffer_;
  size_t read_capacity_ = 0;
  size_t read_begin_ = 0;  // the bytes [begin, end) are read and not consumed
  size_t read_end_ = 0;
  bool reading_ = false;

  // The request under way; the number tells its answer from a late one.
  uint64_t request_number_ = 0;
  bool request_open_ = false;
  std::shared_ptr<std::atomic<bool>> cancelled_;

  std::string queued_head_;   // to be written next
  std::string writing_head_;  // being written
  std::string out_body_;      // follows queued_head_
  size_t out_body_begin_ = 0;
  bool writing_ = false;

  std::shared_ptr<StreamQueue> stream_;
  ResponseFraming stream_framing_ = ResponseFraming::kChunked;
  size_t stream_bytes_sending_ = 0;
  bool stream_ended_ = false;  // its last bytes are in the output
};

}  // namespace vedette::net
