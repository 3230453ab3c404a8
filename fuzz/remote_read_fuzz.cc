// Any bytes as a remote read body, and as the message inside one: no crash, and limits hold.

#include <cstddef>
#include <cstdint>
#include <snappy.h>
#include <string>
#include <string_view>

#include "base/check.h"
#include "sources/remote_read/messages.h"

namespace {

void Decode(std::string_view body) {
  const vedette::sources::remote_read::DecodeLimits limits{.queries_max = 4, .matchers_max = 4};
  const auto request = vedette::sources::remote_read::DecodeRequest(body, limits);
  if (!request.ok()) return;
  VEDETTE_CHECK(request->queries.size() <= limits.queries_max);
  for (const auto& query : request->queries) {
    VEDETTE_CHECK(query.matchers.size() <= limits.matchers_max);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  Decode(input);
  std::string packed;
  snappy::Compress(input.data(), input.size(), &packed);
  Decode(packed);
  return 0;
}
