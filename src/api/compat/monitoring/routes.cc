#include "api/compat/monitoring/routes.h"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace vedette::api::compat::monitoring {
namespace {

using detect::events::LogEntry;
using detect::events::LogPage;
using detect::events::LogQuery;
using detect::events::Monitor;
using detect::events::Status;

constexpr std::string_view kBase = "/api/v1/monitoring";
constexpr int64_t kLimit = 100;
constexpr int64_t kLimitMax = 1000;
constexpr int64_t kOffsetMax = 1'000'000;
constexpr int64_t kLookbackMinutes = 60;
constexpr int64_t kLookbackMinutesMax = 1440;
constexpr int64_t kCleanUpHours = 24;
constexpr int64_t kCleanUpHoursMax = 720;

net::Response Failure(const base::Error& error) {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Field("detail", error.message);
  if (!error.field.empty()) json.Field("field", error.field);
  json.EndObject();
  const bool invalid = error.code == base::ErrorCode::kInvalidArgument;
  net::Response response =
      net::JsonResponse(invalid ? 422 : HttpStatus(error.code), std::move(body));
  if (base::IsRetryable(error.code)) response.headers.Set("Retry-After", "1");
  return response;
}

base::Error Bad(std::string_view name, std::string_view message) {
  return base::InvalidArgument(fmt::format("{} {}", name, message), std::string(name));
}

// -- Answers

net::Response PageResponse(const LogPage& page) {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Key("logs").BeginArray();
  for (const LogEntry& entry : page.entries) WriteEntry(json, entry);
  json.EndArray().Field("total_count", page.total);
  json.Field("returned_count", static_cast<uint64_t>(page.entries.size())).EndObject();
  return net::JsonResponse(200, std::move(body));
}

// -- Input

base::Result<int64_t> ReadNumber(std::string_view name, std::string_view text, int64_t least,
                                 int64_t most) {
  int64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || rest != text.data() + text.size() || number < least ||
      number > most) {
    return Bad(name, fmt::format("must be a whole number from {} to {}", least, most));
  }
  return number;
}

base::Result<int64_t> NumberParameter(const Call& call, std::string_view name, int64_t otherwise,
                                      int64_t least, int64_t most) {
  const std::optional<std::string> text = call.Parameter(name);
  if (!text.has_value() || text->empty()) return otherwise;
  return ReadNumber(name, *text, least, most);
}

base::Result<> AddStatus(std::string_view name, LogQuery& query) {
  const std::optional<Status> status = detect::events::ParseStatus(name);
  if (!status.has_value()) return Bad("status", "is none of NORMAL, WARNING, CRITICAL");
  query.statuses.push_back(*status);
  return {};
}

base::Result<LogQuery> QueryOfParameters(const Call& call) {
  LogQuery query{.tenant = call.caller.tenant};
  VEDETTE_TRY(query.limit, NumberParameter(call, "limit", kLimit, 1, kLimitMax));
  VEDETTE_TRY(query.offset, NumberParameter(call, "offset", 0, 0, kOffsetMax));
  query.source = call.Parameter("source").value_or("");
  const std::string archived = call.Parameter("archived").value_or("");
  if (!archived.empty() && archived != "true" && archived != "false") {
    return Bad("archived", "must be true or false");
  }
  query.archived = archived == "true";
  for (const std::string& status : call.Parameters("status")) {
    VEDETTE_TRY_VOID(AddStatus(status, query));
  }
  return query;
}

const base::Json* Member(const base::Json& json, std::string_view name) {
  const auto found = json.find(std::string(name));
  return found == json.end() || found->is_null() ? nullptr : &*found;
}

base::Result<base::Json> ReadObject(const Call& call) {
  if (call.request.body.empty()) return base::Json::object();
  VEDETTE_TRY(base::Json json, base::ParseJson(call.request.body));
  if (!json.is_object()) return base::InvalidArgument("the body must be a JSON object");
  return json;
}

base::Result<std::string> TextMember(const base::Json& json, std::string_view name) {
  const base::Json* const member = Member(json, name);
  if (member == nullptr) return std::string();
  if (!member->is_string()) return Bad(name, "must be a text");
  return member->get<std::string>();
}

// Without an offset a time is UTC.
base::Result<std::optional<base::TimePoint>> TimeMember(const base::Json& json,
                                                        std::string_view name) {
  const base::Json* const member = Member(json, name);
  if (member == nullptr) return std::optional<base::TimePoint>();
  std::string text = member->is_string() ? member->get<std::string>() : base::DumpJson(*member);
  const size_t clock = text.find('T');
  if (clock != std::string::npos && text.find_first_of("Zz+-", clock) == std::string::npos) {
    text += 'Z';
  }
  const base::Result<base::TimePoint> time = base::ParseTime(text);
  if (!time.ok()) return Bad(name, "must be a time of ISO 8601");
  return std::optional(*time);
}

base::Result<LogQuery> QueryOfBody(const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadObject(call));
  LogQuery query{.tenant = call.caller.tenant};
  if (const base::Json* limit = Member(json, "limit")) {
    VEDETTE_TRY(query.limit, ReadNumber("limit", base::DumpJson(*limit), 1, kLimitMax));
  }
  if (const base::Json* offset = Member(json, "offset")) {
    VEDETTE_TRY(query.offset, ReadNumber("offset", base::DumpJson(*offset), 0, kOffsetMax));
  }
  VEDETTE_TRY(query.source, TextMember(json, "source"));
  VEDETTE_TRY(query.from, TimeMember(json, "start_time"));
  VEDETTE_TRY(query.to, TimeMember(json, "end_time"));
  const base::Json* const archived = Member(json, "archived");
  if (archived != nullptr && !archived->is_boolean()) {
    return Bad("archived", "must be true or false");
  }
  query.archived = archived != nullptr && archived->get<bool>();
  const base::Json* const status = Member(json, "status");
  if (status == nullptr) return query;
  for (const base::Json& one : status->is_array() ? *status : base::Json::array({*status})) {
    if (!one.is_string()) return Bad("status", "must be a text");
    VEDETTE_TRY_VOID(AddStatus(one.get<std::string>(), query));
  }
  return query;
}

base::Result<detect::events::Event> ReadEvent(const Call& call) {
  VEDETTE_TRY(base::Json json, ReadObject(call));
  detect::events::Event event;
  VEDETTE_TRY(event.source, TextMember(json, "source"));
  VEDETTE_TRY(event.event_type, TextMember(json, "event_type"));
  if (const base::Json* data = Member(json, "data")) event.data = *data;
  if (const base::Json* metadata = Member(json, "metadata")) event.metadata = *metadata;
  return event;
}

model::Event AsEvent(const LogEntry& entry) {
  model::Event event;
  event.id = entry.event_id;
  event.time = entry.time;
  event.service = entry.source;
  event.type = entry.event_type;
  event.message = entry.verdict.detected_issues.empty() ? entry.verdict.reasoning
                                                        : entry.verdict.detected_issues.front();
  event.data_json = entry.data_json;
  event.labels = {{"status", std::string(StatusName(entry.verdict.status))}};
  switch (entry.verdict.status) {
    case Status::kNormal: event.severity = model::Severity::kInfo; break;
    case Status::kWarning: event.severity = model::Severity::kWarning; break;
    case Status::kCritical: event.severity = model::Severity::kCritical; break;
  }
  return event;
}

// -- Handlers

net::Response PostEvent(Monitor& monitor, ingest::Ingester& ingester, const Call& call) {
  base::Result<detect::events::Event> event = ReadEvent(call);
  if (!event.ok()) return Failure(event.error());
  const base::Result<LogEntry> entry =
      monitor.Take(call.caller.tenant, *std::move(event), call.now);
  if (!entry.ok()) return Failure(entry.error());
  base::IgnoreError(ingester.WriteEvents(call.caller.tenant, {AsEvent(*entry)}),
                    "the event is kept among the judged ones");
  std::string body;
  base::JsonWriter json(body);
  WriteEntry(json, *entry);
  return net::JsonResponse(201, std::move(body));
}

net::Response GetLogs(const Monitor& monitor, const base::Result<LogQuery>& query) {
  if (!query.ok()) return Failure(query.error());
  const base::Result<LogPage> page = monitor.List(*query);
  return page.ok() ? PageResponse(*page) : Failure(page.error());
}

net::Response GetHealth(const Monitor& monitor, const Call& call) {
  const auto health = monitor.GetHealth(call.caller.tenant);
  if (!health.ok()) return Failure(health.error());
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Field("current_status", StatusName(health->status));
  json.Field("severity_score", health->severity_score);
  json.Field("last_update", health->last_update);
  json.Field("recent_issues", health->recent_issues);
  json.Field("total_events_processed", health->events).EndObject();
  return net::JsonResponse(200, std::move(body));
}

net::Response GetStats(const Monitor& monitor, const Call& call) {
  const auto stats = monitor.Stats(call.caller.tenant);
  if (!stats.ok()) return Failure(stats.error());
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Field("total_logs", stats->total);
  json.Key("status_distribution").BeginObject();
  for (const Status status : {Status::kNormal, Status::kWarning, Status::kCritical}) {
    json.Field(StatusName(status), stats->by_status[static_cast<size_t>(status)]);
  }
  json.EndObject().Field("unique_sources", stats->sources);
  json.Field("unique_event_types", stats->event_types);
  json.Field("avg_severity", std::round(stats->mean_severity * 1000) / 1000);
  json.Field("oldest_log", stats->oldest);
  json.Field("newest_log", stats->newest);
  json.EndObject();
  return net::JsonResponse(200, std::move(body));
}

net::Response Reevaluate(Monitor& monitor, const Call& call) {
  const auto minutes =
      NumberParameter(call, "lookback_minutes", kLookbackMinutes, 1, kLookbackMinutesMax);
  if (!minutes.ok()) return Failure(minutes.error());
  const auto result =
      monitor.Reevaluate(call.caller.tenant, call.now - std::chrono::minutes(*minutes), call.now);
  if (!result.ok()) return Failure(result.error());
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject();
  json.Field("message", fmt::format("{} events were judged again", result->events));
  json.Field("re_evaluated_count", result->events).Key("summary").BeginObject();
  json.Field("critical", result->by_status[2]).Field("warning", result->by_status[1]);
  json.Field("normal", result->by_status[0]).EndObject().EndObject();
  return net::JsonResponse(200, std::move(body));
}

net::Response CleanUp(Monitor& monitor, const Call& call) {
  const auto hours = NumberParameter(call, "older_than_hours", kCleanUpHours, 1, kCleanUpHoursMax);
  if (!hours.ok()) return Failure(hours.error());
  const auto removed = monitor.CleanUp(call.caller.tenant, call.now - std::chrono::hours(*hours));
  if (!removed.ok()) return Failure(removed.error());
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject();
  json.Field("message", fmt::format("{} logs were archived and removed", *removed));
  json.Field("removed_count", *removed).EndObject();
  return net::JsonResponse(200, std::move(body));
}

net::Response Index() {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Field("service", "Vedette: event rules").Key("endpoints").BeginObject();
  for (const auto& [name, path] : {std::pair("events", "POST /events"),
                                   {"health", "GET /health"},
                                   {"logs", "GET /logs"},
                                   {"query", "POST /logs/query"},
                                   {"stats", "GET /stats"},
                                   {"re-evaluate", "POST /analysis/re-evaluate"},
                                   {"llm", "POST /analysis/llm"},
                                   {"cleanup", "POST /maintenance/cleanup"}}) {
    const std::string_view text = path;
    const size_t slash = text.find('/');
    json.Field(name, fmt::format("{}{}{}", text.substr(0, slash), kBase, text.substr(slash)));
  }
  json.EndObject().EndObject();
  return net::JsonResponse(200, std::move(body));
}

}  // namespace

std::vector<Route> Routes(Monitor& monitor, ingest::Ingester& ingester) {
  const auto at = [](std::string_view path) { return fmt::format("{}{}", kBase, path); };
  const auto index = [](const Call&) { return Index(); };
  return {
      {"GET", at(""), Permission::kRead, index, "s3Index"},
      {"GET", at("/"), Permission::kRead, index, "s3IndexSlash"},
      {"POST", at("/events"), Permission::kIngest,
       [&](const Call& call) { return PostEvent(monitor, ingester, call); }, "s3PostEvent"},
      {"GET", at("/health"), Permission::kRead,
       [&](const Call& call) { return GetHealth(monitor, call); }, "s3Health"},
      {"GET", at("/logs"), Permission::kRead,
       [&](const Call& call) { return GetLogs(monitor, QueryOfParameters(call)); }, "s3Logs"},
      {"POST", at("/logs/query"), Permission::kRead,
       [&](const Call& call) { return GetLogs(monitor, QueryOfBody(call)); }, "s3QueryLogs"},
      {"GET", at("/stats"), Permission::kRead,
       [&](const Call& call) { return GetStats(monitor, call); }, "s3Stats"},
      {"POST", at("/analysis/re-evaluate"), Permission::kRespond,
       [&](const Call& call) { return Reevaluate(monitor, call); }, "s3Reevaluate"},
      {"POST", at("/analysis/llm"), Permission::kRead,
       [](const Call&) { return Failure(base::Unavailable("there is no language model to ask")); },
       "s3Analyze"},
      {"POST", at("/maintenance/cleanup"), Permission::kAdmin,
       [&](const Call& call) { return CleanUp(monitor, call); }, "s3CleanUp"},
  };
}

}  // namespace vedette::api::compat::monitoring
