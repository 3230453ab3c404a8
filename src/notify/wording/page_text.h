#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/page.h"
#include "notify/delivery/channel.h"

namespace vedette::notify::wording {

// What every channel says of a page, in the same words. Texts of the page are as they came: fit
// them with text.h for the receiver. Pure functions, thread-safe.

// What a reader in a hurry sees first: a word and a shape, never colour alone.
struct Heading {
  std::string_view word;   // "Critical", "Warning", "Info", "Resolved", "Acknowledged"
  std::string_view shape;  // one character of UTF-8
  std::string_view color;  // "#d73a49"
};
Heading HeadingOf(const model::Page& page);

// "Critical: payment: error ratio 0.41".
std::string Headline(const model::Page& page);

// "payment, order and 3 more".
std::string Services(const model::Page& page, size_t named_max = 10);

// Empty for a page on time that replaces nothing: "This message is 7200 s old. It stands for 12
// earlier ones."
std::string LateNote(const delivery::Attempt& attempt);

// Names and values to list under the text: services, since, priority, late.
std::vector<std::pair<std::string, std::string>> Facts(const model::Page& page,
                                                       const delivery::Attempt& attempt);

}  // namespace vedette::notify::wording
