#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace vedette::sources::snappy_body {

// The bytes that a snappy block claims to hold, before memory is taken for them. kInvalidArgument
// for what is no such block, claims more than the limit, or more than so few bytes can hold.
base::Result<size_t> DecodedSize(std::string_view body, size_t decoded_bytes_max);

}  // namespace vedette::sources::snappy_body
