#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/body_budget.h"
#include "net/chunked_decoder.h"
#include "net/http.h"
#include "net/inflater.h"
#include "net/request_head.h"

namespace vedette::net {

struct ReaderLimits {
  size_t header_bytes_max = 16 << 10;
  size_t headers_max = 100;
  // The most decoded bytes of a body for this path.
  std::function<size_t(std::string_view path)> body_limit;
};

// Turns bytes into requests, one after the other, without I/O: head, framing, gzip, zstd and all
// limits. What it holds is bounded by the limits at every moment. Not thread-safe; one per
// connection. `limits` and `budget` must outlive it.
class RequestReader {
 public:
  enum class State {
    kHead,      // between requests or inside a head
    kBody,      // the head is known
    kComplete,  // TakeRequest, later Next
    kFailed,    // answer failure() and close: the rest of the stream has no meaning
  };

  RequestReader(const ReaderLimits& limits, BodyBudget& budget)
      : limits_(limits), budget_(budget), body_(budget) {}

  // Consumes bytes up to the end of the request, and says how many.
  // REQUIRES: state is kHead or kBody.
  size_t Feed(std::string_view bytes);

  State state() const { return state_; }
  // True when the next request has begun.
  bool started() const { return state_ != State::kHead || !head_text_.empty(); }
  // Encoded bytes of the body so far.
  uint64_t body_bytes_read() const { return body_bytes_read_; }
  const RequestHead& head() const { return head_; }
  const RequestFailure& failure() const { return failure_; }

  // The parts of Request that the bytes tell. REQUIRES: kComplete. head() keeps its flags.
  Request TakeRequest();
  // Forgets the request, gives its memory back to the budget and begins the next one.
  void Next();

 private:
  size_t FeedHead(std::string_view bytes);
  void EndOfLine();
  void EndOfHead();
  size_t FeedLength(std::string_view bytes);
  size_t FeedChunked(std::string_view bytes);
  bool AppendBody(std::string_view bytes);
  bool AppendPlain(std::string_view bytes);
  bool BeginDecoding();
  void EndOfBody();
  void Fail(int status, std::string_view message, std::string_view field = {},
            std::optional<size_t> limit = {});
  void FailTooLarge(size_t bytes_max);

  const ReaderLimits& limits_;
  BodyBudget& budget_;
  State state_ = State::kHead;
  RequestFailure failure_;

  std::string head_text_;
  size_t line_start_ = 0;
  size_t lines_ = 0;
  int blank_lines_ = 0;
  RequestHead head_;

  uint64_t length_left_ = 0;
  uint64_t body_bytes_read_ = 0;
  ChunkedDecoder chunked_;
  std::unique_ptr<Inflater> inflater_;
  BodyBuffer body_;
};

}  // namespace vedette::net
