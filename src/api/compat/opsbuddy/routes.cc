#include "api/compat/opsbuddy/routes.h"

#include <algorithm>
#include <fmt/core.h>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "api/compat/opsbuddy/analytics.h"
#include "api/compat/opsbuddy/log_entry.h"
#include "api/compat/opsbuddy/request.h"
#include "base/duration.h"

namespace vedette::api::compat::opsbuddy {
namespace {

constexpr base::Duration kDay{24 * 3'600'000};
constexpr size_t kLogsMax = 10'000;  // of one request
constexpr size_t kPageLimit = 1000;
constexpr size_t kPagesMax = 500;  // that one query looks at
constexpr std::string_view kName = "analytics";

// What the log lines of a service add up to.
struct Counts {
  uint64_t total = 0;
  uint64_t errors = 0;
  uint64_t warnings = 0;
  uint64_t infos = 0;
  uint64_t debugs = 0;

  void Add(model::LogSeverity level) {
    ++total;
    switch (level) {
      case model::LogSeverity::kFatal:
      case model::LogSeverity::kError: ++errors; break;
      case model::LogSeverity::kWarning: ++warnings; break;
      case model::LogSeverity::kInfo: ++infos; break;
      case model::LogSeverity::kDebug:
      case model::LogSeverity::kTrace: ++debugs; break;
    }
  }
};

void WriteCounts(base::JsonWriter& json, const Counts& counts) {
  json.BeginObject().Field("total_logs", counts.total).Field("error_count", counts.errors);
  json.Field("warning_count", counts.warnings).Field("info_count", counts.infos);
  json.Field("debug_count", counts.debugs).EndObject();
}

void WriteRange(base::JsonWriter& json, base::TimePoint now) {
  json.Key("time_range").BeginObject();
  json.Field("start", now - kDay).Field("end", now);
  json.EndObject();
}

// Behind the handlers; they share it.
class Service {
 public:
  Service(ingest::Ingester& ingester, records::Store& records, query::Engine& engine,
          Options options)
      : ingester_(ingester), records_(records), engine_(engine), options_(std::move(options)) {}

  net::Response PostLogs(const Call& call);
  net::Response PostLog(const Call& call);
  net::Response QueryLogs(const Call& call);
  net::Response ListLogs(const Call& call);
  net::Response Analytics(const Call& call);
  net::Response Metrics(const Call& call);
  net::Response Stats(const Call& call);
  net::Response CollectorStatus(const Call& call);
  net::Response Info(const Call& call);
  net::Response Health(const Call& call);

 private:
  using ByService = std::map<std::string, Counts, std::less<>>;

  base::Result<ByService> CountDay(const Call& call);
  base::Result<std::vector<model::LogRecord>> Find(const Call& call, const QueryInput& query);
  net::Response AnswerLogs(const Call& call, const base::Json& input);

  ingest::Ingester& ingester_;
  records::Store& records_;
  query::Engine& engine_;
  const Options options_;
};

net::Response Service::PostLogs(const Call& call) {
  const base::Result<base::Json> body = ReadBody(call);
  if (!body.ok()) return Failure(body.error(), call.now);
  const base::Json* list = &*body;
  if (body->is_object() && body->contains("logs")) list = &(*body)["logs"];
  if (!list->is_array()) {
    return Failure(base::InvalidArgument("the body must be a list of logs", "logs"), call.now);
  }
  if (list->size() > kLogsMax) {
    return Failure(base::InvalidArgument(fmt::format("more than {} logs", kLogsMax), "logs"),
                   call.now);
  }
  std::vector<model::LogRecord> valid;
  base::Error first = base::InvalidArgument("the list is empty", "logs");
  for (size_t i = 0; i < list->size(); ++i) {
    base::Result<model::LogRecord> record = ReadEntry((*list)[i]);
    if (record.ok()) {
      valid.push_back(*std::move(record));
    } else if (first.field == "logs") {
      first = record.error().With(fmt::format("log {}", i));
    }
  }
  const auto report = ingester_.WriteLogs(call.caller.tenant, std::move(valid));
  if (!report.ok()) return Failure(report.error(), call.now);
  if (!report->rejected.empty() && first.field == "logs") {
    const ingest::Rejection& rejection = report->rejected[0];
    first = base::InvalidArgument(rejection.field + " " + rejection.message, rejection.field);
  }
  if (report->ids.empty()) return Failure(400, "No valid logs", first, call.now);
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("message", "Logs processed successfully");
  json.Field("logs_processed", static_cast<uint64_t>(report->ids.size()));
  json.Field("logs_received", static_cast<uint64_t>(list->size()));
  if (report->ids.size() < list->size()) json.Field("first_error", first.message);
  json.Field("timestamp", call.now).EndObject();
  return net::JsonResponse(200, std::move(out));
}

net::Response Service::PostLog(const Call& call) {
  const base::Result<base::Json> body = ReadBody(call);
  if (!body.ok()) return Failure(body.error(), call.now);
  base::Result<model::LogRecord> record = ReadEntry(*body);
  if (!record.ok()) return Failure(record.error(), call.now);
  std::vector<model::LogRecord> records;
  records.push_back(*std::move(record));
  const auto report = ingester_.WriteLogs(call.caller.tenant, std::move(records));
  if (!report.ok()) return Failure(report.error(), call.now);
  if (!report->rejected.empty()) {
    const ingest::Rejection& rejection = report->rejected[0];
    return Failure(
        base::InvalidArgument(rejection.field + " " + rejection.message, rejection.field),
        call.now);
  }
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("message", "Log processed successfully");
  json.Field("log_id", report->ids[0]).EndObject();
  return net::JsonResponse(200, std::move(out));
}

base::Result<std::vector<model::LogRecord>> Service::Find(const Call& call,
                                                          const QueryInput& query) {
  records::LogQuery pages;
  pages.tenant = call.caller.tenant;
  pages.from = query.start;
  pages.to = query.end;
  pages.service = query.service;
  pages.limit = std::min(query.limit, kPageLimit);
  std::optional<model::LogSeverity> level;
  if (!query.level.empty()) {
    level = ParseLevel(query.level);
    if (!level) {
      return base::InvalidArgument("level is none of DEBUG, INFO, WARNING, ERROR, CRITICAL",
                                   "level");
    }
    // S4 knows one level below info.
    pages.min_level = *level == model::LogSeverity::kDebug ? model::LogSeverity::kTrace : *level;
  }
  std::vector<model::LogRecord> found;
  for (size_t page = 0; page < kPagesMax && !call.request.cancelled(); ++page) {
    VEDETTE_TRY(records::Page<model::LogRecord> read, records_.QueryLogs(pages));
    for (model::LogRecord& record : read.records) {
      if (level && LevelName(record.level) != LevelName(*level)) continue;
      if (!query.operation.empty() && FieldOf(record, "operation") != query.operation) continue;
      if (found.size() < query.limit) found.push_back(std::move(record));
    }
    if (found.size() >= query.limit || read.next_cursor.empty()) break;
    pages.cursor = std::move(read.next_cursor);
  }
  return found;
}

net::Response Service::AnswerLogs(const Call& call, const base::Json& input) {
  const base::Result<QueryInput> query = ReadQuery(input, call.now, kDay);
  if (!query.ok()) return Failure(query.error(), call.now);
  const std::string& by = query->aggregation;
  if (!by.empty() && by != "count" && by != "level" && by != "service" && by != "operation") {
    return Failure(base::InvalidArgument("aggregation is none of count, level, service, operation",
                                         "aggregation"),
                   call.now);
  }
  const auto found = Find(call, *query);
  if (!found.ok()) return Failure(found.error(), call.now);
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Key("logs").BeginArray();
  std::map<std::string, uint64_t, std::less<>> groups;
  for (const model::LogRecord& record : *found) {
    WriteEntry(json, record);
    ++groups[by == "level"       ? std::string(LevelName(record.level))
             : by == "service"   ? record.service
             : by == "operation" ? std::string(FieldOf(record, "operation"))
                                 : "count"];
  }
  json.EndArray().Field("count", static_cast<uint64_t>(found->size()));
  if (!by.empty()) {
    json.Field("aggregation", groups);
  }
  json.Key("query");
  WriteQuery(json, *query);
  json.EndObject();
  return net::JsonResponse(200, std::move(out));
}

net::Response Service::QueryLogs(const Call& call) {
  const base::Result<base::Json> body = ReadBody(call);
  return body.ok() ? AnswerLogs(call, *body) : Failure(body.error(), call.now);
}

net::Response Service::ListLogs(const Call& call) { return AnswerLogs(call, ParametersOf(call)); }

net::Response Service::Analytics(const Call& call) {
  const base::Result<base::Json> body = ReadBody(call);
  if (!body.ok()) return Failure(body.error(), call.now);
  const base::Result<QueryInput> query = ReadQuery(*body, call.now, base::Duration(3'600'000));
  if (!query.ok()) return Failure(query.error(), call.now);
  std::string out;
  const base::Result<> run = RunAnalyticsQuery(call, *query, records_, engine_, out);
  return run.ok() ? net::JsonResponse(200, std::move(out)) : Failure(run.error(), call.now);
}

base::Result<Service::ByService> Service::CountDay(const Call& call) {
  ByService services;
  records::LogScan scan{.tenant = call.caller.tenant,
                        .from = call.now - kDay,
                        .to = call.now,
                        .condition = nullptr,
                        .details = false,
                        .keep_going = [&call] { return !call.request.cancelled(); }};
  const auto report = records_.ScanLogs(scan, [&](const records::LogLine& line) {
    auto service = services.find(line.service());
    if (service == services.end()) {
      service = services.emplace(std::string(line.service()), Counts{}).first;
    }
    service->second.Add(line.level());
    return true;
  });
  if (!report.ok()) return report.error();
  return services;
}

net::Response Service::Metrics(const Call& call) {
  const auto services = CountDay(call);
  if (!services.ok()) return Failure(services.error(), call.now);
  const std::string only = call.Parameter("service").value_or("");
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Key("metrics").BeginObject();
  for (const auto& [service, counts] : *services) {
    if (!only.empty() && service != only) continue;
    json.Key(service);
    WriteCounts(json, counts);
  }
  json.EndObject();
  WriteRange(json, call.now);
  json.Field("timestamp", call.now).EndObject();
  return net::JsonResponse(200, std::move(out));
}

net::Response Service::Stats(const Call& call) {
  const auto services = CountDay(call);
  if (!services.ok()) return Failure(services.error(), call.now);
  Counts all;
  for (const auto& [service, counts] : *services) {
    all.total += counts.total;
    all.errors += counts.errors;
  }
  const double rate =
      all.total == 0 ? 0 : 100 * static_cast<double>(all.errors) / static_cast<double>(all.total);
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("total_logs_24h", all.total).Field("error_count_24h", all.errors);
  json.Field("error_rate_24h", rate).Key("service_breakdown").BeginObject();
  for (const auto& [service, counts] : *services) {
    json.Key(service);
    WriteCounts(json, counts);
  }
  json.EndObject();
  WriteRange(json, call.now);
  json.EndObject();
  return net::JsonResponse(200, std::move(out));
}

net::Response Service::CollectorStatus(const Call& call) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("status", "running").Field("is_running", true);
  json.Field("uptime", base::ToSeconds(call.now - options_.started));
  json.Field("timestamp", call.now).EndObject();
  return net::JsonResponse(200, std::move(out));
}

net::Response Service::Info(const Call& call) {
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("name", kName).Field("version", options_.version);
  json.Field("description", "Log analytics: OpsBuddy's paths, served by Vedette");
  json.Key("endpoints").BeginArray();
  for (const std::string_view path :
       {"/logs", "/logs/single", "/logs/query", "/analytics/query", "/metrics", "/stats",
        "/collector/status", "/info", "/health"}) {
    json.Value(path);
  }
  json.EndArray().Field("timestamp", call.now).EndObject();
  return net::JsonResponse(200, std::move(out));
}

// S4's answer of a service; healthy when the record store answers.
net::Response Service::Health(const Call& call) {
  records::LogQuery query;
  query.tenant = model::kDefaultTenant;
  query.limit = 1;
  const auto page = records_.QueryLogs(query);
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("status", page.ok() ? "healthy" : "degraded");
  json.Key("service").BeginObject().Field("name", kName).Field("version", options_.version);
  json.Field("uptime", base::ToSeconds(call.now - options_.started));
  json.EndObject().Field("database", page.ok() ? "connected" : "disconnected");
  json.Field("timestamp", call.now).EndObject();
  return net::JsonResponse(page.ok() ? 200 : 503, std::move(out));
}

}  // namespace

std::vector<Route> Routes(ingest::Ingester& ingester, records::Store& records,
                          query::Engine& engine, Options options) {
  const auto service = std::make_shared<Service>(ingester, records, engine, std::move(options));
  using Handle = net::Response (Service::*)(const Call&);
  const auto route = [&](std::string method, std::string_view path, Permission permission,
                         Handle handle, std::string operation) {
    return Route{.method = std::move(method),
                 .pattern = fmt::format("/api/analytics{}", path),
                 .permission = permission,
                 .handler = MakeHandler(service, handle),
                 .operation = std::move(operation),
                 .stream = {},
                 .heavy = permission == Permission::kRead};
  };
  constexpr Permission kRead = Permission::kRead;
  return {
      WithLargeBody(route("POST", "/logs", Permission::kIngest, &Service::PostLogs, "s4PostLogs")),
      route("GET", "/logs", kRead, &Service::ListLogs, "s4ListLogs"),
      route("POST", "/logs/single", Permission::kIngest, &Service::PostLog, "s4PostLog"),
      route("POST", "/logs/query", kRead, &Service::QueryLogs, "s4QueryLogs"),
      route("POST", "/analytics/query", kRead, &Service::Analytics, "s4AnalyticsQuery"),
      route("POST", "/query", kRead, &Service::Analytics, "s4Query"),
      route("GET", "/metrics", kRead, &Service::Metrics, "s4Metrics"),
      route("GET", "/stats", kRead, &Service::Stats, "s4Stats"),
      route("GET", "/collector/status", kRead, &Service::CollectorStatus, "s4CollectorStatus"),
      route("GET", "/info", kRead, &Service::Info, "s4Info"),
      route("GET", "/health", Permission::kPublic, &Service::Health, "s4Health")};
}

}  // namespace vedette::api::compat::opsbuddy
