#include "api/parameters.h"

#include <charconv>
#include <fmt/core.h>

#include "base/duration.h"

namespace vedette::api {
namespace {

constexpr int64_t kLimitDefault = 100;
constexpr int64_t kLimitMax = 1000;

}  // namespace

base::Error BadParameter(std::string_view name, std::string_view message) {
  return base::InvalidArgument(fmt::format("{}: {}", name, message), std::string(name));
}

base::Result<std::optional<base::TimePoint>> ReadTime(const Call& call, std::string_view name) {
  const std::optional<std::string> text = call.Parameter(name);
  if (!text || text->empty()) return std::optional<base::TimePoint>();
  const base::Result<base::TimePoint> time = base::ParseTime(*text);
  if (!time.ok()) return BadParameter(name, time.error().message);
  return std::optional<base::TimePoint>(*time);
}

base::Result<int64_t> ReadLimit(const Call& call) {
  const std::string text = call.Parameter("limit").value_or("");
  if (text.empty()) return kLimitDefault;
  int64_t limit = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, limit);
  if (error != std::errc{} || rest != end || limit < 1 || limit > kLimitMax) {
    return BadParameter("limit", fmt::format("must be a number from 1 to {}", kLimitMax));
  }
  return limit;
}

base::Result<std::string> ReadText(const Call& call, std::string_view name, size_t bytes_max) {
  std::string text = call.Parameter(name).value_or("");
  if (text.size() > bytes_max) {
    return BadParameter(name, fmt::format("has {} bytes; the limit is {}", text.size(), bytes_max));
  }
  return text;
}

}  // namespace vedette::api
