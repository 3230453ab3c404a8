#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace vedette::records {

// Bytes with zstd around them where that makes them shorter. Appends a form that says what it is
// and how long. Pure functions.
void AppendCompressed(std::string& out, std::string_view raw);

// Reads that form from the beginning of `bytes` and removes it. Error: kDataLoss, also for more
// than 256 MiB.
base::Result<std::string> ReadCompressed(std::string_view& bytes);

}  // namespace vedette::records
