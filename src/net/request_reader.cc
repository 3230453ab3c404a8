#include "net/request_reader.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "net/gzip.h"
#include "net/http_chars.h"
#include "net/zstd_inflater.h"

namespace vedette::net {
namespace {
// RFC 9112 section 2.2: a robust server ignores an empty line before the request line.
constexpr int kBlankLinesMax = 2;
}  // namespace

void RequestReader::Fail(int status, std::string_view message, std::string_view field,
                         std::optional<size_t> limit) {
  failure_ = {status, std::string(message), field, limit};
  state_ = State::kFailed;
}

void RequestReader::FailTooLarge(size_t bytes_max) {
  Fail(413,
       fmt::format("the body is larger than {} bytes{} (limits.body_bytes_max)", bytes_max,
                   inflater_ ? " when decoded" : ""),
       "limits.body_bytes_max", bytes_max);
}

size_t RequestReader::Feed(std::string_view bytes) {
  size_t used = 0;
  if (state_ == State::kHead) used = FeedHead(bytes);
  if (state_ != State::kBody || used == bytes.size()) return used;
  const std::string_view rest = bytes.substr(used);
  const size_t of_body =
      head_.framing == BodyFraming::kChunked ? FeedChunked(rest) : FeedLength(rest);
  body_bytes_read_ += of_body;
  return used + of_body;
}

size_t RequestReader::FeedHead(std::string_view bytes) {
  size_t used = 0;
  while (used < bytes.size() && state_ == State::kHead) {
    const std::string_view rest = bytes.substr(used);
    const size_t newline = rest.find('\n');
    const size_t take = newline == std::string_view::npos ? rest.size() : newline + 1;
    if (head_text_.size() + take > limits_.header_bytes_max) {
      const bool in_request_line = lines_ == 0;
      Fail(in_request_line ? 414 : 431,
           fmt::format("the request line {}is longer than {} bytes",
                       in_request_line ? "" : "with the headers ", limits_.header_bytes_max),
           in_request_line ? "request line" : "headers", limits_.header_bytes_max);
      return used;
    }
    head_text_.append(rest.substr(0, take));
    used += take;
    // Something that is not HTTP, such as a TLS hello, is refused at once.
    if (!IsTokenChar(head_text_.front()) && head_text_.front() != '\r') {
      Fail(400, "malformed request line");
    } else if (newline != std::string_view::npos) {
      EndOfLine();
    }
  }
  return used;
}

void RequestReader::EndOfLine() {
  if (head_text_.size() < line_start_ + 2 || head_text_[head_text_.size() - 2] != '\r') {
    return Fail(400, "a line ends in LF without CR");
  }
  const bool empty = head_text_.size() == line_start_ + 2;
  if (empty && lines_ > 0) return EndOfHead();
  if (empty) {
    head_text_.clear();
    if (++blank_lines_ > kBlankLinesMax) Fail(400, "empty lines before the request line");
    return;
  }
  // The request line is not a header.
  if (++lines_ > limits_.headers_max + 1) {
    return Fail(431, fmt::format("more than {} headers", limits_.headers_max), "headers",
                limits_.headers_max);
  }
  line_start_ = head_text_.size();
}

void RequestReader::EndOfHead() {
  const std::string_view text = std::string_view(head_text_).substr(0, head_text_.size() - 2);
  if (std::optional<RequestFailure> failure = ParseRequestHead(text, head_)) {
    failure_ = *std::move(failure);
    state_ = State::kFailed;
    return;
  }
  if (head_.framing == BodyFraming::kNone) {
    head_.coding = BodyCoding::kNone;
    state_ = State::kComplete;
    return;
  }
  const size_t limit = limits_.body_limit(head_.path);
  if (head_.framing == BodyFraming::kLength && head_.content_length > limit) {
    return FailTooLarge(limit);
  }
  body_.Reset(limit);
  length_left_ = head_.content_length;
  if (BeginDecoding()) state_ = State::kBody;
}

bool RequestReader::BeginDecoding() {
  if (head_.coding == BodyCoding::kGzip) inflater_ = std::make_unique<GzipInflater>();
  if (head_.coding == BodyCoding::kZstd) {
    inflater_ = ZstdInflater::Make(budget_);
    if (inflater_ == nullptr) {
      Fail(503, "too many request bodies are in memory; try again");
      return false;
    }
  }
  return true;
}

size_t RequestReader::FeedLength(std::string_view bytes) {
  const size_t take = static_cast<size_t>(std::min<uint64_t>(length_left_, bytes.size()));
  if (!AppendBody(bytes.substr(0, take))) return take;
  length_left_ -= take;
  if (length_left_ == 0) EndOfBody();
  return take;
}

size_t RequestReader::FeedChunked(std::string_view bytes) {
  size_t used = 0;
  while (used < bytes.size()) {
    const ChunkedDecoder::Step step = chunked_.Next(bytes.substr(used));
    used += step.consumed;
    if (step.status == ChunkedDecoder::Status::kMalformed) {
      Fail(400, "the chunked coding is malformed", "body");
      break;
    }
    if (!step.data.empty() && !AppendBody(step.data)) break;
    if (step.status == ChunkedDecoder::Status::kDone) {
      EndOfBody();
      break;
    }
  }
  return used;
}

bool RequestReader::AppendBody(std::string_view bytes) {
  if (!inflater_) return AppendPlain(bytes);
  std::string_view out;
  do {
    if (!inflater_->Next(bytes, out)) {
      Fail(400,
           head_.coding == BodyCoding::kGzip ? "the body is not valid gzip"
                                             : "the body is not valid zstd",
           "body");
      return false;
    }
    if (!AppendPlain(out)) return false;
  } while (!bytes.empty() || !out.empty());
  return true;
}

bool RequestReader::AppendPlain(std::string_view bytes) {
  switch (body_.Append(bytes)) {
    case BodyBuffer::Outcome::kOk: return true;
    case BodyBuffer::Outcome::kTooLarge: FailTooLarge(limits_.body_limit(head_.path)); return false;
    case BodyBuffer::Outcome::kOutOfBudget:
      Fail(503, "too many request bodies are in memory; try again");
      return false;
  }
  return false;
}

void RequestReader::EndOfBody() {
  if (inflater_ && !inflater_->complete()) {
    return Fail(400,
                head_.coding == BodyCoding::kGzip ? "the gzip body is truncated"
                                                  : "the zstd body is truncated",
                "body");
  }
  inflater_.reset();
  state_ = State::kComplete;
}

Request RequestReader::TakeRequest() {
  Request request;
  request.body_bytes_max = limits_.body_limit(head_.path);
  request.method = head_.method;
  request.target = std::move(head_.target);
  request.path = std::move(head_.path);
  request.query = std::move(head_.query);
  request.headers = std::move(head_.headers);
  request.body = body_.Take();
  if (head_.coding == BodyCoding::kGzip) request.decoded_from = "gzip";
  if (head_.coding == BodyCoding::kZstd) request.decoded_from = "zstd";
  return request;
}

void RequestReader::Next() {
  state_ = State::kHead;
  head_text_.clear();
  line_start_ = 0;
  lines_ = 0;
  blank_lines_ = 0;
  head_ = {};
  length_left_ = 0;
  body_bytes_read_ = 0;
  chunked_ = {};
  inflater_.reset();
  body_.Reset(0);
}

}  // namespace vedette::net
