#pragma once

#include <string>
#include <string_view>

namespace vedette::model {

// A number with the unit that its metric's name implies, for people: "480 ms", "1.2 GiB", "0.87",
// "123456", "2.5 M", "33.3 per s" (as_rate: the value is a counter's rate).
std::string FormatQuantity(std::string_view metric, double value, bool as_rate);

// Whether a metric's name says that it counts, so that people compare its rate.
bool IsCounterName(std::string_view metric);

// The name in words, without the unit that FormatQuantity writes: "http_requests_total" is
// "http requests", "http_request_latency_p95_seconds" is "http request latency p95".
std::string NameInWords(std::string_view metric);

}  // namespace vedette::model
