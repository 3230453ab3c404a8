// Any bytes as an OTLP request of metrics, in protobuf and in JSON: no crash, and what is accepted
// has canonical labels and valid histograms.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "model/labels.h"
#include "model/write_batch.h"
#include "sources/otlp/json.h"
#include "sources/otlp/metrics.h"

namespace {

void Decode(std::string_view message) {
  vedette::sources::otlp::MetricsDecoder decoder({.samples_max = 10'000});
  vedette::model::WriteBatch batch;
  if (!decoder.Decode(message, batch, [](const auto&) {}).ok()) return;
  for (const auto& entry : batch.entries()) {
    VEDETTE_CHECK(vedette::model::LabelsView::ParseCanonical(batch.labels(entry).bytes()).ok());
  }
  for (const auto& sample : batch.histograms()) VEDETTE_CHECK(sample.histogram.Validate().ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  Decode(input);
  const auto message = vedette::sources::otlp::JsonToProtobuf(
      vedette::sources::otlp::Signal::kMetrics, input, {.decoded_bytes_max = 1 << 20});
  if (message.ok()) Decode(*message);
  return 0;
}
