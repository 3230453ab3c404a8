#pragma once

#include <cstddef>
#include <string>

namespace vedette::rules {

// Numbers as people read them, digit by digit as Prometheus' template functions write them.

inline constexpr size_t kTemplateOutputMax = 64 * 1024;  // bytes that one expansion may write

std::string Humanize(double value);            // 1234567 -> "1.235M"
std::string Humanize1024(double value);        // 1048576 -> "1Mi"
std::string HumanizeDuration(double seconds);  // 3700 -> "1h 1m 40s"
std::string HumanizePercentage(double ratio);  // 0.1234 -> "12.34%"
std::string HumanizeTimestamp(double unix_seconds);
std::string GoDuration(double seconds);  // 3700 -> "1h1m40s"

}  // namespace vedette::rules
