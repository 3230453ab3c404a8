#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vedette::base {

// The whole of a file (or pipe); of a larger one, little more than `bytes_max` bytes are read.
// Errors, each of which begins with the path: kNotFound when there is none, kResourceExhausted that
// names the limit, kFailedPrecondition for a folder and for what cannot be read.
Result<std::string> ReadFile(const std::string& path, size_t bytes_max);

// Makes this the content of a file, and its folder where there is none: who reads it at any moment
// finds all of the old content or of the new. Not forced to the disk: a power failure may lose it.
// One writer of a path at a time. Error: kUnavailable, begins with the path.
Result<> ReplaceFile(const std::string& path, std::string_view content);

}  // namespace vedette::base
