// Any bytes as an OTLP request of traces, in protobuf and in JSON: no crash, and what is accepted
// has its ids.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "sources/otlp/json.h"
#include "sources/otlp/traces.h"

namespace {

void Decode(std::string_view message) {
  const auto traces = vedette::sources::otlp::DecodeTraces(message);
  if (!traces.ok()) return;
  for (const auto& span : traces->spans) {
    VEDETTE_CHECK(span.trace_id.size() == 32 && span.span_id.size() == 16);
    VEDETTE_CHECK(span.start_ns <= span.end_ns);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  Decode(input);
  const auto message = vedette::sources::otlp::JsonToProtobuf(
      vedette::sources::otlp::Signal::kTraces, input, {.decoded_bytes_max = 1 << 20});
  if (message.ok()) Decode(*message);
  return 0;
}
