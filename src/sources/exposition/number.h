#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vedette::sources::exposition {

// Reads a sample value as Go's strconv.ParseFloat does: decimal or 0x hexadecimal with an optional
// sign and exponent, or Inf, Infinity or NaN in any case. Nothing when the text is no number or
// its size exceeds a double; what is too small is zero.
std::optional<double> ParseValue(std::string_view text);

// Reads a decimal integer with an optional minus sign.
std::optional<int64_t> ParseInteger(std::string_view text);

}  // namespace vedette::sources::exposition
