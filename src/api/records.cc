#include "api/records.h"

#include <charconv>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/duration.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

constexpr size_t kDefaultLimit = 100;
constexpr size_t kLimitMax = 1000;
constexpr size_t kTextBytesMax = 1000;

base::Error Bad(std::string_view parameter, std::string_view message) {
  return base::InvalidArgument(fmt::format("{}: {}", parameter, message), std::string(parameter));
}

base::Result<> ReadTime(const Call& call, std::string_view name, base::TimePoint& out) {
  const std::optional<std::string> text = call.Parameter(name);
  if (!text || text->empty()) return {};
  const base::Result<base::TimePoint> time = base::ParseTime(*text);
  if (!time.ok()) return Bad(name, time.error().message);
  out = *time;
  return {};
}

// The parameters that both queries have.
template <typename Query>
base::Result<> ReadCommon(const Call& call, Query& query) {
  query.tenant = call.caller.tenant;
  VEDETTE_TRY_VOID(ReadTime(call, "from", query.from));
  VEDETTE_TRY_VOID(ReadTime(call, "to", query.to));
  if (query.from > query.to) return Bad("from", "is after to");
  query.service = call.Parameter("service").value_or("");
  query.text = call.Parameter("text").value_or("");
  if (query.text.size() > kTextBytesMax) {
    return Bad("text",
               fmt::format("has {} bytes; the limit is {}", query.text.size(), kTextBytesMax));
  }
  query.cursor = call.Parameter("cursor").value_or("");
  query.limit = kDefaultLimit;
  const std::string limit = call.Parameter("limit").value_or("");
  if (limit.empty()) return {};
  const char* const end = limit.data() + limit.size();
  const auto [rest, error] = std::from_chars(limit.data(), end, query.limit);
  if (error != std::errc{} || rest != end || query.limit < 1 || query.limit > kLimitMax) {
    return Bad("limit", fmt::format("must be a number from 1 to {}", kLimitMax));
  }
  return {};
}

void WritePairs(base::JsonWriter& json, std::string_view key,
                const std::vector<std::pair<std::string, std::string>>& pairs) {
  json.Key(key).BeginObject();
  for (const auto& [name, value] : pairs) json.Field(name, value);
  json.EndObject();
}

void WriteRecord(base::JsonWriter& json, const model::LogRecord& log) {
  json.BeginObject();
  json.Field("id", log.id).Field("time", base::FormatTime(log.time));
  json.Field("level", model::LogSeverityName(log.level)).Field("service", log.service);
  json.Field("message", log.message).Field("trace_id", log.trace_id);
  WritePairs(json, "fields", log.fields);
  json.EndObject();
}

void WriteRecord(base::JsonWriter& json, const model::Event& event) {
  json.BeginObject();
  json.Field("id", event.id).Field("time", base::FormatTime(event.time));
  json.Field("service", event.service).Field("type", event.type);
  json.Field("severity", model::SeverityName(event.severity)).Field("message", event.message);
  json.Key("data").Raw(event.data_json.empty() ? "{}" : event.data_json);
  WritePairs(json, "labels", event.labels);
  json.EndObject();
}

template <typename Record>
net::Response PageResponse(std::string_view name, const records::Page<Record>& page) {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Key(name).BeginArray();
  for (const Record& record : page.records) WriteRecord(json, record);
  json.EndArray().Key("next_cursor");
  if (page.next_cursor.empty()) {
    json.Null();
  } else {
    json.Value(page.next_cursor);
  }
  json.EndObject();
  return net::JsonResponse(200, std::move(body));
}

base::Result<records::LogQuery> ReadLogQuery(const Call& call) {
  records::LogQuery query;
  VEDETTE_TRY_VOID(ReadCommon(call, query));
  const std::string level = call.Parameter("level").value_or("");
  if (level.empty()) return query;
  query.min_level = model::ParseLogSeverity(level);
  if (!query.min_level) {
    return Bad("level", "must be one of trace, debug, info, warning, error, fatal");
  }
  return query;
}

base::Result<records::EventQuery> ReadEventQuery(const Call& call) {
  records::EventQuery query;
  VEDETTE_TRY_VOID(ReadCommon(call, query));
  query.type = call.Parameter("type").value_or("");
  const std::string severity = call.Parameter("severity").value_or("");
  if (severity.empty()) return query;
  query.min_severity = model::ParseSeverity(severity);
  if (!query.min_severity) return Bad("severity", "must be one of info, warning, critical");
  return query;
}

net::Response QueryLogs(records::Store& records, const Call& call) {
  const base::Result<records::LogQuery> query = ReadLogQuery(call);
  if (!query.ok()) return ErrorResponse(query.error());
  const auto page = records.QueryLogs(*query);
  if (!page.ok()) return ErrorResponse(page.error());
  return PageResponse("logs", *page);
}

net::Response QueryEvents(records::Store& records, const Call& call) {
  const base::Result<records::EventQuery> query = ReadEventQuery(call);
  if (!query.ok()) return ErrorResponse(query.error());
  const auto page = records.QueryEvents(*query);
  if (!page.ok()) return ErrorResponse(page.error());
  return PageResponse("events", *page);
}

}  // namespace

std::vector<Route> RecordRoutes(records::Store& records) {
  return {
      {.method = "GET",
       .pattern = "/api/v1/logs/query",
       .permission = Permission::kRead,
       .handler = [&records](const Call& call) { return QueryLogs(records, call); },
       .operation = "queryLogs"},
      {.method = "GET",
       .pattern = "/api/v1/events/query",
       .permission = Permission::kRead,
       .handler = [&records](const Call& call) { return QueryEvents(records, call); },
       .operation = "queryEvents"},
  };
}

}  // namespace vedette::api
