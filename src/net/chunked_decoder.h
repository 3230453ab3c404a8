#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vedette::net {

// Takes the chunked transfer coding (RFC 9112 section 7.1) apart, byte by byte as it arrives and
// without copying the data. Strict: CRLF only, hexadecimal sizes below 2^40, short extensions and
// trailers, which are checked and ignored. Not thread-safe; one per message.
class ChunkedDecoder {
 public:
  enum class Status { kMore, kDone, kMalformed };
  struct Step {
    Status status = Status::kMore;
    size_t consumed = 0;    // bytes of the argument that were used
    std::string_view data;  // body bytes among them; points into the argument
  };

  // Takes bytes up to the end of one piece of data. Call again with the rest until nothing is
  // left or the status is not kMore.
  Step Next(std::string_view bytes);

 private:
  enum class State { kSize, kExtension, kSizeLf, kData, kDataCr, kDataLf, kTrailer, kTrailerLf };

  Status OnByte(char c);
  Status OnSizeByte(char c);
  Status OnTrailerByte(char c);
  Status OnTrailerLine();

  static constexpr uint64_t kSizeMax = uint64_t{1} << 40;
  static constexpr int kDigitsMax = 16;
  static constexpr size_t kExtensionBytesMax = 256;
  static constexpr size_t kTrailerBytesMax = 4096;

  State state_ = State::kSize;
  uint64_t left_ = 0;  // of the chunk
  int digits_ = 0;
  size_t extension_bytes_ = 0;
  size_t trailer_bytes_ = 0;
  std::string trailer_line_;
};

}  // namespace vedette::net
