#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace vedette::rules {

// Reads a duration as Prometheus' files write it: "0", or whole numbers with the units y, w, d, h,
// m, s, ms, each at most once and in this order ("1h30m"). Error: kInvalidArgument.
base::Result<base::Duration> ParsePrometheusDuration(std::string_view text);

// The form that Prometheus writes: "1h30m", "10m", "0s".
std::string FormatPrometheusDuration(base::Duration duration);

}  // namespace vedette::rules
