// Any bytes as the body of POST /api/v1/topology: no crash, every item is accepted or rejected.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "sources/topology/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto parsed = vedette::sources::topology::Parse(body, vedette::base::FromMillis(0));
  if (parsed.ok()) {
    VEDETTE_CHECK(parsed->ids.size() + parsed->rejected.size() == parsed->items);
  }
  return 0;
}
