#include "sources/snappy_body/size.h"

#include <fmt/core.h>
#include <snappy.h>

namespace vedette::sources::snappy_body {
namespace {

// No snappy block expands more: an element of 3 bytes yields at most 64.
constexpr size_t kRatioMax = 22;

}  // namespace

base::Result<size_t> DecodedSize(std::string_view body, size_t decoded_bytes_max) {
  size_t size = 0;
  if (!snappy::GetUncompressedLength(body.data(), body.size(), &size)) {
    return base::InvalidArgument("the body is not compressed with snappy");
  }
  if (size > decoded_bytes_max) {
    return base::InvalidArgument(
        fmt::format("the body claims {} bytes when decompressed; the limit is {}", size,
                    decoded_bytes_max),
        "decoded_bytes");
  }
  if (size / kRatioMax > body.size()) {
    return base::InvalidArgument(fmt::format(
        "a snappy body of {} bytes cannot hold the {} that it claims", body.size(), size));
  }
  return size;
}

}  // namespace vedette::sources::snappy_body
