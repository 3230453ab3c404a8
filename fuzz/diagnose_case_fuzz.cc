#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "app/case_files.h"
#include "app/case_records.h"
#include "base/result.h"
#include "diagnose/diff_nature.h"
#include "diagnose/evidence.h"

// Cells of CSV, forms of log lines, natures of diffs and kinds of metrics, of any bytes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const vedette::base::Result<> read = vedette::app::ForEachCsvRow(
      "fuzz.csv", text, [](const std::vector<std::string_view>& cells) -> vedette::base::Result<> {
        for (const std::string_view cell : cells) {
          if (!vedette::app::ParseCsvNumber(cell)) vedette::app::LogFormOf(cell);
        }
        return {};
      });
  vedette::base::IgnoreError(read, "any outcome is fine, a crash is not");
  vedette::app::LogFormOf(text);
  vedette::diagnose::NatureOf(text, {"pool.go"});
  vedette::diagnose::KindOfMetric(text);
  return 0;
}
