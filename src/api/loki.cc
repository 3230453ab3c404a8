#include "api/loki.h"

#include <fmt/core.h>
#include <string>
#include <string_view>
#include <utility>

namespace vedette::api {
namespace {

namespace loki = sources::loki;

// As Loki answers: plain text.
net::Response Failure(const base::Error& error) {
  net::Response response = net::TextResponse(HttpStatus(error.code), error.message + "\n");
  if (base::IsRetryable(error.code)) response.headers.Set("Retry-After", "1");
  return response;
}

net::Response Push(ingest::Ingester& ingester, loki::ParseOptions options, const Call& call) {
  const std::string_view type = call.request.headers.Get("Content-Type");
  const bool json = type.starts_with("application/json");
  const bool protobuf = type.empty() || type.starts_with("application/x-protobuf");
  if (!json && !protobuf) {
    return net::TextResponse(
        415, "the Content-Type must be application/json or application/x-protobuf\n");
  }
  options.decoded_bytes_max = call.request.body_bytes_max;
  auto parsed = json ? loki::ParseJson(call.request.body, options)
                     : loki::ParseProtobuf(call.request.body, options);
  if (!parsed.ok()) return Failure(parsed.error());
  const auto report = ingester.WriteLogs(call.caller.tenant, std::move(parsed->records));
  if (!report.ok()) return Failure(report.error());
  const uint64_t refused = parsed->refused + report->rejected.size();
  if (refused == 0) return {.status = 204, .headers = {}, .body = {}};
  std::string first = parsed->first_refusal;
  if (first.empty()) {
    first = fmt::format("{} {}", report->rejected[0].field, report->rejected[0].message);
  }
  return Failure(base::InvalidArgument(
      fmt::format("{} of {} lines were refused, the others are stored; the first: {}", refused,
                  parsed->lines, first)));
}

}  // namespace

std::vector<Route> LokiRoutes(ingest::Ingester& ingester, loki::ParseOptions options) {
  return {
      {.method = "POST",
       .pattern = "/loki/api/v1/push",
       .permission = Permission::kIngest,
       .handler = [&ingester, options](const Call& call) { return Push(ingester, options, call); },
       .operation = "lokiPush",
       .body_bytes_max = kLargeBody}};
}

}  // namespace vedette::api
