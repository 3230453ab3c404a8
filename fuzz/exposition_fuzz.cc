// Any bytes as exposition in every format: no crash, and what is accepted has canonical
// labels.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/clock.h"
#include "model/labels.h"
#include "model/write_batch.h"
#include "sources/exposition/parser.h"

namespace exposition = vedette::sources::exposition;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto format : {exposition::Format::kText, exposition::Format::kOpenMetrics,
                            exposition::Format::kProtobuf}) {
    vedette::model::WriteBatch batch;
    const auto samples = exposition::ParseBatch(
        text, {.format = format}, vedette::base::FromMillis(0), batch, [](const auto&) {});
    if (!samples.ok()) continue;
    VEDETTE_CHECK(*samples == batch.sample_count() + batch.histograms().size());
    for (const auto& entry : batch.entries()) {
      VEDETTE_CHECK(vedette::model::LabelsView::ParseCanonical(batch.labels(entry).bytes()).ok());
    }
  }
  return 0;
}
