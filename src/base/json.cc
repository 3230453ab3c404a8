#include "base/json.h"

#include <fmt/core.h>
#include <optional>

#include <nlohmann/json.hpp>

namespace vedette::base {
namespace {

constexpr int kDepthMax = 64;

// The offset of the first bracket that nests too deep, before a parser recurses or allocates.
std::optional<size_t> TooDeepAt(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kDepthMax) return i;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return std::nullopt;
}

}  // namespace

Result<Json> ParseJson(std::string_view text) {
  if (const std::optional<size_t> at = TooDeepAt(text)) {
    return InvalidArgument(
        fmt::format("JSON nests deeper than {} levels at byte {}", kDepthMax, *at));
  }
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return InvalidArgument(fmt::format("invalid JSON at byte {}", error.byte));
  } catch (const nlohmann::json::exception& error) {
    return InvalidArgument(fmt::format("invalid JSON: {}", error.what()));
  }
}

std::string DumpJson(const Json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace vedette::base
