#pragma once

#include <string_view>

namespace vedette::app {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace vedette::app
