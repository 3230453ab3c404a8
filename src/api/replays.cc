#include "api/replays.h"

#include <deque>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/item_answer.h"
#include "api/parameters.h"
#include "base/duration.h"
#include "base/id.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/mutex.h"

namespace vedette::api {
namespace {

using base::JsonWriter;
using replay::Report;

constexpr size_t kKept = 20;  // replays in memory
constexpr size_t kConfigBytesMax = 1 << 20;
constexpr size_t kBodyBytesMax = 4 * kConfigBytesMax;  // with what JSON adds to it
constexpr int64_t kChangesMax = 1'000;
constexpr base::Duration kDefaultLength = std::chrono::hours(24 * 7);

// --- the answer

void WriteTally(JsonWriter& json, std::string_view key, const replay::Tally& tally) {
  json.Key(key)
      .BeginObject()
      .Field("recorded", tally.recorded)
      .Field("candidate", tally.candidate)
      .Field("added", tally.added)
      .Field("removed", tally.removed)
      .EndObject();
}

void WriteSummary(JsonWriter& json, const Report& report) {
  json.Field("from", report.from)
      .Field("to", report.to)
      .Field("history_from", report.history_from)
      .Field("rounds", report.rounds)
      .Field("inputs", report.inputs)
      .Field("has_candidate", report.has_candidate)
      .Field("same_configuration", report.same_configuration)
      .Field("moved", report.moved);
  json.Key("reproduced")
      .BeginObject()
      .Field("compared", report.compared)
      .Field("identical", report.identical);
  json.Field("first_difference", report.first_difference);
  json.EndObject();
  WriteTally(json, "messages", report.messages);
  WriteTally(json, "incidents", report.incidents);
  WriteTally(json, "unreachable", report.unreachable);
}

void WriteChange(JsonWriter& json, const replay::Change& change) {
  const replay::Message& message = change.message;
  json.BeginObject()
      .Field("change", replay::ChangeKindName(change.kind))
      .Field("time", message.time);
  json.Field("recorded_time", change.recorded_time);
  json.Field("at_night", change.at_night)
      .Field("person", message.person)
      .Field("receiver", message.receiver)
      .Field("to", message.to)
      .Field("kind", model::PageKindName(message.kind))
      .Field("severity", model::SeverityName(message.severity))
      .Field("incident_id", message.incident_id)
      .Field("title", message.title)
      .Field("why", message.why)
      .EndObject();
}

void WriteDetails(JsonWriter& json, const Report& report) {
  json.Key("people").BeginArray();
  for (const replay::Person& person : report.people) {
    json.BeginObject().Field("name", person.name).Field("is_person", person.is_person);
    WriteTally(json, "messages", person.all);
    WriteTally(json, "nights", person.nights);
    json.EndObject();
  }
  json.EndArray().Key("nights").BeginArray();
  for (const replay::Night& night : report.nights) {
    json.BeginObject().Field("date", night.date).Field("name", night.name);
    WriteTally(json, "messages", night.messages);
    json.EndObject();
  }
  json.EndArray().Key("changes").BeginArray();
  for (const replay::Change& change : report.changes) WriteChange(json, change);
  json.EndArray().Field("changes_left_out", report.changes_left_out);
}

void WriteHead(JsonWriter& json, std::string_view id, std::string_view asked_by,
               base::TimePoint asked_at) {
  json.Field("id", id).Field("asked_by", asked_by).Field("asked_at", asked_at);
}

// --- the request

base::Result<base::TimePoint> TimeOf(const base::Json& json, const char* key,
                                     base::TimePoint otherwise) {
  const auto it = json.find(key);
  if (it == json.end() || it->is_null()) return otherwise;
  if (!it->is_string()) return base::InvalidArgument("must be a time such as RFC 3339 has", key);
  base::Result<base::TimePoint> time = base::ParseTime(it->get_ref<const std::string&>());
  if (!time.ok()) return base::InvalidArgument(time.error().message, key);
  return time;
}

base::Result<ReplayRequest> ReadRequest(const Call& call) {
  VEDETTE_TRY(const base::Json json, ReadJsonBody(call));
  for (const auto& [key, value] : json.items()) {
    if (key != "config" && key != "from" && key != "to" && key != "limit") {
      return base::InvalidArgument("unknown member", key);
    }
  }
  ReplayRequest request{.tenant = call.caller.tenant,
                        .asked_by = call.caller.name,
                        .config = {},
                        .from = {},
                        .to = {}};
  VEDETTE_TRY(request.to, TimeOf(json, "to", call.now));
  VEDETTE_TRY(request.from, TimeOf(json, "from", request.to - kDefaultLength));
  if (const auto it = json.find("config"); it != json.end() && !it->is_null()) {
    if (!it->is_string()) return base::InvalidArgument("must be YAML as a text", "config");
    request.config = it->get<std::string>();
    if (request.config->size() > kConfigBytesMax) {
      return base::InvalidArgument("has at most 1 MiB", "config");
    }
  }
  if (const auto it = json.find("limit"); it != json.end() && !it->is_null()) {
    const bool fits = it->is_number_integer() && it->get<int64_t>() >= 0;
    if (!fits || it->get<int64_t>() > kChangesMax) {
      return base::InvalidArgument("must be a number from 0 to 1000", "limit");
    }
    request.changes_max = it->get<size_t>();
  }
  return request;
}

// --- what was asked lately

struct Kept {
  std::string id;
  model::TenantName tenant;
  std::string summary;
  std::string whole;
};

class Shelf {
 public:
  void Put(Kept kept) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    replays_.push_front(std::move(kept));
    if (replays_.size() > kKept) replays_.pop_back();
  }
  std::string List(const model::TenantName& tenant) const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    std::string out;
    JsonWriter json(out);
    json.BeginObject().Key("replays").BeginArray();
    for (const Kept& kept : replays_) {
      if (kept.tenant == tenant) json.Raw(kept.summary);
    }
    json.EndArray().EndObject();
    return out;
  }
  base::Result<std::string> Find(const model::TenantName& tenant, std::string_view id) const
      EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    for (const Kept& kept : replays_) {
      if (kept.tenant == tenant && kept.id == id) return kept.whole;
    }
    return base::NotFound("there is no such replay; the last 20 are kept until the server ends");
  }

 private:
  mutable base::Mutex mutex_;
  std::deque<Kept> replays_ GUARDED_BY(mutex_);  // newest first
};

net::Response Ask(const ReplayFunction& replay, Shelf& shelf, const Call& call) {
  if (IsNotJson(call.request.headers)) return NotJsonAnswer();
  const base::Result<ReplayRequest> request = ReadRequest(call);
  if (!request.ok()) return ErrorResponse(request.error());
  const base::Result<Report> report = replay(*request);
  if (!report.ok()) return ErrorResponse(report.error());
  Kept kept{
      .id = "rp_" + base::NewId(call.now), .tenant = request->tenant, .summary = {}, .whole = {}};
  JsonWriter json(kept.summary);
  json.BeginObject();
  WriteHead(json, kept.id, request->asked_by, call.now);
  WriteSummary(json, *report);
  json.EndObject();
  kept.whole = ReplayToJson(*report, kept.id, request->asked_by, call.now);
  std::string body = kept.whole;
  shelf.Put(std::move(kept));
  return net::JsonResponse(200, std::move(body));
}

base::Result<std::string> Show(const Shelf& shelf, const Call& call) {
  return shelf.Find(call.caller.tenant, call.PathValue("id"));
}

}  // namespace

std::string ReplayToJson(const Report& report, std::string_view id, std::string_view asked_by,
                         base::TimePoint asked_at) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  WriteHead(json, id, asked_by, asked_at);
  WriteSummary(json, report);
  WriteDetails(json, report);
  json.EndObject();
  return out;
}

std::vector<Route> ReplayRoutes(ReplayFunction replay) {
  auto shelf = std::make_shared<Shelf>();
  return {{.method = "POST",
           .pattern = "/api/v1/replays",
           .permission = Permission::kRespond,
           .handler = [replay = std::move(replay),
                       shelf](const Call& call) { return Ask(replay, *shelf, call); },
           .operation = "replay",
           .heavy = true,
           .body_bytes_max = kBodyBytesMax},
          {.method = "GET",
           .pattern = "/api/v1/replays",
           .permission = Permission::kRead,
           .handler =
               [shelf](const Call& call) {
                 return net::JsonResponse(200, shelf->List(call.caller.tenant));
               },
           .operation = "listReplays"},
          {.method = "GET",
           .pattern = "/api/v1/replays/{id}",
           .permission = Permission::kRead,
           .handler = MakeHandler(shelf, Show),
           .operation = "getReplay"}};
}

}  // namespace vedette::api
