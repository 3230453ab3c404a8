#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace vedette::base {

// RFC 4648, with padding and without line ends.
std::string Base64(std::string_view bytes);

// The alphabet for URLs and file names, without padding; and back: kInvalidArgument for anything
// else.
std::string Base64Url(std::string_view bytes);
Result<std::string> DecodeBase64Url(std::string_view text);

// Either alphabet, with or without padding, as protobuf's JSON mapping and senders of HTTP's Basic
// credentials write it: kInvalidArgument for anything else.
Result<std::string> DecodeBase64(std::string_view text);

}  // namespace vedette::base
