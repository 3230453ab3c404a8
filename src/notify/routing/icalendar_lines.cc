#include "notify/routing/icalendar_lines.h"

#include <algorithm>
#include <cctype>

namespace vedette::notify::routing {
namespace {

constexpr size_t kLineBytesMax = 100'000;
constexpr size_t kParametersMax = 50;

std::string NextLine(std::string_view& text) {
  std::string line;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.ends_with('\r')) part.remove_suffix(1);
    if (line.size() < kLineBytesMax) line += part;
    if (text.empty() || (text.front() != ' ' && text.front() != '\t')) break;
    text.remove_prefix(1);
  }
  return line;
}

// PARAMETER=x
void AddParameter(std::string_view part, CalendarProperty& property) {
  const size_t equals = part.find('=');
  if (equals == std::string_view::npos || property.parameters.size() >= kParametersMax) return;
  std::string value(part.substr(equals + 1));
  std::erase(value, '"');
  property.parameters.emplace_back(CalendarUpper(part.substr(0, equals)), std::move(value));
}

// NAME;PARAMETER=x;TZID="a:b":value
CalendarProperty ParseLine(std::string_view line) {
  CalendarProperty property;
  bool quoted = false;
  size_t begin = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (quoted || (line[i] != ';' && line[i] != ':')) continue;
    const std::string_view part = line.substr(begin, i - begin);
    if (begin == 0) {
      property.name = CalendarUpper(part);
    } else {
      AddParameter(part, property);
    }
    begin = i + 1;
    if (line[i] == ':') {
      property.value = line.substr(begin);
      return property;
    }
  }
  return {};
}

}  // namespace

std::string_view CalendarProperty::Parameter(std::string_view wanted) const {
  for (const auto& [key, text] : parameters) {
    if (key == wanted) return text;
  }
  return {};
}

CalendarProperty NextCalendarProperty(std::string_view& text) { return ParseLine(NextLine(text)); }

std::string CalendarUpper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

std::string CalendarText(std::string_view value) {
  std::string out;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) {
      ++i;
      out += value[i] == 'n' || value[i] == 'N' ? ' ' : value[i];
    } else {
      out += value[i];
    }
  }
  return out;
}

}  // namespace vedette::notify::routing
