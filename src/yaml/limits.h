#pragma once

#include <cstddef>

namespace vedette::yaml {

// Larger documents are refused.
inline constexpr size_t kDocumentBytesMax = 4 << 20;

}  // namespace vedette::yaml
