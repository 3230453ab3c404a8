#include <cstddef>
#include <cstdint>
#include <string_view>

#include "notify/routing/icalendar.h"

// Calendars from outside.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(vedette::notify::routing::ParseCalendar(text, {}));
  return 0;
}
