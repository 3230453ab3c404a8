#include "query/logs/line_format.h"

#include <fmt/core.h>
#include <utility>

#include "base/duration.h"

namespace vedette::query::logs {
namespace {

constexpr size_t kFieldsMax = 64;

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// Removes {name} or {{.name}} from the beginning of `rest`; empty when it is neither.
std::string_view TakeName(std::string_view& rest) {
  const bool twice = rest.starts_with("{{");
  const std::string_view close = twice ? "}}" : "}";
  const size_t end = rest.find(close);
  if (end == std::string_view::npos) return {};
  std::string_view name = Trimmed(rest.substr(close.size(), end - close.size()));
  if (twice && name.starts_with('.')) name.remove_prefix(1);
  if (name.find_first_of("{} |") != std::string_view::npos) return {};
  rest.remove_prefix(end + close.size());
  return name;
}

void AppendField(const model::LogRecord& record, std::string_view name, std::string& out) {
  for (const auto& [key, value] : record.fields) {
    if (key == name) {
      out += value;
      return;
    }
  }
  if (name == "message") out += record.message;
  if (name == "service") out += record.service;
  if (name == "level") out += model::LogSeverityName(record.level);
  if (name == "time") out += base::FormatTime(record.time);
  if (name == "trace_id") out += record.trace_id;
  if (name == "id") out += record.id;
}

}  // namespace

base::Result<LineFormat> LineFormat::Parse(std::string_view text) {
  LineFormat format;
  Part part;
  for (std::string_view rest = text; !rest.empty();) {
    if (rest.size() > 1 && rest[0] == '\\' && (rest[1] == '{' || rest[1] == '}')) {
      part.literal += rest[1];
      rest.remove_prefix(2);
    } else if (rest[0] == '{') {
      part.field = TakeName(rest);
      if (part.field.empty()) {
        return base::InvalidArgument(
            "a format takes fields as {name}, and \\{ where a brace is meant");
      }
      if (format.parts_.size() == kFieldsMax) {
        return base::InvalidArgument(fmt::format("a format has at most {} fields", kFieldsMax));
      }
      format.parts_.push_back(std::exchange(part, {}));
    } else {
      part.literal += rest[0];
      rest.remove_prefix(1);
    }
  }
  format.parts_.push_back(std::move(part));
  return format;
}

std::string LineFormat::Of(const model::LogRecord& record) const {
  std::string out;
  for (const Part& part : parts_) {
    out += part.literal;
    if (!part.field.empty()) AppendField(record, part.field, out);
  }
  return out;
}

}  // namespace vedette::query::logs
