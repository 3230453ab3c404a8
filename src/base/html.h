#pragma once

#include <string>
#include <string_view>

namespace vedette::base {

// As text between tags, or as an attribute's value in either kind of quotes.
std::string EscapeHtml(std::string_view text);

}  // namespace vedette::base
