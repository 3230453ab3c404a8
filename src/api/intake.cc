#include "api/intake.h"

#include <fmt/core.h>
#include <memory>
#include <string>
#include <utility>

#include "api/item_answer.h"
#include "model/write_batch.h"

namespace vedette::api {
namespace {

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

net::Response Intake::PostLogs(const Call& call) {
  if (IsNotJson(call.request.headers)) return NotJsonAnswer();
  auto parsed = sources::logs::Parse(call.request.body, call.request.headers.Get("Content-Type"),
                                     call.now, options.logs);
  if (!parsed.ok()) return ErrorResponse(parsed.error());
  const auto report = ingester.WriteLogs(call.caller.tenant, std::move(parsed->records));
  if (!report.ok()) return ErrorResponse(report.error());
  MergeRejections(parsed->rejected, parsed->indexes, report->rejected);
  return ItemsAnswer(report->ids, parsed->rejected);
}

net::Response Intake::PostEvents(const Call& call) {
  if (IsNotJson(call.request.headers)) return NotJsonAnswer();
  auto parsed = sources::events::Parse(call.request.body, call.now, options.events);
  if (!parsed.ok()) return ErrorResponse(parsed.error());
  const auto report = ingester.WriteEvents(call.caller.tenant, std::move(parsed->events));
  if (!report.ok()) return ErrorResponse(report.error());
  MergeRejections(parsed->rejected, parsed->indexes, report->rejected);
  return ItemsAnswer(report->ids, parsed->rejected);
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
                 .handler = MakeHandler(intake, handle),
                 .operation = std::move(operation)};
  };
  const auto take = [&](std::string pattern, net::Response (Intake::*handle)(const Call&),
                        std::string operation) {
    return WithLargeBody(
        route("POST", std::move(pattern), Permission::kIngest, handle, std::move(operation)));
  };
  return {
      take("/api/v1/import/prometheus", &Intake::ImportPrometheus, "importPrometheus"),
      take("/api/v1/logs", &Intake::PostLogs, "postLogs"),
      take("/api/v1/events", &Intake::PostEvents, "postEvents"),
      route("DELETE", "/api/v1/admin/tenants/{name}/data", Permission::kAdmin,
            &Intake::DeleteTenant, "deleteTenantData"),
  };
}

}  // namespace vedette::api
