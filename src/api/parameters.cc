#include "api/parameters.h"

#include <charconv>
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/duration.h"

namespace vedette::api {
namespace {

constexpr int64_t kLimitDefault = 100;
constexpr int64_t kLimitMax = 1000;
constexpr size_t kTimeBytesMax = 100;

base::Result<std::string> Bounded(std::string text, std::string_view name, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  return BadParameter(name, fmt::format("has {} bytes; the limit is {}", text.size(), bytes_max));
}

base::Result<std::optional<base::TimePoint>> ToTime(const std::string& text,
                                                    std::string_view name) {
  if (text.empty()) return std::optional<base::TimePoint>();
  const base::Result<base::TimePoint> time = base::ParseTime(text);
  if (!time.ok()) return BadParameter(name, time.error().message);
  return std::optional<base::TimePoint>(*time);
}

}  // namespace

base::Error BadParameter(std::string_view name, std::string_view message) {
  return base::InvalidArgument(fmt::format("{}: {}", name, message), std::string(name));
}

base::Result<std::optional<base::TimePoint>> ReadTime(const Call& call, std::string_view name) {
  return ToTime(call.Parameter(name).value_or(""), name);
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
  return Bounded(call.Parameter(name).value_or(""), name, bytes_max);
}

base::Result<base::Json> ReadJsonBody(const Call& call) {
  if (call.request.body.empty()) return base::Json::object();
  VEDETTE_TRY(base::Json body, base::ParseJson(call.request.body));
  if (!body.is_object()) return base::InvalidArgument("the body must be a JSON object");
  return body;
}

base::Result<std::string> ReadText(const base::Json& body, std::string_view name,
                                   size_t bytes_max) {
  const auto it = body.find(name);
  if (it == body.end() || it->is_null()) return std::string();
  if (!it->is_string()) return BadParameter(name, "must be a string");
  return Bounded(it->get<std::string>(), name, bytes_max);
}

base::Result<std::optional<base::TimePoint>> ReadTime(const base::Json& body,
                                                      std::string_view name) {
  VEDETTE_TRY(const std::string text, ReadText(body, name, kTimeBytesMax));
  return ToTime(text, name);
}

}  // namespace vedette::api
