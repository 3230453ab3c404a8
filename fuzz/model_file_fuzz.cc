// Any bytes as the file of a learned model, with and without a checksum that fits: no crash, and
// what can be read is written and read again as the same.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/result.h"
#include "detect/learned/model_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  vedette::base::IgnoreError(vedette::detect::learned::DecodeModel(bytes), "any answer will do");
  const auto model = vedette::detect::learned::DecodeModelBody(bytes);
  if (!model.ok()) return 0;
  const std::string again = vedette::detect::learned::EncodeModel(**model);
  const auto back = vedette::detect::learned::DecodeModel(again);
  VEDETTE_CHECK(back.ok());
  VEDETTE_CHECK(vedette::detect::learned::EncodeModel(**back) == again);
  return 0;
}
