#include "api/remote_read.h"

#include <fmt/format.h>
#include <string>
#include <utility>

namespace vedette::api {
namespace {

namespace remote_read = sources::remote_read;

base::Result<> AnswerQuery(series::Store& store, const RemoteReadOptions& options, const Call& call,
                           const remote_read::Query& query, size_t& samples_left,
                           remote_read::ResponseWriter& writer) {
  series::SelectRequest request;
  request.tenant = call.caller.tenant;
  request.matchers = query.matchers;
  request.from_ms = query.from_ms;
  request.to_ms = query.to_ms;
  request.max_series = options.series_max;
  VEDETTE_TRY(const auto selection, store.Select(request));
  writer.BeginQuery();
  series::SampleColumns samples;
  for (const auto& series : selection) {
    if (call.request.cancelled && call.request.cancelled()) {
      return base::Unavailable("the client is gone");
    }
    samples.Clear();
    VEDETTE_TRY_VOID(series->Read(samples, samples_left));
    if (samples.t_ms.empty()) continue;
    samples_left -= std::min(samples_left, samples.t_ms.size());
    writer.Add({series->labels(), samples.t_ms, samples.values, samples.histograms});
    if (writer.size() > options.answer_bytes_max) {
      return base::ResourceExhausted(
          fmt::format("the answer has more than {} bytes: ask for less time or fewer series",
                      options.answer_bytes_max),
          "remote_read.answer_bytes_max");
    }
  }
  writer.EndQuery();
  return {};
}

base::Result<std::string> Answer(series::Store& store, const RemoteReadOptions& options,
                                 const Call& call) {
  VEDETTE_TRY(const remote_read::Request request,
              remote_read::DecodeRequest(call.request.body, options.request));
  if (!request.takes_samples) {
    return base::InvalidArgument("only answers of the type SAMPLES are given",
                                 "accepted_response_types");
  }
  remote_read::ResponseWriter writer;
  size_t samples_left = options.samples_max;
  for (const remote_read::Query& query : request.queries) {
    VEDETTE_TRY_VOID(AnswerQuery(store, options, call, query, samples_left, writer));
  }
  return writer.Finish();
}

// As Prometheus: errors are plain text, and a limit is the client's fault.
net::Response HandleRead(series::Store& store, const RemoteReadOptions& options, const Call& call) {
  base::Result<std::string> body = Answer(store, options, call);
  if (!body.ok()) {
    const base::Error& error = body.error();
    const bool limit = error.code == base::ErrorCode::kResourceExhausted;
    return net::TextResponse(limit ? 400 : HttpStatus(error.code), error.message + "\n");
  }
  net::Response response;
  response.status = 200;
  response.headers.Set("Content-Type", "application/x-protobuf");
  response.headers.Set("Content-Encoding", "snappy");
  response.body = *std::move(body);
  return response;
}

}  // namespace

std::vector<Route> RemoteReadRoutes(series::Store& store, RemoteReadOptions options) {
  return {
      {.method = "POST",
       .pattern = "/api/v1/read",
       .permission = Permission::kRead,
       .handler = [&store, options](const Call& call) { return HandleRead(store, options, call); },
       .operation = "remoteRead",
       .heavy = true}};
}

}  // namespace vedette::api
