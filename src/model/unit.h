#pragma once

#include <string>
#include <string_view>

namespace vedette::model {

// Units as short words: UCUM's ("s", "ms", "min", "h"), "B", "KiB", "percent" (of 100), "ratio" (of
// 1), "1" for a number of things, names of things ("messages"), and "/s" behind what is per second.
// Empty: not known. Pure.

// A unit as a sender wrote it, OpenMetrics' "seconds" or OpenTelemetry's "By/s" and "{request}", in
// these words. What is none of the known ones stays as it came.
std::string ShortUnit(std::string_view told);

// What the name of a metric says by the customs of Prometheus: its suffix.
// "level:metric:operations" of a recording rule has the metric's unit, per second after a rate.
std::string UnitOfName(std::string_view metric);

// Of the rate of a counter whose values have this unit; empty for what is not known.
std::string PerSecond(std::string_view unit);

}  // namespace vedette::model
