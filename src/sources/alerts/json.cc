#include "sources/alerts/json.h"

#include <fmt/core.h>

#include "base/duration.h"

namespace vedette::sources::alerts {
namespace {

constexpr int64_t kLatestMillis = 253'402'300'799'999;  // 9999

// True for 2026-11-21T10:00:00.000+0000.
bool HasBareOffset(std::string_view text) {
  if (text.size() < 20) return false;
  const std::string_view offset = text.substr(text.size() - 5);
  return (offset[0] == '+' || offset[0] == '-') &&
         offset.substr(1).find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

base::Result<base::Json> ReadBody(std::string_view body, const ParseOptions& options) {
  if (body.size() > options.body_bytes_max) {
    return base::InvalidArgument(
        fmt::format("the body has {} bytes; the limit is {}", body.size(), options.body_bytes_max),
        "limits.body_bytes");
  }
  return base::ParseJson(body);
}

const base::Json* Find(const base::Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(std::string(name));
  return found == object.end() ? nullptr : &*found;
}

std::string TextOf(const base::Json& object, std::string_view name) {
  const base::Json* const member = Find(object, name);
  return member != nullptr && member->is_string() ? member->get<std::string>() : std::string();
}

std::optional<base::TimePoint> ParseAlertTime(std::string_view text) {
  std::string copy(text);
  if (HasBareOffset(copy)) copy.insert(copy.size() - 2, ":");
  if (copy.find('T') == std::string::npos) return std::nullopt;
  const base::Result<base::TimePoint> time = base::ParseTime(copy);
  if (!time.ok()) return std::nullopt;
  const int64_t millis = base::ToMillis(*time);
  return millis >= 0 && millis <= kLatestMillis ? std::optional(*time) : std::nullopt;
}

std::string Cut(std::string text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t size = bytes_max;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  text.resize(size);
  return text;
}

}  // namespace vedette::sources::alerts
