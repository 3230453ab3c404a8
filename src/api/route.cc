#include "api/route.h"

#include <cstdint>
#include <fmt/core.h>
#include <iterator>
#include <utility>

#include "base/json_writer.h"

namespace vedette::api {
namespace {

bool IsForm(const net::Request& request) {
  return request.headers.Get("Content-Type").starts_with("application/x-www-form-urlencoded");
}

// The pairs of the query string, then those of a form body.
std::vector<std::pair<std::string, std::string>> AllParameters(const net::Request& request) {
  net::Parameters all = request.query;
  if (IsForm(request)) {
    base::Result<net::Parameters> form = net::ParseParameters(request.body);
    if (form.ok()) {
      all.insert(all.end(), std::make_move_iterator(form->begin()),
                 std::make_move_iterator(form->end()));
    }
  }
  return all;
}

std::string ErrorBody(const base::Error& error, std::optional<size_t> limit = {}) {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Key("error").BeginObject();
  json.Field("code", base::ErrorCodeName(error.code)).Field("message", error.message);
  if (!error.field.empty()) json.Field("field", error.field);
  if (limit) json.Field("limit", static_cast<uint64_t>(*limit));
  json.EndObject().EndObject();
  return body;
}

}  // namespace

std::string_view PermissionName(Permission permission) {
  switch (permission) {
    case Permission::kPublic: return "public";
    case Permission::kRead: return "read";
    case Permission::kIngest: return "ingest";
    case Permission::kRespond: return "respond";
    case Permission::kEdit: return "edit";
    case Permission::kAdmin: return "admin";
  }
  return "admin";
}

std::string_view Call::PathValue(std::string_view name) const {
  for (const auto& [key, value] : path_values) {
    if (key == name) return value;
  }
  return {};
}

std::optional<std::string> Call::Parameter(std::string_view name) const {
  if (const auto value = net::FindParameter(request.query, name)) return std::string(*value);
  if (!IsForm(request)) return std::nullopt;
  std::vector<std::string> values = Parameters(name);
  if (values.empty()) return std::nullopt;
  return std::move(values.front());
}

std::vector<std::string> Call::Parameters(std::string_view name) const {
  std::vector<std::string> values;
  for (auto& [key, value] : AllParameters(request)) {
    if (key == name) values.push_back(std::move(value));
  }
  return values;
}

Route WithLargeBody(Route route) {
  route.body_bytes_max = kLargeBody;
  return route;
}

net::Response Answer(net::Response response) { return response; }

net::Response Answer(base::Result<net::Response> response) {
  return response.ok() ? *std::move(response) : ErrorResponse(response.error());
}

net::Response Answer(base::Result<std::string> json) {
  return json.ok() ? net::JsonResponse(200, *std::move(json)) : ErrorResponse(json.error());
}

int HttpStatus(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::kInvalidArgument: return 400;
    case base::ErrorCode::kNotFound: return 404;
    case base::ErrorCode::kAlreadyExists: return 409;
    case base::ErrorCode::kFailedPrecondition: return 409;
    case base::ErrorCode::kResourceExhausted: return 429;
    case base::ErrorCode::kDeadlineExceeded: return 503;
    case base::ErrorCode::kUnavailable: return 503;
    case base::ErrorCode::kDataLoss: return 500;
    case base::ErrorCode::kUnauthenticated: return 401;
    case base::ErrorCode::kPermissionDenied: return 403;
    case base::ErrorCode::kUnimplemented: return 501;
    case base::ErrorCode::kInternal: return 500;
  }
  return 500;
}

net::Response ErrorResponse(const base::Error& error) {
  net::Response response = net::JsonResponse(HttpStatus(error.code), ErrorBody(error));
  if (base::IsRetryable(error.code)) response.headers.Set("Retry-After", "1");
  if (error.code == base::ErrorCode::kUnauthenticated) {
    response.headers.Set("WWW-Authenticate", "Bearer");
  }
  return response;
}

net::Response TooLargeResponse(size_t bytes, size_t bytes_max) {
  const base::Error error = base::ResourceExhausted(
      fmt::format("the body has {} bytes; the limit here is {}", bytes, bytes_max), "body");
  return net::JsonResponse(413, ErrorBody(error, bytes_max));
}

}  // namespace vedette::api
