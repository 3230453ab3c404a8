// Any bytes as InfluxDB line protocol: no crash, what is accepted has canonical labels, and every
// line is counted.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "sources/influx/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  vedette::model::WriteBatch batch;
  const auto report =
      vedette::sources::influx::Parse(body, {}, vedette::base::FromMillis(0), batch);
  if (!report.ok()) return 0;
  VEDETTE_CHECK(report->samples == batch.sample_count());
  VEDETTE_CHECK(report->refused_lines <= report->lines);
  for (const auto& entry : batch.entries()) {
    VEDETTE_CHECK(vedette::model::LabelsView::ParseCanonical(batch.labels(entry).bytes()).ok());
  }
  return 0;
}
