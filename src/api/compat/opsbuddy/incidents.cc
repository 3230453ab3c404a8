#include "api/compat/opsbuddy/incidents.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "api/compat/opsbuddy/log_entry.h"
#include "api/compat/opsbuddy/request.h"
#include "base/digest.h"
#include "base/duration.h"
#include "base/mutex.h"

namespace vedette::api::compat::opsbuddy {
namespace {

constexpr int64_t kHoursMax = 24 * 30;
constexpr size_t kPageLimit = 1'000;
constexpr size_t kPagesMax = 100;
constexpr size_t kRecentMax = 10;
constexpr size_t kListedMax = 1'000;
constexpr size_t kTenantsMax = 1'000;
constexpr std::string_view kName = "incident-service";

// Lines that say the same.
struct Group {
  model::LogRecord newest;
  base::TimePoint first;
  uint64_t count = 0;
};

struct Found {
  std::vector<Group> groups;  // the newest first
  uint64_t total = 0;
  bool complete = true;
};

// S4's: 16 hexadecimal digits of service_level_timestamp_message, of the message 50 characters.
std::string IdOf(const Group& group) {
  const model::LogRecord& record = group.newest;
  const std::string digest =
      base::Md5(fmt::format("{}_{}_{}_{}", record.service, LevelName(record.level),
                            base::FormatTime(group.first), record.message.substr(0, 50)));
  std::string hex;
  for (const char c : digest.substr(0, 8)) hex += fmt::format("{:02x}", static_cast<uint8_t>(c));
  return hex;
}

void WriteGroup(base::JsonWriter& json, const Group& group) {
  const model::LogRecord& record = group.newest;
  json.BeginObject()
      .Field("incident_id", IdOf(group))
      .Field("timestamp", record.time)
      .Field("first_seen", group.first)
      .Field("count", group.count)
      .Field("service", record.service)
      .Field("level", LevelName(record.level))
      .Field("logger", FieldOf(record, "logger"))
      .Field("operation", FieldOf(record, "operation"))
      .Field("host", FieldOf(record, "host"))
      .Field("message", record.message)
      .EndObject();
}

class Service {
 public:
  Service(records::Store& records, Options options)
      : records_(records), options_(std::move(options)) {}

  net::Response Incidents(const Call& call);
  net::Response Errors(const Call& call);
  net::Response Check(const Call& call) EXCLUDES(mutex_);
  net::Response Health(const Call& call);

 private:
  base::Result<Found> Find(const Call& call, base::TimePoint from, std::string service);

  records::Store& records_;
  const Options options_;
  base::Mutex mutex_;
  std::map<model::TenantName, base::TimePoint> checked_ GUARDED_BY(mutex_);  // until when
};

base::Result<base::Duration> ReadHours(const Call& call) {
  const std::string text = call.Parameter("hours").value_or("1");
  const base::Result<base::Duration> hours = base::ParseDuration(text + "h");
  if (!hours.ok() || *hours <= base::Duration(0) || *hours > std::chrono::hours(kHoursMax)) {
    return base::InvalidArgument(fmt::format("must be between 1 and {}", kHoursMax), "hours");
  }
  return *hours;
}

base::Result<Found> Service::Find(const Call& call, base::TimePoint from, std::string service) {
  records::LogQuery query;
  query.tenant = call.caller.tenant;
  query.from = from;
  query.to = call.now;
  query.service = std::move(service);
  query.min_level = model::LogSeverity::kError;
  query.limit = kPageLimit;
  query.keep_going = [&call] { return !call.request.cancelled(); };
  Found found;
  std::map<std::tuple<std::string, model::LogSeverity, std::string>, size_t> places;
  for (size_t page = 0; page < kPagesMax; ++page) {
    VEDETTE_TRY(records::Page<model::LogRecord> read, records_.QueryLogs(query));
    for (model::LogRecord& record : read.records) {
      ++found.total;
      const auto [place, fresh] =
          places.try_emplace({record.service, record.level, record.message}, found.groups.size());
      if (fresh) found.groups.push_back({record, record.time, 0});
      Group& group = found.groups[place->second];
      ++group.count;
      group.first = std::min(group.first, record.time);
      if (record.time > group.newest.time) group.newest = std::move(record);
    }
    if (read.next_cursor.empty()) break;
    query.cursor = std::move(read.next_cursor);
    found.complete = page + 1 < kPagesMax;
  }
  std::ranges::sort(found.groups, std::ranges::greater{},
                    [](const Group& group) { return group.newest.time; });
  return found;
}

net::Response Service::Incidents(const Call& call) {
  const base::Result<base::Duration> hours = ReadHours(call);
  if (!hours.ok()) return Failure(hours.error(), call.now);
  const base::Result<Found> found = Find(call, call.now - *hours, "");
  if (!found.ok()) return Failure(found.error(), call.now);
  std::map<std::string, uint64_t> services;
  for (const Group& group : found->groups) services[group.newest.service] += group.count;
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("total_errors", found->total).Key("services_affected").BeginArray();
  for (const auto& [service, count] : services) json.Value(service);
  json.EndArray().Field("error_breakdown", services).Key("recent_errors").BeginArray();
  for (size_t i = 0; i < std::min(found->groups.size(), kRecentMax); ++i) {
    WriteGroup(json, found->groups[i]);
  }
  json.EndArray().Field("complete", found->complete).Field("timestamp", call.now).EndObject();
  return net::JsonResponse(200, std::move(out));
}

net::Response Service::Errors(const Call& call) {
  const base::Result<base::Duration> hours = ReadHours(call);
  if (!hours.ok()) return Failure(hours.error(), call.now);
  const std::string service(call.PathValue("service"));
  const base::Result<Found> found = Find(call, call.now - *hours, service);
  if (!found.ok()) return Failure(found.error(), call.now);
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("service", service).Key("errors").BeginArray();
  for (size_t i = 0; i < std::min(found->groups.size(), kListedMax); ++i) {
    WriteGroup(json, found->groups[i]);
  }
  json.EndArray()
      .Field("total_errors", found->total)
      .Field("count", static_cast<uint64_t>(found->groups.size()))
      .Field("timestamp", call.now)
      .EndObject();
  return net::JsonResponse(200, std::move(out));
}

// The first check of a tenant looks at all since the start, as S4's did.
net::Response Service::Check(const Call& call) {
  base::TimePoint from = options_.started;
  {
    base::MutexLock lock(mutex_);
    if (const auto it = checked_.find(call.caller.tenant); it != checked_.end()) {
      from = it->second + base::Duration(1);
    }
  }
  const base::Result<Found> found = Find(call, from, "");
  if (!found.ok()) return Failure(found.error(), call.now);
  {
    base::MutexLock lock(mutex_);
    if (checked_.size() < kTenantsMax || checked_.contains(call.caller.tenant)) {
      checked_[call.caller.tenant] = call.now;
    }
  }
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject()
      .Field("message", "Check completed")
      .Field("errors_found", found->total)
      .Key("events")
      .BeginArray();
  for (size_t i = 0; i < std::min(found->groups.size(), kListedMax); ++i) {
    json.BeginObject()
        .Field("event_type", "error_detected")
        .Field("timestamp", call.now)
        .Field("source", kName)
        .Key("data");
    WriteGroup(json, found->groups[i]);
    json.EndObject();
  }
  json.EndArray().Field("timestamp", call.now).EndObject();
  return net::JsonResponse(200, std::move(out));
}

net::Response Service::Health(const Call& call) {
  records::LogQuery query;
  query.tenant = model::kDefaultTenant;
  query.limit = 1;
  const bool ok = records_.QueryLogs(query).ok();
  std::string out;
  base::JsonWriter json(out);
  json.BeginObject().Field("status", ok ? "healthy" : "degraded").Key("service").BeginObject();
  json.Field("name", kName).Field("version", options_.version);
  json.Field("uptime", base::ToSeconds(call.now - options_.started));
  json.EndObject().Field("database", ok ? "connected" : "disconnected");
  json.Field("timestamp", call.now).EndObject();
  return net::JsonResponse(ok ? 200 : 503, std::move(out));
}

}  // namespace

std::vector<Route> IncidentRoutes(records::Store& records, Options options) {
  const auto service = std::make_shared<Service>(records, std::move(options));
  using Handle = net::Response (Service::*)(const Call&);
  const auto route = [&](std::string method, std::string_view path, Permission permission,
                         Handle handle, std::string operation) {
    return Route{.method = std::move(method),
                 .pattern = fmt::format("/api/incidents{}", path),
                 .permission = permission,
                 .handler = MakeHandler(service, handle),
                 .operation = std::move(operation),
                 .stream = {},
                 .heavy = permission == Permission::kRead};
  };
  constexpr Permission kRead = Permission::kRead;
  return {route("GET", "", kRead, &Service::Incidents, "s4Incidents"),
          route("GET", "/incidents", kRead, &Service::Incidents, "s4IncidentsOfService"),
          route("GET", "/errors/{service}", kRead, &Service::Errors, "s4ErrorsOfService"),
          route("POST", "/check", kRead, &Service::Check, "s4CheckIncidents"),
          route("GET", "/health", Permission::kPublic, &Service::Health, "s4IncidentHealth")};
}

}  // namespace vedette::api::compat::opsbuddy
