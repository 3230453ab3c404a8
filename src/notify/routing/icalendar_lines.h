#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette::notify::routing {

// The lines of iCalendar (RFC 5545) as names, parameters and values.

struct CalendarProperty {
  std::string name;                                             // upper case
  std::vector<std::pair<std::string, std::string>> parameters;  // names in upper case, no quotes
  std::string value;

  // Empty when it is not there.
  std::string_view Parameter(std::string_view wanted) const;
};

// Takes the next line, with those that continue it, from the front of `text`. What is no property
// has no name. Long lines are cut.
CalendarProperty NextCalendarProperty(std::string_view& text);

std::string CalendarUpper(std::string_view text);
// Of a value that is text: backslashes read; a line break is a space.
std::string CalendarText(std::string_view value);

}  // namespace vedette::notify::routing
