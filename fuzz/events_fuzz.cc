// Any bytes as the body of POST /api/v1/events: no crash, every item is accepted or rejected.

#include <cstddef>
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/clock.h"
#include "base/json.h"
#include "sources/events/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto parsed = vedette::sources::events::Parse(body, vedette::base::FromMillis(0));
  if (!parsed.ok()) return 0;
  VEDETTE_CHECK(parsed->events.size() + parsed->rejected.size() == parsed->items);
  for (const auto& event : parsed->events) {
    VEDETTE_CHECK(vedette::base::ParseJson(event.data_json).ok());
  }
  return 0;
}
