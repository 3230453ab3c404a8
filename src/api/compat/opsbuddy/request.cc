#include "api/compat/opsbuddy/request.h"

#include <charconv>
#include <fmt/core.h>
#include <utility>

#include "base/duration.h"

namespace vedette::api::compat::opsbuddy {
namespace {

constexpr size_t kBodyBytesMax = 8 << 20;
constexpr int64_t kLimitMax = 10'000;
constexpr size_t kTextBytesMax = 1024;

base::Error Bad(std::string_view field, std::string_view message) {
  return base::InvalidArgument(fmt::format("{} {}", field, message), std::string(field));
}

base::Result<base::Json> ReadForm(const std::string& body) {
  VEDETTE_TRY(const net::Parameters form, net::ParseParameters(body));
  base::Json json = base::Json::object();
  for (const auto& [name, value] : form) {
    if (name != "data" && name != "logs") {
      json[name] = value;
      continue;
    }
    base::Result<base::Json> inner = base::ParseJson(value);
    if (!inner.ok()) return Bad(name, "must be JSON");
    json[name] = *std::move(inner);
  }
  return json;
}

const base::Json* Member(const base::Json& json, std::string_view name) {
  const auto found = json.find(std::string(name));
  return found == json.end() || found->is_null() ? nullptr : &*found;
}

base::Result<> ReadText(const base::Json& json, std::string_view name, std::string& out) {
  const base::Json* const member = Member(json, name);
  if (member == nullptr) return {};
  if (!member->is_string()) return Bad(name, "must be a text");
  out = member->get<std::string>();
  if (out.size() > kTextBytesMax) {
    return Bad(name, fmt::format("is longer than {} bytes", kTextBytesMax));
  }
  return {};
}

base::Result<> ReadTime(const base::Json& json, std::string_view name, base::TimePoint& out) {
  const base::Json* const member = Member(json, name);
  if (member == nullptr) return {};
  std::string text = member->is_string() ? member->get<std::string>() : base::DumpJson(*member);
  const size_t clock = text.find('T');
  if (clock != std::string::npos && text.find_first_of("Zz+-", clock) == std::string::npos) {
    text += 'Z';
  }
  const base::Result<base::TimePoint> time = base::ParseTime(text);
  if (!time.ok()) return Bad(name, "must be a time of ISO 8601");
  out = *time;
  return {};
}

base::Result<size_t> ReadLimit(const base::Json& json) {
  const base::Json* const member = Member(json, "limit");
  if (member == nullptr) return size_t{100};
  const std::string text =
      member->is_string() ? member->get<std::string>() : base::DumpJson(*member);
  int64_t limit = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || rest != text.data() + text.size() || limit < 1 || limit > kLimitMax) {
    return Bad("limit", fmt::format("must be a whole number from 1 to {}", kLimitMax));
  }
  return static_cast<size_t>(limit);
}

// A name, several with commas between, or a list of names.
base::Result<> ReadGroups(const base::Json& json, std::string& out) {
  const base::Json* const member = Member(json, "group_by");
  if (member == nullptr || !member->is_array()) return ReadText(json, "group_by", out);
  for (const base::Json& name : *member) {
    if (!name.is_string()) return Bad("group_by", "must hold names");
    if (!out.empty()) out += ',';
    out += name.get<std::string>();
  }
  return out.size() > kTextBytesMax ? Bad("group_by", "is too long") : base::Result<>();
}

}  // namespace

base::Result<base::Json> ReadBody(const Call& call) {
  const std::string& body = call.request.body;
  if (body.size() > kBodyBytesMax) {
    return base::InvalidArgument(
        fmt::format("the body has {} bytes; the limit is {}", body.size(), kBodyBytesMax),
        "limits.body_bytes");
  }
  if (body.empty()) return base::Json::object();
  if (call.request.headers.Get("Content-Type").starts_with("application/x-www-form-urlencoded")) {
    return ReadForm(body);
  }
  return base::ParseJson(body);
}

net::Response Failure(int status, std::string_view error, const base::Error& detail,
                      base::TimePoint now) {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Field("error", error).Field("detail", detail.message);
  if (!detail.field.empty()) json.Field("field", detail.field);
  json.Field("timestamp", now).EndObject();
  net::Response response = net::JsonResponse(status, std::move(body));
  if (base::IsRetryable(detail.code)) response.headers.Set("Retry-After", "1");
  return response;
}

net::Response Failure(const base::Error& error, base::TimePoint now) {
  const bool invalid = error.code == base::ErrorCode::kInvalidArgument;
  return Failure(invalid ? 422 : HttpStatus(error.code),
                 invalid ? "Validation Error" : base::ErrorCodeName(error.code), error, now);
}

base::Json ParametersOf(const Call& call) {
  base::Json json = base::Json::object();
  for (const auto& [name, value] : call.request.query) json[name] = value;
  return json;
}

base::Result<QueryInput> ReadQuery(const base::Json& json, base::TimePoint now,
                                   base::Duration span) {
  if (!json.is_object()) return base::InvalidArgument("the body must be an object");
  QueryInput query;
  query.end = now;
  VEDETTE_TRY_VOID(ReadTime(json, "end_time", query.end));
  query.start = query.end - span;
  VEDETTE_TRY_VOID(ReadTime(json, "start_time", query.start));
  if (query.start > query.end) return Bad("start_time", "is after end_time");
  VEDETTE_TRY_VOID(ReadText(json, "service", query.service));
  VEDETTE_TRY_VOID(ReadText(json, "level", query.level));
  VEDETTE_TRY_VOID(ReadText(json, "operation", query.operation));
  VEDETTE_TRY_VOID(ReadText(json, "aggregation", query.aggregation));
  VEDETTE_TRY_VOID(ReadText(json, "metric", query.metric));
  VEDETTE_TRY_VOID(ReadGroups(json, query.group_by));
  VEDETTE_TRY(query.limit, ReadLimit(json));
  return query;
}

void WriteQuery(base::JsonWriter& json, const QueryInput& query) {
  json.BeginObject();
  for (const auto& [name, text] :
       {std::pair("service", &query.service), std::pair("level", &query.level),
        std::pair("operation", &query.operation), std::pair("metric", &query.metric),
        std::pair("aggregation", &query.aggregation), std::pair("group_by", &query.group_by)}) {
    if (!text->empty()) json.Field(name, *text);
  }
  json.Field("start_time", query.start);
  json.Field("end_time", query.end);
  json.Field("limit", static_cast<uint64_t>(query.limit)).EndObject();
}

}  // namespace vedette::api::compat::opsbuddy
