#pragma once

#include <string>
#include <string_view>

namespace vedette::base {

// RFC 4648, with padding and without line ends.
std::string Base64(std::string_view bytes);

}  // namespace vedette::base
