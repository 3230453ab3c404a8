#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace vedette::base {

// The whole of a file (or pipe); of a larger one, little more than `bytes_max` bytes are read.
// Errors, each of which begins with the path: kNotFound when there is none, kResourceExhausted that
// names the limit, kFailedPrecondition for a folder and for what cannot be read.
Result<std::string> ReadFile(const std::string& path, size_t bytes_max);

}  // namespace vedette::base
