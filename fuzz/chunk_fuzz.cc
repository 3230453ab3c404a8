// Stored chunks: whatever is on disk, decoding ends, stays in bounds and gives ascending times.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "series/chunk.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  // With a right checksum, or the fuzzer would never get further.
  if (size >= vedette::series::kChunkHeaderBytes) vedette::series::SealChunk(bytes);
  vedette::series::SampleColumns out;
  if (!vedette::series::DecodeChunk(bytes, INT64_MIN, INT64_MAX, out).ok()) return 0;
  VEDETTE_CHECK(out.t_ms.size() == out.values.size());
  for (size_t i = 1; i < out.t_ms.size(); ++i) VEDETTE_CHECK(out.t_ms[i - 1] < out.t_ms[i]);
  return 0;
}
