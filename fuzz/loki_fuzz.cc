// Any bytes as a Loki push request, in JSON, as a snappy block, and as the protobuf inside one: no
// crash, every line is accepted or refused.

#include <cstddef>
#include <cstdint>
#include <snappy.h>
#include <string>

#include "base/check.h"
#include "sources/loki/parser.h"

namespace {

void Check(const vedette::base::Result<vedette::sources::loki::ParsedPush>& parsed) {
  if (parsed.ok()) VEDETTE_CHECK(parsed->records.size() + parsed->refused == parsed->lines);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  Check(vedette::sources::loki::ParseJson(body));
  Check(vedette::sources::loki::ParseProtobuf(body));
  std::string packed;
  snappy::Compress(body.data(), body.size(), &packed);
  Check(vedette::sources::loki::ParseProtobuf(packed));
  return 0;
}
