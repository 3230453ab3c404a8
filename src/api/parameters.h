#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/route.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace vedette::api {

// Reading of what a caller gave: query parameters, and members of a JSON body. Errors are
// kInvalidArgument and name the parameter or member as their field.

base::Error BadParameter(std::string_view name, std::string_view message);

// Nothing when the parameter is absent or empty.
base::Result<std::optional<base::TimePoint>> ReadTime(const Call& call, std::string_view name);

// 1 to 1000; 100 when the parameter is absent or empty.
base::Result<int64_t> ReadLimit(const Call& call);

// A text of at most `bytes_max`; empty when the parameter is absent.
base::Result<std::string> ReadText(const Call& call, std::string_view name, size_t bytes_max);

// The object of a JSON body; without a body, an empty one.
base::Result<base::Json> ReadJsonBody(const Call& call);

// A text of at most `bytes_max`; empty when the member is absent or null.
base::Result<std::string> ReadText(const base::Json& body, std::string_view name, size_t bytes_max);
// A time as RFC 3339 or Unix seconds; nothing when the member is absent, null or empty.
base::Result<std::optional<base::TimePoint>> ReadTime(const base::Json& body,
                                                      std::string_view name);

}  // namespace vedette::api
