// Any bytes as a stored snapshot of the service graph: no crash, and what can be read is written
// and read again as the same. The bytes are taken as the raw form and as the compressed one.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "records/compress.h"
#include "topology/codec.h"
#include "topology/layout.h"

namespace {

void Try(const std::string& bytes) {
  const auto graph = vedette::topology::DecodeGraph(bytes);
  if (!graph.ok()) return;
  const std::string again = vedette::topology::EncodeGraph(*graph);
  const auto back = vedette::topology::DecodeGraph(again);
  VEDETTE_CHECK(back.ok());
  VEDETTE_CHECK(vedette::topology::EncodeGraph(*back) == again);
  if (graph->size() > 500) return;
  VEDETTE_CHECK(vedette::topology::MakeLayout(*graph).nodes.size() == graph->nodes().size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Try(bytes);
  std::string compressed;
  vedette::records::AppendCompressed(compressed, bytes);
  Try(compressed);
  return 0;
}
