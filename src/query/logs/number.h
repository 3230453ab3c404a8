#pragma once

#include <optional>
#include <string_view>

namespace vedette::query::logs {

// The number that a text is: 12, -0.5, 1e3; with a unit of time in seconds (250ms is 0.25, 1m30s is
// 90), with one of size in bytes (4KB is 4000, 4KiB is 4096). Nothing for any other text and for
// what is not finite.
std::optional<double> NumberOf(std::string_view text);

}  // namespace vedette::query::logs
