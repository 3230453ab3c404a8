#include "net/connection.h"

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <utility>

#include "base/log.h"
#include "net/http_chars.h"
#include "net/io_shard.h"
#include "net/server_responder.h"

namespace vedette::net {
namespace {

constexpr size_t kIdleBufferBytes = 4 << 10;
constexpr size_t kBodyBufferBytes = 64 << 10;
constexpr size_t kWriteBytesMax = 64 << 10;  // the write timeout is for this much
constexpr size_t kJoinBytesMax = 4 << 10;    // a body this small is copied behind its head
constexpr size_t kLingerBytesMax = 16 << 20;

}  // namespace

Connection::Connection(IoShard& shard, std::unique_ptr<Transport> transport, Peer peer)
    : shard_(shard),
      core_(shard.core()),
      transport_(std::move(transport)),
      peer_(std::move(peer)),
      reader_(core_.reader_limits, core_.budget) {}

Connection::~Connection() = default;

void Connection::Start() {
  waiting_since_ = core_.Now();
  deadline_ = waiting_since_ + core_.options.header_timeout;
  if (peer_.tls) {
    transport_->Handshake(shared_from_this());
  } else {
    phase_ = Phase::kReading;
    Advance();
  }
}

void Connection::OnHandshake(IoOutcome outcome) {
  if (phase_ == Phase::kClosed) return;
  if (outcome != IoOutcome::kOk) return Close();
  phase_ = Phase::kReading;
  if (shard_.stopping()) return SayGoodbye();
  Advance();
}

void Connection::Advance() {
  while (phase_ == Phase::kReading && read_begin_ < read_end_) {
    read_begin_ += FeedReader();
    switch (reader_.state()) {
      case RequestReader::State::kHead: UpdateReadDeadline(); break;
      case RequestReader::State::kBody:
        UpdateReadDeadline();
        SendContinue();
        break;
      case RequestReader::State::kComplete: Dispatch(); break;
      case RequestReader::State::kFailed: Refuse(reader_.failure()); break;
    }
  }
  if (phase_ == Phase::kReading && peer_ended_) return Close();
  if (phase_ == Phase::kReading || phase_ == Phase::kHandling || phase_ == Phase::kStreaming) {
    StartRead();
  }
}

size_t Connection::FeedReader() {
  return reader_.Feed(std::string_view(read_buffer_.get() + read_begin_, read_end_ - read_begin_));
}

void Connection::StartRead() {
  if (reading_ || peer_ended_) return;
  if (read_begin_ == read_end_) {
    read_begin_ = read_end_ = 0;
    // Little at a time of what may be a bomb: it is decoded between two looks at other clients.
    const bool large = reader_.state() == RequestReader::State::kBody &&
                       reader_.head().coding == BodyCoding::kNone;
    const size_t want = large ? kBodyBufferBytes : kIdleBufferBytes;
    if (read_capacity_ != want) {
      read_buffer_ = std::make_unique_for_overwrite<char[]>(want);
      read_capacity_ = want;
    }
  }
  if (read_end_ == read_capacity_) return;  // enough pipelined requests are waiting
  reading_ = true;
  transport_->Read(read_buffer_.get() + read_end_, read_capacity_ - read_end_, shared_from_this());
}

void Connection::OnRead(IoOutcome outcome, size_t bytes) {
  reading_ = false;
  if (phase_ == Phase::kClosed) return;
  if (outcome != IoOutcome::kOk) return OnPeerEnd(outcome);
  if (phase_ == Phase::kLingering) {
    lingered_bytes_ += bytes;
    if (lingered_bytes_ > kLingerBytesMax) return Close();
    read_begin_ = read_end_ = 0;
    if (said_goodbye_) StartRead();
    return;
  }
  read_end_ += bytes;
  Advance();
}

void Connection::OnPeerEnd(IoOutcome outcome) {
  peer_ended_ = true;
  if (cancelled_) cancelled_->store(true, std::memory_order_relaxed);
  // A client that only closed its sending side still gets the answer under way.
  const bool answer = phase_ == Phase::kHandling || phase_ == Phase::kWriting;
  if (outcome == IoOutcome::kFailed || !answer) Close();
}

void Connection::UpdateReadDeadline() {
  const ServerOptions& options = core_.options;
  if (reader_.state() == RequestReader::State::kHead) {
    if (std::exchange(idle_, false)) deadline_ = core_.Now() + options.header_timeout;
    return;
  }
  if (!std::exchange(body_begun_, true)) body_start_ = core_.Now();
  deadline_ = body_start_ + options.body_timeout;
  if (options.body_bytes_per_second_min > 0) {
    // A body that keeps to the minimum rate moves this ahead of itself.
    const auto earned = std::chrono::milliseconds(reader_.body_bytes_read() * 1000 /
                                                  options.body_bytes_per_second_min);
    deadline_ = std::min(deadline_, body_start_ + options.body_grace + earned);
  }
}

void Connection::SendContinue() {
  if (!reader_.head().expects_continue || reader_.body_bytes_read() > 0 || writing_) return;
  queued_head_.append("HTTP/1.1 100 Continue\r\n\r\n");
  WriteMore();
}

Request Connection::TakeRequest() {
  Request request = reader_.TakeRequest();
  request.peer_address = peer_.address;
  request.peer_is_loopback = peer_.is_loopback;
  request.tls = peer_.tls;
  request.deadline = deadline_;
  request.cancelled = [flag = cancelled_] { return flag->load(std::memory_order_relaxed); };
  return request;
}

void Connection::Dispatch() {
  phase_ = Phase::kHandling;
  idle_ = false;
  body_begun_ = false;
  keep_alive_ = reader_.head().keep_alive && !shard_.stopping();
  deadline_ = core_.Now() + core_.options.request_deadline;
  cancelled_ = std::make_shared<std::atomic<bool>>(peer_ended_);
  ++request_number_;
  request_open_ = true;
  core_.requests.fetch_add(1, std::memory_order_relaxed);
  core_.in_flight.fetch_add(1, std::memory_order_relaxed);
  auto responder = MakeResponder(shard_, *this, request_number_, reader_.head().accepts_gzip);
  try {
    core_.handler(TakeRequest(), std::move(responder));
  } catch (const std::exception& error) {
    // Its Responder was destroyed on the way here, which has sent 500.
    base::LogError("a request handler threw", {{"error", error.what()}});
  }
}

void Connection::Refuse(const RequestFailure& failure) {
  core_.requests_refused.fetch_add(1, std::memory_order_relaxed);
  keep_alive_ = false;
  phase_ = Phase::kWriting;
  Response response = FailureResponse(failure);
  QueueHead(response, ResponseFraming::kLength, response.body.size());
  out_body_ = std::move(response.body);
  WriteMore();
}

void Connection::Respond(uint64_t request, Response response) {
  if (phase_ != Phase::kHandling || request != request_number_) return;
  phase_ = Phase::kWriting;
  ForEachListElement(response.headers.Get("Connection"), [this](std::string_view option) {
    if (EqualsIgnoreCase(option, "close")) keep_alive_ = false;
  });
  const bool bodiless = IsBodiless(response.status);
  QueueHead(response, bodiless ? ResponseFraming::kNoBody : ResponseFraming::kLength,
            response.body.size());
  if (!bodiless && reader_.head().method != "HEAD") out_body_ = std::move(response.body);
  WriteMore();
}

void Connection::RespondStream(uint64_t request, const Response& head,
                               std::shared_ptr<StreamQueue> queue) {
  if (phase_ != Phase::kHandling || request != request_number_) return queue->Abandon();
  phase_ = Phase::kStreaming;
  stream_ = std::move(queue);
  stream_ended_ = false;
  stream_framing_ = ResponseFraming::kChunked;
  if (reader_.head().minor_version == 0) {
    stream_framing_ = ResponseFraming::kUntilClose;
    keep_alive_ = false;
  }
  if (shard_.stopping()) keep_alive_ = false;
  const bool bodiless = IsBodiless(head.status);
  QueueHead(head, bodiless ? ResponseFraming::kNoBody : stream_framing_, 0);
  if (bodiless || reader_.head().method == "HEAD") {
    stream_framing_ = ResponseFraming::kNoBody;
    stream_->Abandon();
  }
  if (shard_.stopping()) stream_->Close();
  FlushStream();
}

void Connection::FlushStream() {
  if (phase_ != Phase::kStreaming) return;
  if (stream_->overflowed()) {
    core_.streams_dropped.fetch_add(1, std::memory_order_relaxed);
    transport_->DropUnsent();
    return Close();
  }
  if (writing_) return;
  if (!stream_ended_) {
    StreamQueue::Batch batch = stream_->Take();
    stream_ended_ = batch.last;
    stream_bytes_sending_ = batch.bytes.size();
    const bool chunked = stream_framing_ == ResponseFraming::kChunked;
    out_body_ = std::move(batch.bytes);
    out_body_begin_ = 0;
    if (chunked && !out_body_.empty()) {
      fmt::format_to(std::back_inserter(queued_head_), "{:x}\r\n", out_body_.size());
      out_body_.append("\r\n");
    }
    if (chunked && stream_ended_) out_body_.append("0\r\n\r\n");
  }
  WriteMore();
}

void Connection::QueueHead(const Response& head, ResponseFraming framing, size_t content_length) {
  const ResponseFrame frame{.framing = framing,
                            .content_length = content_length,
                            .minor_version = reader_.head().minor_version,
                            .keep_alive = keep_alive_,
                            .date = shard_.Date()};
  AppendResponseHead(head, frame, queued_head_);
  out_body_.clear();
  out_body_begin_ = 0;
}

// Writes the next piece, or finds that the answer is complete.
void Connection::WriteMore() {
  if (writing_) return;
  writing_head_.clear();
  writing_head_.swap(queued_head_);
  std::string_view piece = std::string_view(out_body_).substr(out_body_begin_, kWriteBytesMax);
  out_body_begin_ += piece.size();
  if (piece.size() <= kJoinBytesMax) {
    writing_head_.append(piece);
    piece = {};
  }
  if (writing_head_.empty() && piece.empty()) {
    if (phase_ == Phase::kWriting || stream_ended_) return EndResponse();
    if (phase_ == Phase::kStreaming) deadline_ = base::SteadyPoint::max();
    return;
  }
  if (phase_ != Phase::kReading) {
    waiting_since_ = core_.Now();
    deadline_ = waiting_since_ + core_.options.write_timeout;
  }
  writing_ = true;
  transport_->Write(writing_head_, piece, shared_from_this());
}

void Connection::OnWrite(IoOutcome outcome) {
  writing_ = false;
  if (phase_ == Phase::kClosed) return;
  if (outcome != IoOutcome::kOk) return Close();
  const bool more = !queued_head_.empty() || out_body_begin_ < out_body_.size();
  if (more || phase_ == Phase::kWriting) return WriteMore();
  if (phase_ == Phase::kStreaming) {
    stream_->Sent(std::exchange(stream_bytes_sending_, 0));
    FlushStream();
  }
}

void Connection::EndResponse() {
  LeaveRequest();
  if (!keep_alive_ || shard_.stopping()) return SayGoodbye();
  reader_.Next();
  phase_ = Phase::kReading;
  idle_ = true;
  waiting_since_ = core_.Now();
  deadline_ = waiting_since_ + core_.options.idle_timeout;
  Advance();
}

// What the request held is given back; whoever still works on it learns that it is over.
void Connection::LeaveRequest() {
  if (stream_) std::exchange(stream_, nullptr)->Abandon();
  stream_ended_ = false;
  cancelled_.reset();
  out_body_ = {};
  out_body_begin_ = 0;
  if (std::exchange(request_open_, false)) core_.in_flight.fetch_sub(1, std::memory_order_relaxed);
}

// Half-closes and reads on for a moment: closing with unread bytes would make the kernel send a
// reset, which can destroy the last answer before the client has read it.
void Connection::SayGoodbye() {
  reader_.Next();
  if (peer_ended_) return Close();
  phase_ = Phase::kLingering;
  waiting_since_ = core_.Now();
  deadline_ = waiting_since_ + core_.options.linger_timeout;
  transport_->Finish(shared_from_this());
}

void Connection::OnFinish() {
  said_goodbye_ = true;
  if (phase_ != Phase::kLingering) return;
  if (!reading_) read_begin_ = read_end_ = 0;
  StartRead();
}

std::chrono::nanoseconds Connection::StalledFor(base::SteadyPoint now) const {
  const std::chrono::nanoseconds waited = now - waiting_since_;
  switch (phase_) {
    case Phase::kReading:
      if (body_begun_) {
        const auto least = static_cast<uint64_t>((now - body_start_) / std::chrono::seconds(1)) *
                           core_.options.body_bytes_per_second_min;
        if (reader_.body_bytes_read() >= least) return {};
      }
      return waited;
    case Phase::kStreaming: return writing_ ? waited : std::chrono::nanoseconds(0);
    case Phase::kHandling:
    case Phase::kClosed: return {};
    default: return waited;
  }
}

void Connection::OnSweep(base::SteadyPoint now) {
  if (now >= deadline_) OnTimeout();
}

void Connection::OnTimeout() {
  const bool nothing_asked = idle_ || (phase_ == Phase::kReading && !reader_.started());
  if (phase_ == Phase::kLingering || nothing_asked) return Close();
  core_.timeouts.fetch_add(1, std::memory_order_relaxed);
  if (phase_ == Phase::kReading) return Refuse({408, "the request did not arrive in time"});
  if (phase_ != Phase::kHandling) {
    transport_->DropUnsent();
    return Close();
  }
  cancelled_->store(true, std::memory_order_relaxed);
  keep_alive_ = false;
  Respond(request_number_, FailureResponse({503, "the request took longer than its deadline"}));
}

void Connection::BeginStop() {
  switch (phase_) {
    case Phase::kHandshake: return Close();
    case Phase::kReading:
      if (!reader_.started()) Close();
      return;
    case Phase::kStreaming: stream_->Close(); break;
    default: break;
  }
  keep_alive_ = false;
}

void Connection::Close() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  if (cancelled_) cancelled_->store(true, std::memory_order_relaxed);
  LeaveRequest();
  reader_.Next();
  transport_->Close();
  shard_.Forget(*this);
}

}  // namespace vedette::net
