#include "net/chunked_decoder.h"

#include <algorithm>

#include "net/http_chars.h"
#include "net/request_head.h"

namespace vedette::net {

ChunkedDecoder::Step ChunkedDecoder::Next(std::string_view bytes) {
  Step step;
  while (step.consumed < bytes.size()) {
    if (state_ == State::kData) {
      const std::string_view rest = bytes.substr(step.consumed);
      step.data = rest.substr(0, static_cast<size_t>(std::min<uint64_t>(left_, rest.size())));
      left_ -= step.data.size();
      step.consumed += step.data.size();
      if (left_ == 0) state_ = State::kDataCr;
      return step;
    }
    step.status = OnByte(bytes[step.consumed++]);
    if (step.status != Status::kMore) return step;
  }
  return step;
}

ChunkedDecoder::Status ChunkedDecoder::OnByte(char c) {
  switch (state_) {
    case State::kSize: return OnSizeByte(c);
    case State::kExtension:
      if (c == '\r') {
        state_ = State::kSizeLf;
        return Status::kMore;
      }
      return IsValueChar(c) && ++extension_bytes_ <= kExtensionBytesMax ? Status::kMore
                                                                        : Status::kMalformed;
    case State::kSizeLf:
      if (c != '\n') return Status::kMalformed;
      state_ = left_ == 0 ? State::kTrailer : State::kData;
      digits_ = 0;
      extension_bytes_ = 0;
      return Status::kMore;
    case State::kDataCr:
      state_ = State::kDataLf;
      return c == '\r' ? Status::kMore : Status::kMalformed;
    case State::kDataLf:
      state_ = State::kSize;
      return c == '\n' ? Status::kMore : Status::kMalformed;
    case State::kTrailer:
    case State::kTrailerLf: return OnTrailerByte(c);
    case State::kData: break;
  }
  return Status::kMalformed;
}

ChunkedDecoder::Status ChunkedDecoder::OnSizeByte(char c) {
  const int digit = HexValue(c);
  if (digit >= 0) {
    left_ = left_ * 16 + static_cast<uint64_t>(digit);
    return ++digits_ <= kDigitsMax && left_ < kSizeMax ? Status::kMore : Status::kMalformed;
  }
  if (digits_ == 0 || (c != ';' && c != '\r')) return Status::kMalformed;
  state_ = c == ';' ? State::kExtension : State::kSizeLf;
  return Status::kMore;
}

ChunkedDecoder::Status ChunkedDecoder::OnTrailerByte(char c) {
  if (state_ == State::kTrailerLf) return c == '\n' ? OnTrailerLine() : Status::kMalformed;
  if (c == '\r') {
    state_ = State::kTrailerLf;
    return Status::kMore;
  }
  if (c == '\n' || ++trailer_bytes_ > kTrailerBytesMax) return Status::kMalformed;
  trailer_line_.push_back(c);
  return Status::kMore;
}

ChunkedDecoder::Status ChunkedDecoder::OnTrailerLine() {
  if (trailer_line_.empty()) return Status::kDone;
  std::string_view name;
  std::string_view value;
  if (!ParseHeaderLine(trailer_line_, name, value)) return Status::kMalformed;
  trailer_line_.clear();
  state_ = State::kTrailer;
  return Status::kMore;
}

}  // namespace vedette::net
