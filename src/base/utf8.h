#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vedette::base {

// The length in bytes of the valid UTF-8 sequence at the front of `text` (1 to 4), or 0 when there
// is none: overlong forms, surrogates and values above U+10FFFF are invalid.
size_t Utf8SequenceLength(std::string_view text);

// True when all bytes are below 0x80. As fast as they can be read.
bool IsAscii(std::string_view text);

// True when all of `text` is valid UTF-8. Fast for ASCII.
bool IsValidUtf8(std::string_view text);

// `text` on one line (control characters and invalid bytes become spaces), at most `bytes_max` (3
// or more) long: what is longer ends in "...", and is not cut within a character.
std::string OneLine(std::string_view text, size_t bytes_max);

}  // namespace vedette::base
