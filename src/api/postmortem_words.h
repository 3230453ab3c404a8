#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"

namespace vedette::api {

// The words that the sections of a post-mortem share. Pure.

// Text of a stranger within Markdown: on one line, without its marks.
std::string Plain(std::string_view text);

// "2026-11-22 11:29:52 UTC", and the same of a time as JSON has it; as it came when it is none.
std::string Moment(base::TimePoint time);
std::string Moment(std::string_view time);

// "45 s", "1 min 48 s", "2 h 5 min", "3 d 4 h"; nothing is shorter than no time.
std::string Lasting(base::Duration span);

// "0.2 %" for 0.002; nothing but 1 is "100 %".
std::string Percent(double share);

// A value in a unit of model/unit.h: "480 ms", "2.02 %", "33.3 per s", "12 messages".
std::string Measured(double value, std::string_view unit);

// What a person has to write.
std::string Blank(std::string_view what);

// "28,553" of a count.
std::string Grouped(double count);

// "3 services", "1 service".
std::string Counted(size_t count, std::string_view noun);

// Members of stored JSON, whatever is stored: empty or nothing where they are of another kind.
std::string TextOf(const base::Json& object, std::string_view key);
std::optional<double> NumberOf(const base::Json& object, std::string_view key);
// An empty list when it is none.
const base::Json& ListOf(const base::Json& object, std::string_view key);

}  // namespace vedette::api
