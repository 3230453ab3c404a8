#include "sources/influx/line.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/core.h>

#include "base/utf8.h"

namespace vedette::sources::influx {
namespace {

constexpr size_t kShownBytes = 60;

std::string Shown(std::string_view text) {
  size_t size = std::min(text.size(), kShownBytes);
  while (size > 0 && size < text.size() &&
         (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
    --size;
  }
  return std::string(text.substr(0, size));
}

template <typename Number>
bool ReadAll(std::string_view text, Number& out) {
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, out);
  return error == std::errc() && rest == end && !text.empty();
}

std::optional<double> ParseBoolean(std::string_view word) {
  for (const std::string_view name : {"t", "T", "true", "True", "TRUE"}) {
    if (word == name) return 1;
  }
  for (const std::string_view name : {"f", "F", "false", "False", "FALSE"}) {
    if (word == name) return 0;
  }
  return std::nullopt;
}

// A number with the suffix of its type, or a boolean. Not a number and infinities are none.
std::optional<double> ParseFieldValue(std::string_view word) {
  if (const auto boolean = ParseBoolean(word)) return boolean;
  if (word.ends_with('i')) {
    int64_t number = 0;
    word.remove_suffix(1);
    if (word.starts_with('+')) word.remove_prefix(1);
    return ReadAll(word, number) ? std::optional(static_cast<double>(number)) : std::nullopt;
  }
  if (word.ends_with('u')) {
    uint64_t number = 0;
    word.remove_suffix(1);
    return ReadAll(word, number) ? std::optional(static_cast<double>(number)) : std::nullopt;
  }
  double number = 0;
  if (word.starts_with('+')) word.remove_prefix(1);
  return ReadAll(word, number) && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

base::Error Bad(std::string message) { return base::InvalidArgument(std::move(message)); }

}  // namespace

bool LineReader::Take(char c) {
  if (rest_.empty() || rest_[0] != c) return false;
  rest_.remove_prefix(1);
  return true;
}

base::Result<> LineReader::Read(std::string_view& text, Line& line) {
  rest_ = text;
  line.tags.clear();
  line.fields.clear();
  line.texts = 0;
  line.timestamp.reset();
  unescaped_.clear();
  if (unescaped_.capacity() < text.size()) unescaped_.reserve(text.size());
  base::Result<> read = ReadPoint(line);
  if (!read.ok()) {
    // What follows is a point of its own: a broken line ends at its next newline.
    rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
  }
  if (!rest_.empty()) rest_.remove_prefix(1);
  text = rest_;
  return read;
}

base::Result<> LineReader::ReadPoint(Line& line) {
  line.measurement = ReadName(Place::kMeasurement);
  if (line.measurement.empty()) return Bad("expected a measurement");
  VEDETTE_TRY_VOID(CheckName("the measurement", line.measurement, options_.name_bytes_max));
  VEDETTE_TRY_VOID(ReadTags(line));
  VEDETTE_TRY_VOID(ReadFields(line));
  return ReadTimestamp(line);
}

// Up to the separator of its place. Only backslashes before a separator are escapes.
std::string_view LineReader::ReadName(Place place) {
  const auto ends = [&](char c) {
    return c == '\n' || c == ',' || c == ' ' || (c == '=' && place != Place::kMeasurement);
  };
  const auto escapable = [&](char c) { return c != '\n' && ends(c); };
  size_t size = 0;
  bool escaped = false;
  while (size < rest_.size() && !ends(rest_[size])) {
    const bool escape =
        rest_[size] == '\\' && size + 1 < rest_.size() && escapable(rest_[size + 1]);
    escaped |= escape;
    size += escape ? 2 : 1;
  }
  const std::string_view raw = rest_.substr(0, size);
  rest_.remove_prefix(size);
  if (!escaped) return raw;
  const size_t begin = unescaped_.size();
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 1 < raw.size() && escapable(raw[i + 1])) ++i;
    unescaped_ += raw[i];
  }
  return std::string_view(unescaped_).substr(begin);
}

base::Result<> LineReader::CheckName(std::string_view what, std::string_view name,
                                     size_t bytes_max) const {
  if (name.size() > bytes_max) {
    return Bad(fmt::format("{} has {} bytes; the limit is {}", what, name.size(), bytes_max));
  }
  if (!base::IsValidUtf8(name)) return Bad(fmt::format("{} is not valid UTF-8", what));
  return {};
}

base::Result<> LineReader::ReadTags(Line& line) {
  while (Take(',')) {
    const std::string_view key = ReadName(Place::kTagKey);
    VEDETTE_TRY_VOID(CheckName("the name of a tag", key, options_.name_bytes_max));
    if (key.empty()) return Bad("a tag has an empty name");
    if (!Take('=')) return Bad(fmt::format("expected '=' after the tag \"{}\"", Shown(key)));
    const std::string_view value = ReadName(Place::kTagValue);
    if (Peek() == '=') {
      return Bad(fmt::format("the value of tag \"{}\" has a bare '='", Shown(key)));
    }
    VEDETTE_TRY_VOID(CheckName(fmt::format("the value of tag \"{}\"", Shown(key)), value,
                               options_.value_bytes_max));
    for (const auto& [name, other] : line.tags) {
      if (name == key) return Bad(fmt::format("tag \"{}\" occurs twice", Shown(key)));
    }
    if (line.tags.size() >= options_.tags_max) {
      return Bad(fmt::format("more than {} tags", options_.tags_max));
    }
    line.tags.emplace_back(key, value);
  }
  return {};
}

base::Result<> LineReader::ReadFields(Line& line) {
  if (Peek() != ' ') return Bad("expected a space and fields after the tags");
  while (Take(' ')) {
  }
  do {
    VEDETTE_TRY_VOID(ReadField(line));
    if (line.fields.size() + line.texts > options_.fields_max) {
      return Bad(fmt::format("more than {} fields", options_.fields_max));
    }
  } while (Take(','));
  return {};
}

base::Result<> LineReader::ReadField(Line& line) {
  const std::string_view key = ReadName(Place::kFieldKey);
  if (key.empty()) return Bad("expected a field");
  VEDETTE_TRY_VOID(CheckName("the name of a field", key, options_.name_bytes_max));
  if (!Take('=')) return Bad(fmt::format("expected '=' after the field \"{}\"", Shown(key)));
  if (Peek() == '"') {
    base::Result<> quoted = ReadQuoted();
    if (!quoted.ok()) return quoted.error().With(fmt::format("field \"{}\"", Shown(key)));
    ++line.texts;
    return {};
  }
  const std::string_view word =
      rest_.substr(0, std::min(rest_.find_first_of(", \r\n"), rest_.size()));
  rest_.remove_prefix(word.size());
  const std::optional<double> value = ParseFieldValue(word);
  if (!value) {
    return Bad(fmt::format("field \"{}\": \"{}\" is no finite number, boolean or quoted text",
                           Shown(key), Shown(word)));
  }
  line.fields.emplace_back(key, *value);
  return {};
}

base::Result<> LineReader::ReadQuoted() {
  size_t size = 1;
  while (size < rest_.size() && rest_[size] != '"') size += rest_[size] == '\\' ? 2 : 1;
  if (size >= rest_.size()) return Bad("the text has no closing '\"'");
  rest_.remove_prefix(size + 1);
  return {};
}

base::Result<> LineReader::ReadTimestamp(Line& line) {
  if (Peek() != ' ' && Peek() != '\r' && Peek() != '\n') {
    return Bad("expected ',', a timestamp or the end of the line after a field");
  }
  std::string_view word = rest_.substr(0, std::min(rest_.find('\n'), rest_.size()));
  rest_.remove_prefix(word.size());
  while (word.starts_with(' ')) word.remove_prefix(1);
  while (word.ends_with(' ') || word.ends_with('\r')) word.remove_suffix(1);
  if (word.empty()) return {};
  int64_t number = 0;
  if (!ReadAll(word, number)) {
    return Bad(fmt::format("the timestamp \"{}\" is no whole number", Shown(word)));
  }
  line.timestamp = number;
  return {};
}

}  // namespace vedette::sources::influx
