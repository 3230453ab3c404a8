#pragma once

#include <string>
#include <string_view>

namespace vedette::model {

// Whose data it is: part of every key. 1 to 64 characters of [A-Za-z0-9._-], not "." or "..".
using TenantName = std::string;

inline constexpr std::string_view kDefaultTenant = "default";

bool IsValidTenantName(std::string_view name);

}  // namespace vedette::model
