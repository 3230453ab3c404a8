#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "records/format.h"

namespace vedette::records {

// A place in a scan as a text that only means something to us: the last record that was looked at.
// It is bound to the tenant and the kind. Pure functions.
std::string EncodeCursor(std::string_view tenant, Kind kind, int64_t time_ms, std::string_view id);

// The key of that record. Error: kInvalidArgument for a text that is not such a cursor.
base::Result<std::string> DecodeCursor(std::string_view tenant, Kind kind, std::string_view cursor);

}  // namespace vedette::records
