#pragma once

#include <string_view>

namespace vedette::notify::delivery {

// What the buttons of a message say when somebody presses them; the value beside it is
// "<tenant> <incident id>".
inline constexpr std::string_view kAcknowledgeAction = "vedette_acknowledge";
inline constexpr std::string_view kResolveAction = "vedette_resolve";

}  // namespace vedette::notify::delivery
