#include "api/alert_intake.h"

#include <utility>

#include "api/item_answer.h"

namespace vedette::api {
namespace {

net::Response PostAlertmanager(ingest::Ingester& ingester, const AlertIntakeOptions& options,
                               const Call& call) {
  if (IsNotJson(call.request.headers)) return NotJsonAnswer();
  auto parsed = sources::alerts::ParseAlertmanager(call.request.body, call.now, options.alerts);
  if (!parsed.ok()) return ErrorResponse(parsed.error());
  const auto report = ingester.WriteEvents(call.caller.tenant, std::move(parsed->events));
  if (!report.ok()) return ErrorResponse(report.error());
  MergeRejections(parsed->rejected, parsed->indexes, report->rejected);
  return ItemsAnswer(report->ids, parsed->rejected);
}

net::Response PostCloudWatch(ingest::Ingester& ingester, const AlertIntakeOptions& options,
                             const Call& call) {
  if (IsNotJson(call.request.headers)) return NotJsonAnswer();
  auto event = sources::alerts::ParseCloudWatch(call.request.body, call.now, options.alerts);
  if (!event.ok()) return ErrorResponse(event.error());
  std::vector<model::Event> events;
  events.push_back(*std::move(event));
  const auto report = ingester.WriteEvents(call.caller.tenant, std::move(events));
  if (!report.ok()) return ErrorResponse(report.error());
  std::vector<sources::json_items::Rejection> rejected;
  MergeRejections(rejected, {0}, report->rejected);
  return ItemsAnswer(report->ids, rejected);
}

net::Response PostChanges(ingest::Ingester& ingester, const AlertIntakeOptions& options,
                          const Call& call) {
  if (IsNotJson(call.request.headers)) return NotJsonAnswer();
  auto parsed = sources::changes::Parse(call.request.body, call.now, options.changes);
  if (!parsed.ok()) return ErrorResponse(parsed.error());
  const auto report = ingester.WriteChanges(call.caller.tenant, std::move(parsed->changes));
  if (!report.ok()) return ErrorResponse(report.error());
  MergeRejections(parsed->rejected, parsed->indexes, report->rejected);
  return ItemsAnswer(report->ids, parsed->rejected);
}

}  // namespace

std::vector<Route> AlertIntakeRoutes(ingest::Ingester& ingester, AlertIntakeOptions options) {
  using Handle = net::Response (*)(ingest::Ingester&, const AlertIntakeOptions&, const Call&);
  const auto route = [&](std::string pattern, Handle handle, std::string operation) {
    return Route{.method = "POST",
                 .pattern = std::move(pattern),
                 .permission = Permission::kIngest,
                 .handler = [&ingester, options,
                             handle](const Call& call) { return handle(ingester, options, call); },
                 .operation = std::move(operation),
                 .body_bytes_max = kLargeBody};
  };
  return {route("/api/v1/events/alertmanager", PostAlertmanager, "postAlertmanager"),
          route("/api/v1/events/cloudwatch", PostCloudWatch, "postCloudWatch"),
          route("/api/v1/changes", PostChanges, "postChanges")};
}

}  // namespace vedette::api
