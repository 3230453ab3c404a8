#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "model/severity.h"
#include "sources/alerts/parser.h"

namespace vedette::sources::alerts {

// What the readers of alerts share. Pure and thread-safe.

// The body as an object or a list. kInvalidArgument when it is no JSON or too large.
base::Result<base::Json> ReadBody(std::string_view body, const ParseOptions& options);

// A member of an object; null when there is none.
const base::Json* Find(const base::Json& object, std::string_view name);
// A text member; empty when there is none, or it is no text.
std::string TextOf(const base::Json& object, std::string_view name);
// A time as RFC 3339 writes it, an offset without a colon too; nothing outside of 1970 to 9999.
std::optional<base::TimePoint> ParseAlertTime(std::string_view text);

// A text cut to a limit, at the edge of a character.
std::string Cut(std::string text, size_t bytes_max);

}  // namespace vedette::sources::alerts
