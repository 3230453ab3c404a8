#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/uint128.h"

namespace vedette::records {

// The number behind a ULID (26 characters of Crockford base32), so that runs of ids take no room.
using IdNumber = base::Uint128;

// Nothing unless the text is what FormatId makes of the number.
std::optional<IdNumber> ParseId(std::string_view text);
std::string FormatId(IdNumber number);

}  // namespace vedette::records
