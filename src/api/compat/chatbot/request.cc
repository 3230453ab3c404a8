#include "api/compat/chatbot/request.h"

#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"

namespace vedette::api::compat::chatbot {
namespace {

constexpr size_t kTextBytesMax = 256;

base::Error Bad(std::string_view field, std::string_view message) {
  return base::InvalidArgument(fmt::format("{} {}", field, message), std::string(field));
}

}  // namespace

base::Result<Request> Request::Read(const Call& call) {
  const bool form =
      call.request.headers.Get("Content-Type").starts_with("application/x-www-form-urlencoded");
  if (form || call.request.body.empty()) return Request(call, base::Json::object());
  VEDETTE_TRY(base::Json body, base::ParseJson(call.request.body));
  if (!body.is_object()) return base::InvalidArgument("the body must be an object");
  return Request(call, std::move(body));
}

base::Result<std::string> Request::Text(std::string_view name) const {
  std::string text = call_.Parameter(name).value_or("");
  if (const auto found = body_.find(std::string(name)); found != body_.end()) {
    if (found->is_string()) {
      text = found->get<std::string>();
    } else if (found->is_number()) {
      text = base::DumpJson(*found);
    } else if (!found->is_null()) {
      return Bad(name, "must be a text or a number");
    }
  }
  if (text.size() > kTextBytesMax) return Bad(name, "is too long");
  return text;
}

base::Result<base::Duration> Request::Span(std::string_view name, base::Duration unit,
                                           int64_t otherwise, int64_t most) const {
  VEDETTE_TRY(const std::string text, Text(name));
  if (text.empty()) return unit * otherwise;
  double number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || rest != text.data() + text.size() || !(number > 0) ||
      number > static_cast<double>(most)) {
    return Bad(name, fmt::format("must be more than 0 and at most {}", most));
  }
  return base::Duration(std::llround(number * static_cast<double>(unit.count())));
}

}  // namespace vedette::api::compat::chatbot
