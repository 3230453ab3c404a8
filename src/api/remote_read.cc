#include "api/remote_read.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace vedette::api {
namespace {

namespace remote_read = sources::remote_read;
using remote_read::AnswerKind;

constexpr std::string_view kChunksType =
    "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse";

struct Body {
  AnswerKind kind;
  std::string bytes;
};

// An answer on its way: reads series after series, within the limits.
class Reader {
 public:
  Reader(series::Store& store, const RemoteReadOptions& options, const Call& call)
      : store_(store), options_(options), call_(call), samples_left_(options.samples_max) {}

  base::Result<std::string> Samples(const remote_read::Request& request) {
    remote_read::ResponseWriter writer;
    for (const remote_read::Query& query : request.queries) {
      writer.BeginQuery();
      VEDETTE_TRY_VOID(Read(query, [&](const remote_read::SeriesView& series) -> base::Result<> {
        writer.Add(series);
        return CheckSize(writer.size());
      }));
      writer.EndQuery();
    }
    return writer.Finish();
  }

  // kFailedPrecondition when there are histograms.
  base::Result<std::string> Chunks(const remote_read::Request& request) {
    remote_read::FrameWriter writer;
    for (size_t i = 0; i < request.queries.size(); ++i) {
      VEDETTE_TRY_VOID(
          Read(request.queries[i], [&](const remote_read::SeriesView& series) -> base::Result<> {
            const bool floats =
                std::ranges::all_of(series.histograms, [](const auto& h) { return h == nullptr; });
            if (!floats) {
              return base::FailedPrecondition(
                  "native histograms are answered as SAMPLES only, which the client does not take");
            }
            writer.Add(i, series);
            return CheckSize(writer.size());
          }));
    }
    return writer.Finish();
  }

 private:
  using SeriesSink = std::function<base::Result<>(const remote_read::SeriesView&)>;

  base::Result<> CheckSize(size_t bytes) const {
    if (bytes <= options_.answer_bytes_max) return {};
    return base::ResourceExhausted(
        fmt::format("the answer has more than {} bytes: ask for less time or fewer series",
                    options_.answer_bytes_max),
        "remote_read.answer_bytes_max");
  }

  base::Result<> Read(const remote_read::Query& query, const SeriesSink& on_series) {
    series::SelectRequest request;
    request.tenant = call_.caller.tenant;
    request.matchers = query.matchers;
    request.from_ms = query.from_ms;
    request.to_ms = query.to_ms;
    request.max_series = options_.series_max;
    VEDETTE_TRY(const auto selection, store_.Select(request));
    for (const auto& series : selection) {
      if (call_.request.cancelled && call_.request.cancelled()) {
        return base::Unavailable("the client is gone");
      }
      samples_.Clear();
      VEDETTE_TRY_VOID(series->Read(samples_, samples_left_));
      if (samples_.t_ms.empty()) continue;
      samples_left_ -= std::min(samples_left_, samples_.t_ms.size());
      VEDETTE_TRY_VOID(
          on_series({series->labels(), samples_.t_ms, samples_.values, samples_.histograms}));
    }
    return {};
  }

  series::Store& store_;
  const RemoteReadOptions& options_;
  const Call& call_;
  size_t samples_left_;
  series::SampleColumns samples_;
};

base::Result<Body> Answer(series::Store& store, const RemoteReadOptions& options,
                          const Call& call) {
  remote_read::DecodeLimits limits = options.request;
  limits.decoded_bytes_max = std::min(limits.decoded_bytes_max, call.request.body_bytes_max);
  VEDETTE_TRY(const remote_read::Request request,
              remote_read::DecodeRequest(call.request.body, limits));
  if (request.kinds.empty()) {
    return base::InvalidArgument(
        "only answers of the types SAMPLES and STREAMED_XOR_CHUNKS are given",
        "accepted_response_types");
  }
  if (request.kinds.front() == AnswerKind::kStreamedChunks) {
    base::Result<std::string> chunks = Reader(store, options, call).Chunks(request);
    if (chunks.ok()) return Body{AnswerKind::kStreamedChunks, *std::move(chunks)};
    const bool again = chunks.error().code == base::ErrorCode::kFailedPrecondition &&
                       request.kinds.back() == AnswerKind::kSamples;
    if (!again) return chunks.error();
  }
  VEDETTE_TRY(std::string samples, Reader(store, options, call).Samples(request));
  return Body{AnswerKind::kSamples, std::move(samples)};
}

// As Prometheus: errors are plain text, and what the request asks too much of is its fault.
net::Response HandleRead(series::Store& store, const RemoteReadOptions& options, const Call& call) {
  base::Result<Body> body = Answer(store, options, call);
  if (!body.ok()) {
    const base::Error& error = body.error();
    const bool request = error.code == base::ErrorCode::kResourceExhausted ||
                         error.code == base::ErrorCode::kFailedPrecondition;
    return net::TextResponse(request ? 400 : HttpStatus(error.code), error.message + "\n");
  }
  net::Response response;
  response.status = 200;
  if (body->kind == AnswerKind::kStreamedChunks) {
    response.headers.Set("Content-Type", std::string(kChunksType));
  } else {
    response.headers.Set("Content-Type", "application/x-protobuf");
    response.headers.Set("Content-Encoding", "snappy");
  }
  response.body = std::move(body->bytes);
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
       .heavy = true,
       .body_bytes_max = kLargeBody}};
}

}  // namespace vedette::api
