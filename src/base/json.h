#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace vedette::base {

using Json = nlohmann::ordered_json;

// Reads one JSON document (nothing may follow it). For configuration, commands and tests; bulk
// intake uses simdjson in `sources`. Nesting beyond 64 levels, invalid UTF-8 and anything that is
// not JSON give kInvalidArgument with the byte offset. Never throws. Include
// <nlohmann/json.hpp> to use the value.
Result<Json> ParseJson(std::string_view text);

// Compact text of a value; invalid UTF-8 becomes U+FFFD. Never throws.
std::string DumpJson(const Json& value);

}  // namespace vedette::base
