// Any bytes as an OTLP request of logs, in protobuf and in JSON: no crash, and what is accepted has
// a service.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "sources/otlp/json.h"
#include "sources/otlp/logs.h"

namespace {

void Decode(std::string_view message) {
  const auto logs = vedette::sources::otlp::DecodeLogs(message, vedette::base::FromMillis(0));
  if (!logs.ok()) return;
  for (const auto& record : logs->records) {
    VEDETTE_CHECK(!record.service.empty());
    VEDETTE_CHECK(record.trace_id.empty() || record.trace_id.size() == 32);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  Decode(input);
  const auto message = vedette::sources::otlp::JsonToProtobuf(
      vedette::sources::otlp::Signal::kLogs, input, {.decoded_bytes_max = 1 << 20});
  if (message.ok()) Decode(*message);
  return 0;
}
