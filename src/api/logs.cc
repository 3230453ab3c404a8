#include "api/logs.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "api/parameters.h"
#include "api/records.h"
#include "base/duration.h"
#include "query/logs/engine.h"

namespace vedette::api {
namespace {

constexpr size_t kTextBytesMax = 1000;
constexpr size_t kQueryBytesMax = 8192;
constexpr size_t kServiceBytesMax = 256;
constexpr int64_t kBuckets = 60;

// The parameters that all log queries share.
struct Filters {
  base::TimePoint from = base::FromMillis(0);
  base::TimePoint to = base::FromMillis(INT64_MAX);
  std::string service;
  std::optional<model::LogSeverity> min_level;
  std::string text;

  std::vector<records::LogCondition> Conditions() const {
    std::vector<records::LogCondition> all;
    if (!service.empty()) all.push_back(records::LogCondition::FieldIs("service", service));
    if (min_level) all.push_back(records::LogCondition::MinLevel(*min_level));
    if (!text.empty()) all.push_back(records::LogCondition::Part(text));
    return all;
  }
};

base::Result<Filters> ReadFilters(const Call& call) {
  Filters filters;
  VEDETTE_TRY(const auto from, ReadTime(call, "from"));
  VEDETTE_TRY(const auto to, ReadTime(call, "to"));
  filters.from = from.value_or(filters.from);
  filters.to = to.value_or(filters.to);
  if (filters.from > filters.to) return BadParameter("from", "is after to");
  VEDETTE_TRY(filters.service, ReadText(call, "service", kServiceBytesMax));
  VEDETTE_TRY(filters.text, ReadText(call, "text", kTextBytesMax));
  const std::string level = call.Parameter("level").value_or("");
  if (level.empty()) return filters;
  filters.min_level = model::ParseLogSeverity(level);
  if (!filters.min_level) {
    return BadParameter("level", "must be one of trace, debug, info, warning, error, fatal");
  }
  return filters;
}

// The texts of patterns by their ids, as the language shows ids.
std::unordered_map<std::string, std::string> PatternTexts(records::Store& records,
                                                          const model::TenantName& tenant) {
  std::unordered_map<std::string, std::string> texts;
  const auto patterns = records.LogPatterns(tenant);
  if (!patterns.ok()) {
    base::IgnoreError(patterns, "the ids alone are shown");
    return texts;
  }
  for (const records::LogPattern& pattern : *patterns) {
    texts.emplace(fmt::format("{:016x}", pattern.id), pattern.text);
  }
  return texts;
}

void WriteStats(base::JsonWriter& json, const query::logs::Stats& stats,
                const std::unordered_map<std::string, std::string>& pattern_texts) {
  json.BeginObject()
      .Field("by", stats.by)
      .Field("step", base::FormatDuration(stats.step))
      .Field("times", stats.times)
      .Key("series")
      .BeginArray();
  for (const auto& series : stats.series) {
    json.BeginObject().Key("labels").BeginObject();
    std::string text;
    for (size_t i = 0; i < stats.by.size(); ++i) {
      json.Field(stats.by[i], series.labels[i]);
      if (stats.by[i] != "pattern") continue;
      const auto found = pattern_texts.find(series.labels[i]);
      if (found != pattern_texts.end()) text = found->second;
    }
    json.EndObject();
    if (!text.empty()) json.Field("text", text);
    json.Field("total", series.total).Field("values", series.values).EndObject();
  }
  json.EndArray().Field("complete", stats.complete).Field("lines_scanned", stats.lines_scanned);
  json.Field("bytes_read", stats.bytes_read);
  if (!stats.warning.empty()) json.Field("warning", stats.warning);
  json.EndObject();
}

net::Response PageResponse(const query::logs::Result& result) {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Key("logs").BeginArray();
  for (const model::LogRecord& log : result.page.records) WriteLog(json, log, result.fields);
  json.EndArray().Field("next_cursor", base::NullIfEmpty(result.page.next_cursor));
  if (!result.warning.empty()) json.Field("warning", result.warning);
  json.EndObject();
  return net::JsonResponse(200, std::move(body));
}

base::Result<query::logs::Request> ReadRequest(const Call& call) {
  VEDETTE_TRY(const Filters filters, ReadFilters(call));
  query::logs::Request request;
  request.tenant = call.caller.tenant;
  request.from = filters.from;
  request.to = filters.to;
  request.also = filters.Conditions();
  VEDETTE_TRY(request.query, ReadText(call, "query", kQueryBytesMax));
  if (request.query.find_first_not_of(" \t\r\n") == std::string::npos) request.query = "*";
  VEDETTE_TRY(const int64_t limit, ReadLimit(call));
  request.limit = static_cast<size_t>(limit);
  request.cursor = call.Parameter("cursor").value_or("");
  request.cancelled = call.request.cancelled;
  return request;
}

base::Result<net::Response> QueryLogs(records::Store& records, query::logs::Engine& engine,
                                      const Call& call) {
  VEDETTE_TRY(const query::logs::Request request, ReadRequest(call));
  VEDETTE_TRY(const query::logs::Result result, engine.Run(request));
  if (!result.stats) return PageResponse(result);
  const auto& by = result.stats->by;
  const bool patterns = std::find(by.begin(), by.end(), "pattern") != by.end();
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Key("stats");
  WriteStats(json, *result.stats,
             patterns ? PatternTexts(records, call.caller.tenant)
                      : std::unordered_map<std::string, std::string>());
  json.EndObject();
  return net::JsonResponse(200, std::move(body));
}

// -- Patterns

struct Counted {
  const records::LogPattern* pattern = nullptr;
  uint64_t count = 0;
  int64_t last_seen_ms = INT64_MIN;
  std::vector<uint64_t> buckets;
};

// Without `from` the range begins where the patterns do; without `to` it ends now.
void ChooseRange(Filters& filters, const std::vector<records::LogPattern>& patterns,
                 base::TimePoint now) {
  if (base::ToMillis(filters.to) == INT64_MAX) {
    filters.to = now;
    for (const auto& pattern : patterns) {
      filters.to = std::max(filters.to, base::FromMillis(pattern.last_seen_ms));
    }
  }
  if (base::ToMillis(filters.from) != 0) return;
  filters.from = filters.to;
  for (const auto& pattern : patterns) {
    filters.from = std::min(filters.from, base::FromMillis(pattern.first_seen_ms));
  }
}

net::Response PatternResponse(const Filters& filters, base::Duration step,
                              const std::vector<Counted>& counted,
                              const records::ScanReport& report) {
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Field("from", filters.from);
  json.Field("to", filters.to).Field("step", base::FormatDuration(step));
  json.Field("complete", report.complete && report.damaged == 0).Key("patterns").BeginArray();
  for (const Counted& entry : counted) {
    const records::LogPattern& pattern = *entry.pattern;
    json.BeginObject().Field("id", fmt::format("{:016x}", pattern.id));
    json.Field("service", pattern.service).Field("pattern", pattern.text);
    json.Field("example", pattern.example).Field("count", entry.count);
    json.Field("first_seen", base::FromMillis(pattern.first_seen_ms));
    json.Field("last_seen", base::FromMillis(entry.last_seen_ms));
    json.Field("buckets", entry.buckets).EndObject();
  }
  json.EndArray();
  WriteDamage(json, report.damaged);
  json.EndObject();
  return net::JsonResponse(200, std::move(body));
}

base::Result<net::Response> Patterns(records::Store& records, const base::Clock& clock,
                                     const Call& call) {
  VEDETTE_TRY(Filters filters, ReadFilters(call));
  VEDETTE_TRY(const int64_t limit, ReadLimit(call));
  VEDETTE_TRY(const std::vector<records::LogPattern> patterns,
              records.LogPatterns(call.caller.tenant));
  ChooseRange(filters, patterns, call.now);
  const base::Duration step = std::max<base::Duration>(
      (filters.to - filters.from) / kBuckets + base::Duration(1), std::chrono::seconds(1));
  std::unordered_map<uint64_t, Counted> counts;
  for (const records::LogPattern& pattern : patterns) counts[pattern.id].pattern = &pattern;
  const auto steps = static_cast<size_t>((filters.to - filters.from) / step) + 1;
  const int64_t from_ms = base::ToMillis(filters.from);
  records::LogScan scan;
  scan.tenant = call.caller.tenant;
  scan.from = filters.from;
  scan.to = filters.to;
  scan.condition = std::make_shared<const records::LogCondition>(
      records::LogCondition::And(filters.Conditions()));
  scan.details = false;
  const base::SteadyPoint deadline = clock.Steady() + std::chrono::seconds(30);
  scan.keep_going = [&] { return !call.request.cancelled() && clock.Steady() < deadline; };
  VEDETTE_TRY(const records::ScanReport report,
              records.ScanLogs(scan, [&](const records::LogLine& line) {
                const auto found = counts.find(line.pattern());
                if (found == counts.end()) return true;
                Counted& entry = found->second;
                if (entry.buckets.empty()) entry.buckets.resize(steps);
                ++entry.count;
                entry.last_seen_ms = std::max(entry.last_seen_ms, line.time_ms());
                ++entry.buckets[static_cast<size_t>((line.time_ms() - from_ms) / step.count())];
                return true;
              }));
  std::vector<Counted> ordered;
  for (auto& [id, entry] : counts) {
    if (entry.count > 0) ordered.push_back(std::move(entry));
  }
  const bool newest_first = call.Parameter("sort").value_or("") == "first_seen";
  std::sort(ordered.begin(), ordered.end(), [&](const Counted& a, const Counted& b) {
    const int64_t x = newest_first ? a.pattern->first_seen_ms : static_cast<int64_t>(a.count);
    const int64_t y = newest_first ? b.pattern->first_seen_ms : static_cast<int64_t>(b.count);
    return x != y ? x > y : a.pattern->id < b.pattern->id;
  });
  if (ordered.size() > static_cast<size_t>(limit)) ordered.resize(static_cast<size_t>(limit));
  return PatternResponse(filters, step, ordered, report);
}

}  // namespace

void WriteLog(base::JsonWriter& json, const model::LogRecord& log,
              const std::vector<std::string>& fields) {
  json.BeginObject();
  json.Field("id", log.id).Field("time", log.time);
  json.Field("level", model::LogSeverityName(log.level)).Field("service", log.service);
  json.Field("message", log.message).Field("trace_id", log.trace_id);
  json.Key("fields").BeginObject();
  for (const auto& [name, value] : log.fields) {
    if (!fields.empty() && std::find(fields.begin(), fields.end(), name) == fields.end()) continue;
    json.Field(name, value);
  }
  json.EndObject().EndObject();
}

std::vector<Route> LogRoutes(records::Store& records, const base::Clock& clock) {
  const auto engine = std::make_shared<query::logs::Engine>(records, clock);
  const auto query = [&records, engine](const Call& call) {
    return Answer(QueryLogs(records, *engine, call));
  };
  const auto patterns = [&records, &clock](const Call& call) {
    return Answer(Patterns(records, clock, call));
  };
  return {{.method = "GET",
           .pattern = "/api/v1/logs/query",
           .permission = Permission::kRead,
           .handler = query,
           .operation = "queryLogs",
           .heavy = true},
          {.method = "GET",
           .pattern = "/api/v1/logs/patterns",
           .permission = Permission::kRead,
           .handler = patterns,
           .operation = "listLogPatterns",
           .heavy = true}};
}

}  // namespace vedette::api
