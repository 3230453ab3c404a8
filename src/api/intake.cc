#include "api/intake.h"

#include <algorithm>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <utility>

#include "base/json_writer.h"
#include "model/write_batch.h"

namespace vedette::api {
namespace {

using sources::json_items::Rejection;

// Behind the handlers; they share it.
struct Intake {
  Intake(ingest::Ingester& i, IntakeOptions o) : ingester(i), options(std::move(o)) {}

  net::Response ImportPrometheus(const Call& call);
  net::Response PostLogs(const Call& call);
  net::Response PostEvents(const Call& call);
  net::Response DeleteTenant(const Call& call);

  ingest::Ingester& ingester;
  const IntakeOptions options;
};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

net::Response Intake::ImportPrometheus(const Call& call) {
  sources::exposition::ParseOptions parse = options.exposition;
  parse.format = sources::exposition::FormatOf(call.request.headers.Get("Content-Type"));
  sources::exposition::MetadataSink on_metadata;
  if (options.on_metadata) {
    on_metadata = [&](const sources::exposition::FamilyMetadata& m) {
      options.on_metadata(call.caller.tenant, {m.family, m.type, m.help, m.unit});
    };
  }
  model::WriteBatch batch;
  const auto samples =
      sources::exposition::ParseBatch(call.request.body, parse, call.now, batch, on_metadata);
  if (!samples.ok()) return ErrorResponse(samples.error());
  const auto report = ingester.Write(call.caller.tenant, batch);
  if (!report.ok()) return ErrorResponse(report.error());
  if (report->refused() > 0) {
    return ErrorResponse(base::InvalidArgument(
        fmt::format("{} of {} samples were refused, the others are stored; the first: {}",
                    report->refused(), *samples, report->first_refusal)));
  }
  return net::Response{.status = 204, .headers = {}, .body = {}};
}

// Bodies that browsers send across origins without asking, and other protocols.
bool IsNotJson(const net::Headers& headers) {
  const std::string type = Lower(headers.Get("Content-Type"));
  for (const std::string_view other :
       {"application/x-www-form-urlencoded", "multipart/", "application/x-protobuf"}) {
    if (type.starts_with(other)) return true;
  }
  return false;
}

net::Response NotJson() {
  net::Response response = ErrorResponse(base::InvalidArgument(
      "the body must be JSON: send the header Content-Type: application/json", "content-type"));
  response.status = 415;
  return response;
}

// Adds what the ingester rejected, by its place in the request.
void Merge(std::vector<Rejection>& rejected, const std::vector<size_t>& indexes,
           const std::vector<ingest::Rejection>& more) {
  for (const ingest::Rejection& rejection : more) {
    rejected.push_back({indexes[rejection.index], rejection.field, rejection.message});
  }
  std::ranges::sort(rejected, {}, &Rejection::index);
}

std::string Sentence(const Rejection& rejection) {
  return rejection.field.empty() ? "the item " + rejection.message
                                 : rejection.field + " " + rejection.message;
}

// What became of the items of one request.
net::Response ItemsResponse(const std::vector<std::string>& ids,
                            const std::vector<Rejection>& rejected) {
  const bool none = ids.empty() && !rejected.empty();
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject();
  if (none) {
    json.Key("error").BeginObject();
    json.Field("code", base::ErrorCodeName(base::ErrorCode::kInvalidArgument));
    json.Field("message", fmt::format("item {}: {}", rejected[0].index, Sentence(rejected[0])));
    if (!rejected[0].field.empty()) json.Field("field", rejected[0].field);
    json.EndObject();
  }
  json.Field("accepted", static_cast<uint64_t>(ids.size()));
  json.Key("ids").BeginArray();
  for (const std::string& id : ids) json.Value(id);
  json.EndArray();
  if (!rejected.empty()) {
    json.Key("rejected").BeginArray();
    for (const Rejection& rejection : rejected) {
      json.BeginObject();
      json.Field("index", static_cast<uint64_t>(rejection.index));
      json.Field("field", rejection.field).Field("message", Sentence(rejection));
      json.EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
  return net::JsonResponse(none ? 400 : rejected.empty() ? 200 : 207, std::move(body));
}

net::Response Intake::PostLogs(const Call& call) {
  if (IsNotJson(call.request.headers)) return NotJson();
  auto parsed = sources::logs::Parse(call.request.body, call.request.headers.Get("Content-Type"),
                                     call.now, options.logs);
  if (!parsed.ok()) return ErrorResponse(parsed.error());
  const auto report = ingester.WriteLogs(call.caller.tenant, std::move(parsed->records));
  if (!report.ok()) return ErrorResponse(report.error());
  Merge(parsed->rejected, parsed->indexes, report->rejected);
  return ItemsResponse(report->ids, parsed->rejected);
}

net::Response Intake::PostEvents(const Call& call) {
  if (IsNotJson(call.request.headers)) return NotJson();
  auto parsed = sources::events::Parse(call.request.body, call.now, options.events);
  if (!parsed.ok()) return ErrorResponse(parsed.error());
  const auto report = ingester.WriteEvents(call.caller.tenant, std::move(parsed->events));
  if (!report.ok()) return ErrorResponse(report.error());
  Merge(parsed->rejected, parsed->indexes, report->rejected);
  return ItemsResponse(report->ids, parsed->rejected);
}

net::Response Intake::DeleteTenant(const Call& call) {
  const model::TenantName name(call.PathValue("name"));
  if (!call.caller.any_tenant && call.caller.tenant != name) {
    return ErrorResponse(base::PermissionDenied("the key belongs to another tenant"));
  }
  base::Result<> deleted = ingester.DeleteTenant(name);
  if (deleted.ok() && options.also_delete) deleted = options.also_delete(name);
  if (!deleted.ok()) return ErrorResponse(deleted.error());
  return net::Response{.status = 204, .headers = {}, .body = {}};
}

}  // namespace

std::vector<Route> IntakeRoutes(ingest::Ingester& ingester, IntakeOptions options) {
  const auto intake = std::make_shared<Intake>(ingester, std::move(options));
  const auto route = [&](std::string method, std::string pattern, Permission permission,
                         net::Response (Intake::*handle)(const Call&), std::string operation) {
    return Route{.method = std::move(method),
                 .pattern = std::move(pattern),
                 .permission = permission,
                 .handler = [intake, handle](const Call& call) { return (*intake.*handle)(call); },
                 .operation = std::move(operation)};
  };
  return {
      route("POST", "/api/v1/import/prometheus", Permission::kIngest, &Intake::ImportPrometheus,
            "importPrometheus"),
      route("POST", "/api/v1/logs", Permission::kIngest, &Intake::PostLogs, "postLogs"),
      route("POST", "/api/v1/events", Permission::kIngest, &Intake::PostEvents, "postEvents"),
      route("DELETE", "/api/v1/admin/tenants/{name}/data", Permission::kAdmin,
            &Intake::DeleteTenant, "deleteTenantData"),
  };
}

}  // namespace vedette::api
