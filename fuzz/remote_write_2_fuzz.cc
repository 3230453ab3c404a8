// Any bytes as a remote write 2.0 body, and as the message inside one: no crash, and what is
// accepted has canonical labels and valid histograms.

#include <cstddef>
#include <cstdint>
#include <snappy.h>
#include <string>
#include <string_view>

#include "base/check.h"
#include "model/labels.h"
#include "model/write_batch.h"
#include "sources/remote_write/symbol_decoder.h"

namespace {

void Decode(std::string_view body) {
  vedette::sources::remote_write::SymbolDecoder decoder({.decoded_bytes_max = 1 << 20});
  vedette::model::WriteBatch batch;
  const auto report = decoder.Decode(body, batch, [](const auto&) {});
  if (!report.ok()) return;
  VEDETTE_CHECK(report->samples == batch.sample_count());
  VEDETTE_CHECK(report->histograms == batch.histograms().size());
  VEDETTE_CHECK(report->exemplars == batch.exemplars().size());
  for (const auto& entry : batch.entries()) {
    VEDETTE_CHECK(vedette::model::LabelsView::ParseCanonical(batch.labels(entry).bytes()).ok());
  }
  for (const auto& sample : batch.histograms()) VEDETTE_CHECK(sample.histogram.Validate().ok());
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
