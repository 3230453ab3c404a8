// Any bytes as alerts of Alertmanager and of CloudWatch: no crash, what is accepted has an id.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "sources/alerts/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto now = vedette::base::FromMillis(1'800'000'000'000);
  if (const auto parsed = vedette::sources::alerts::ParseAlertmanager(body, now); parsed.ok()) {
    VEDETTE_CHECK(parsed->events.size() == parsed->indexes.size());
    for (const auto& event : parsed->events) VEDETTE_CHECK(!event.id.empty());
  }
  if (const auto event = vedette::sources::alerts::ParseCloudWatch(body, now); event.ok()) {
    VEDETTE_CHECK(!event->id.empty() && !event->service.empty());
  }
  return 0;
}
