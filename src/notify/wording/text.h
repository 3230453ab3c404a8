#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vedette::notify::wording {

// Texts of telemetry and people, made fit for a message: invalid UTF-8 becomes U+FFFD, control
// characters become blanks or go, and so do the marks that turn the direction of writing, which
// would let a title pass for another. Lengths are in UTF-16 units, as most providers count; nothing
// is cut within a character. What was cut ends in three dots. Pure functions, thread-safe.

// All of it on one line.
std::string OneLine(std::string_view text, size_t units_max);
// With its line feeds.
std::string Lines(std::string_view text, size_t units_max);

// A text of UTF-8 in UTF-16 units.
size_t Utf16Units(std::string_view text);

// The same text with each character of `special` behind `mark`, and & < > as entities of HTML when
// `html`.
std::string EscapeWith(std::string_view text, std::string_view special, std::string_view mark);

// Escapes what Markdown reads (of Mattermost and Discord) and takes the meaning of mentions.
std::string EscapeMarkdown(std::string_view text);

}  // namespace vedette::notify::wording
