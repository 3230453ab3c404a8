#include "api/traces.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "api/parameters.h"
#include "api/records.h"
#include "base/duration.h"
#include "base/json_writer.h"

namespace vedette::api {
namespace {

constexpr size_t kNameBytesMax = 256;
constexpr int kPagesMax = 50;
constexpr size_t kAttributesMax = 16;
constexpr size_t kAttributeBytesMax = 1024;
constexpr int64_t kNanosPerMilli = 1'000'000;
constexpr std::string_view kKinds[] = {"unspecified", "internal", "server",
                                       "client",      "producer", "consumer"};
constexpr std::string_view kStatuses[] = {"unset", "ok", "error"};

using Pairs = std::vector<std::pair<std::string, std::string>>;

int64_t DurationOf(const model::Span& span) {
  return std::max<int64_t>(span.end_ns - span.start_ns, 0);
}
double Millis(int64_t nanos) { return static_cast<double>(nanos) / kNanosPerMilli; }
std::string TimeOf(int64_t nanos) {
  return base::FormatTime(base::FromMillis(nanos / kNanosPerMilli));
}

void WriteSpan(base::JsonWriter& json, const model::Span& span) {
  json.BeginObject().Field("trace_id", span.trace_id).Field("span_id", span.span_id);
  json.Field("parent_span_id", span.parent_span_id).Field("service", span.service);
  json.Field("operation", span.name).Field("kind", kKinds[static_cast<size_t>(span.kind)]);
  json.Field("status", kStatuses[static_cast<size_t>(span.status)]);
  json.Field("status_message", span.status_message).Field("start", TimeOf(span.start_ns));
  // As text: JSON's numbers do not hold nanoseconds since 1970.
  json.Field("start_ns", fmt::format("{}", span.start_ns));
  json.Field("duration_ms", Millis(DurationOf(span)));
  json.Field("attributes", span.attributes);
  json.Field("resource", span.resource);
  json.Key("events").BeginArray();
  for (const model::SpanEvent& event : span.events) {
    json.BeginObject().Field("time", TimeOf(event.time_ns));
    json.Field("time_ns", fmt::format("{}", event.time_ns)).Field("name", event.name);
    json.Field("attributes", event.attributes);
    json.EndObject();
  }
  json.EndArray().Key("links").BeginArray();
  for (const model::SpanLink& link : span.links) {
    json.BeginObject().Field("trace_id", link.trace_id).Field("span_id", link.span_id).EndObject();
  }
  json.EndArray().EndObject();
}

// What is said of a trace as a whole. REQUIRES: spans by start, not empty.
void WriteSummary(base::JsonWriter& json, const std::vector<model::Span>& spans) {
  // The root is the first span without a parent; of a trace that is not whole, the first span.
  const auto root = std::find_if(spans.begin(), spans.end(), [](const model::Span& span) {
    return span.parent_span_id.empty();
  });
  const model::Span& first = root == spans.end() ? spans.front() : *root;
  int64_t end = spans.front().start_ns;
  uint64_t errors = 0;
  std::set<std::string> services;
  for (const model::Span& span : spans) {
    end = std::max(end, span.start_ns + DurationOf(span));
    errors += span.status == model::SpanStatus::kError ? 1 : 0;
    services.insert(span.service);
  }
  json.Field("trace_id", first.trace_id).Field("service", first.service);
  json.Field("operation", first.name).Field("start", TimeOf(spans.front().start_ns));
  json.Field("duration_ms", Millis(end - spans.front().start_ns));
  json.Field("span_count", static_cast<uint64_t>(spans.size())).Field("error_count", errors);
  json.Field("services", services);
}

void WriteEdges(base::JsonWriter& json, const std::vector<model::Span>& spans) {
  struct Edge {
    uint64_t calls = 0;
    uint64_t errors = 0;
    int64_t total_ns = 0;
  };
  std::unordered_map<std::string_view, const model::Span*> by_id;
  for (const model::Span& span : spans) by_id.emplace(span.span_id, &span);
  std::map<std::pair<std::string_view, std::string_view>, Edge> edges;
  for (const model::Span& span : spans) {
    const auto parent = by_id.find(span.parent_span_id);
    if (parent == by_id.end() || parent->second->service == span.service) continue;
    Edge& edge = edges[{parent->second->service, span.service}];
    ++edge.calls;
    edge.errors += span.status == model::SpanStatus::kError ? 1 : 0;
    edge.total_ns += DurationOf(span);
  }
  json.Key("edges").BeginArray();
  for (const auto& [ends, edge] : edges) {
    json.BeginObject().Field("caller", ends.first).Field("callee", ends.second);
    json.Field("calls", edge.calls).Field("errors", edge.errors);
    json.Field("total_ms", Millis(edge.total_ns)).EndObject();
  }
  json.EndArray();
}

base::Result<net::Response> GetTrace(records::Store& records, const Call& call) {
  std::string id(call.PathValue("trace_id"));
  for (char& c : id) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  if (id.empty() || id.size() > 32 ||
      id.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return BadParameter("trace_id", "must be up to 32 hexadecimal digits");
  }
  id.insert(0, 32 - id.size(), '0');  // systems with 64-bit ids leave the zeros out
  VEDETTE_TRY(const records::Page<model::Span> trace, records.Trace(call.caller.tenant, id));
  const std::vector<model::Span>& spans = trace.records;
  if (spans.empty()) return base::NotFound("no span of this trace is stored");
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject();
  WriteSummary(json, spans);
  json.Key("spans").BeginArray();
  for (const model::Span& span : spans) WriteSpan(json, span);
  json.EndArray();
  WriteEdges(json, spans);
  WriteDamage(json, trace.damaged);
  json.EndObject();
  return net::JsonResponse(200, std::move(body));
}

base::Result<int64_t> ReadNanos(const Call& call, std::string_view name, int64_t otherwise) {
  const std::string text = call.Parameter(name).value_or("");
  if (text.empty()) return otherwise;
  const auto duration = base::ParseDuration(text);
  if (!duration.ok()) return BadParameter(name, duration.error().message);
  return std::min<int64_t>(duration->count(), INT64_MAX / kNanosPerMilli) * kNanosPerMilli;
}

// status=unset, ok or error; error=true says the same as status=error.
base::Result<std::optional<model::SpanStatus>> ReadStatus(const Call& call) {
  const std::string error = call.Parameter("error").value_or("");
  if (error != "" && error != "true" && error != "false") {
    return BadParameter("error", "must be true or false");
  }
  const std::string text = call.Parameter("status").value_or(error == "true" ? "error" : "");
  if (text.empty()) return std::optional<model::SpanStatus>();
  const auto found = std::find(std::begin(kStatuses), std::end(kStatuses), text);
  if (found == std::end(kStatuses)) return BadParameter("status", "must be unset, ok or error");
  return std::optional(static_cast<model::SpanStatus>(found - std::begin(kStatuses)));
}

// attribute=http.route=/pay, as often as wanted.
base::Result<Pairs> ReadAttributes(const Call& call) {
  Pairs pairs;
  for (const std::string& text : call.Parameters("attribute")) {
    const size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return BadParameter("attribute", "must be name=value");
    }
    if (pairs.size() == kAttributesMax || text.size() > kAttributeBytesMax) {
      return BadParameter("attribute", fmt::format("at most {} of {} bytes each", kAttributesMax,
                                                   kAttributeBytesMax));
    }
    pairs.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return pairs;
}

base::Result<records::SpanQuery> ReadSpanQuery(const Call& call) {
  records::SpanQuery query;
  query.tenant = call.caller.tenant;
  VEDETTE_TRY(const auto from, ReadTime(call, "from"));
  VEDETTE_TRY(const auto to, ReadTime(call, "to"));
  query.from = from.value_or(query.from);
  query.to = to.value_or(query.to);
  if (query.from > query.to) return BadParameter("from", "is after to");
  VEDETTE_TRY(query.service, ReadText(call, "service", kNameBytesMax));
  VEDETTE_TRY(query.operation, ReadText(call, "operation", kNameBytesMax));
  VEDETTE_TRY(query.min_duration_ns, ReadNanos(call, "min_duration", 0));
  VEDETTE_TRY(query.max_duration_ns, ReadNanos(call, "max_duration", INT64_MAX));
  if (query.min_duration_ns > query.max_duration_ns) {
    return BadParameter("min_duration", "is above max_duration");
  }
  VEDETTE_TRY(query.status, ReadStatus(call));
  VEDETTE_TRY(query.attributes, ReadAttributes(call));
  VEDETTE_TRY(const int64_t limit, ReadLimit(call));
  query.limit = static_cast<size_t>(limit);
  query.cursor = call.Parameter("cursor").value_or("");
  return query;
}

base::Result<net::Response> ListTraces(records::Store& records, const Call& call) {
  VEDETTE_TRY(records::SpanQuery query, ReadSpanQuery(call));
  const size_t limit = query.limit;
  std::vector<std::string> ids;
  std::set<std::string> known;
  uint64_t damaged = 0;
  for (int pages = 0; pages < kPagesMax && ids.size() < limit; ++pages) {
    if (call.request.cancelled()) return base::Unavailable("the query was cancelled");
    query.limit = limit - ids.size();  // so that no span that was read is left out
    VEDETTE_TRY(const auto page, records.QuerySpans(query));
    damaged = std::max(damaged, page.damaged);
    for (const model::Span& span : page.records) {
      if (known.insert(span.trace_id).second) ids.push_back(span.trace_id);
    }
    query.cursor = page.next_cursor;
    if (query.cursor.empty()) break;
  }
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Key("traces").BeginArray();
  for (const std::string& id : ids) {
    VEDETTE_TRY(const records::Page<model::Span> trace, records.Trace(call.caller.tenant, id));
    damaged = std::max(damaged, trace.damaged);
    if (trace.records.empty()) continue;
    json.BeginObject();
    WriteSummary(json, trace.records);
    json.EndObject();
  }
  json.EndArray().Field("next_cursor", base::NullIfEmpty(query.cursor));
  WriteDamage(json, damaged);
  json.EndObject();
  return net::JsonResponse(200, std::move(body));
}

base::Result<net::Response> ListServices(records::Store& records, const Call& call) {
  VEDETTE_TRY(const auto from, ReadTime(call, "from"));
  VEDETTE_TRY(const auto to, ReadTime(call, "to"));
  const base::TimePoint begin = from.value_or(base::FromMillis(0));
  const base::TimePoint end = to.value_or(base::FromMillis(INT64_MAX));
  if (begin > end) return BadParameter("from", "is after to");
  VEDETTE_TRY(const auto operations, records.Operations(call.caller.tenant, begin, end));
  std::map<std::string_view, std::vector<std::string_view>> services;
  for (const records::SpanOperation& entry : operations) {
    services[entry.service].push_back(entry.operation);
  }
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Key("services").BeginArray();
  for (const auto& [service, names] : services) {
    json.BeginObject().Field("service", service).Field("operations", names).EndObject();
  }
  json.EndArray().EndObject();
  return net::JsonResponse(200, std::move(body));
}

}  // namespace

std::vector<Route> TraceRoutes(records::Store& records) {
  using Handler = base::Result<net::Response> (*)(records::Store&, const Call&);
  const auto route = [&records](std::string pattern, std::string operation, Handler handler) {
    return Route{.method = "GET",
                 .pattern = std::move(pattern),
                 .permission = Permission::kRead,
                 .handler = MakeHandler(&records, handler),
                 .operation = std::move(operation),
                 .heavy = true};
  };
  return {route("/api/v1/traces", "listTraces", ListTraces),
          route("/api/v1/traces/services", "listTraceServices", ListServices),
          route("/api/v1/traces/{trace_id}", "getTrace", GetTrace)};
}

}  // namespace vedette::api
