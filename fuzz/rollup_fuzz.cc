// Stored roll-ups: whatever is on disk, decoding ends, stays in bounds and gives ascending windows.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "series/rollup.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using vedette::series::DecodeRollups;
  using vedette::series::RollupWindow;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  // With a right checksum, or the fuzzer would never get further.
  if (size >= vedette::series::kRollupHeadBytes) vedette::series::SealRollups(bytes);
  for (const int64_t resolution_ms : vedette::series::kRollupResolutionsMs) {
    const auto windows = DecodeRollups(bytes, resolution_ms);
    if (!windows.ok()) continue;
    for (size_t i = 0; i < windows->size(); ++i) {
      const RollupWindow& window = (*windows)[i];
      VEDETTE_CHECK(window.last_t_ms <= window.end_ms);
      VEDETTE_CHECK(window.rollup.first_t_ms <= window.last_t_ms);
      VEDETTE_CHECK(i == 0 || (*windows)[i - 1].end_ms < window.end_ms);
    }
  }
  return 0;
}
