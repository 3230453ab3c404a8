// Any bytes as the body of POST /api/v1/logs: no crash, every item is accepted or rejected.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/clock.h"
#include "sources/logs/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  for (const char* type : {"application/json", "application/x-ndjson"}) {
    const auto parsed = vedette::sources::logs::Parse(body, type, vedette::base::FromMillis(0));
    if (!parsed.ok()) continue;
    VEDETTE_CHECK(parsed->records.size() + parsed->rejected.size() == parsed->items);
  }
  return 0;
}
