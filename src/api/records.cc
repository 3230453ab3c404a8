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

void WriteRecord(base::JsonWriter& json, const model::Event& event) {
  json.BeginObject();
  json.Field("id", event.id).Field("time", event.time);
  json.Field("service", event.service).Field("type", event.type);
  json.Field("severity", model::SeverityName(event.severity)).Field("message", event.message);
  json.Key("data").Raw(event.data_json.empty() ? "{}" : event.data_json);
  json.Field("labels", event.labels);
  json.EndObject();
}

void WriteRecord(base::JsonWriter& json, const model::Change& change) {
  json.BeginObject();
  json.Field("id", change.id).Field("time", change.time);
  json.Field("service", change.service).Field("kind", change.kind).Field("title", change.title);
  json.Field("version", change.version).Field("status", change.status);
  json.Field("author", change.author).Field("url", change.url);
  json.Key("data").Raw(change.data_json.empty() ? "{}" : change.data_json);
  json.Field("labels", change.labels);
  json.EndObject();
}

template <typename Record>
net::Response PageResponse(std::string_view name, const records::Page<Record>& page) {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Key(name).BeginArray();
  for (const Record& record : page.records) WriteRecord(json, record);
  json.EndArray().Field("next_cursor", base::NullIfEmpty(page.next_cursor));
  WriteDamage(json, page.damaged);
  json.EndObject();
  return net::JsonResponse(200, std::move(body));
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

net::Response QueryEvents(records::Store& records, const Call& call) {
  const base::Result<records::EventQuery> query = ReadEventQuery(call);
  if (!query.ok()) return ErrorResponse(query.error());
  const auto page = records.QueryEvents(*query);
  if (!page.ok()) return ErrorResponse(page.error());
  return PageResponse("events", *page);
}

net::Response QueryChanges(records::Store& records, const Call& call) {
  records::ChangeQuery query;
  const base::Result<> read = ReadCommon(call, query);
  if (!read.ok()) return ErrorResponse(read.error());
  query.kind = call.Parameter("kind").value_or("");
  const auto page = records.QueryChanges(query);
  if (!page.ok()) return ErrorResponse(page.error());
  return PageResponse("changes", *page);
}

}  // namespace

void WriteDamage(base::JsonWriter& json, uint64_t damaged) {
  if (damaged == 0) return;
  json.Field("warning", fmt::format("{} damaged records or blocks were left out", damaged));
}

std::vector<Route> RecordRoutes(records::Store& records) {
  return {
      {.method = "GET",
       .pattern = "/api/v1/events/query",
       .permission = Permission::kRead,
       .handler = [&records](const Call& call) { return QueryEvents(records, call); },
       .operation = "queryEvents"},
      {.method = "GET",
       .pattern = "/api/v1/changes",
       .permission = Permission::kRead,
       .handler = [&records](const Call& call) { return QueryChanges(records, call); },
       .operation = "queryChanges"},
  };
}

}  // namespace vedette::api
