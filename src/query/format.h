#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vedette::query {

// Prometheus' text forms of values. Pure.

// As Go's 'f' with precision -1: the fewest digits that read back exactly, no exponent; "NaN",
// "+Inf", "-Inf". What count_values makes labels of.
void AppendGoFloat(std::string& out, double value);
std::string GoFloat(double value);
// As Go's %g and %v: the fewest digits, with an exponent below 1e-4 and from 1e6 on ("+Inf").
std::string GoShort(double value);
// The same with an exponent below 1e-6 and from 1e21 on, as Prometheus' HTTP API has it.
void AppendApiFloat(std::string& out, double value);

// A number literal that the parser reads back to the same value: "1e+100", "Inf", "-0.5".
std::string FormatLiteral(double value);

// A duration literal: "1h30m", "1w", "250ms", "0s". REQUIRES: not negative.
std::string FormatPromDuration(int64_t ms);

// In double quotes, with escapes that Unquote reads back.
std::string Quote(std::string_view text);

// Seconds with three decimals: "1700000000.250", "-0.001".
std::string FormatSeconds(int64_t ms);

// True for names that need no quotes: letters, digits and underscores, not beginning with a digit;
// for metric names also colons.
bool IsPlainLabelName(std::string_view name);
bool IsPlainMetricName(std::string_view name);

}  // namespace vedette::query
