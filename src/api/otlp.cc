#include "api/otlp.h"

#include <fmt/core.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "api/scratches.h"
#include "model/write_batch.h"
#include "sources/otlp/delta_totals.h"
#include "sources/otlp/json.h"
#include "sources/otlp/response.h"
#include "sources/otlp/traces.h"

namespace vedette::api {
namespace {

namespace otlp = sources::otlp;
using otlp::Form;
using otlp::Signal;

// What a request of metrics needs, kept for the next one.
struct Scratch {
  explicit Scratch(const otlp::MetricsOptions& options) : decoder(options) {}
  otlp::MetricsDecoder decoder;
  model::WriteBatch batch;
};

// What was refused of a request that is stored but for that.
struct Outcome {
  uint64_t refused = 0;
  std::string message;  // empty if nothing was
};

std::string MediaTypeOf(const net::Headers& headers) {
  std::string type(headers.Get("Content-Type"));
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.pop_back();
  for (char& c : type) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return type;
}

Form FormOf(const net::Request& request) {
  return MediaTypeOf(request.headers) == "application/json" ? Form::kJson : Form::kProtobuf;
}

std::string_view MediaType(Form form) {
  return form == Form::kJson ? "application/json" : "application/x-protobuf";
}

net::Response Answer(int status, Form form, std::string body) {
  net::Response response{.status = status, .headers = {}, .body = std::move(body)};
  response.headers.Set("Content-Type", std::string(MediaType(form)));
  return response;
}

// As ErrorResponse, but for the body.
net::Response ErrorAnswer(const net::Request& request, const base::Error& error) {
  const Form form = FormOf(request);
  net::Response response = ErrorResponse(error);
  response.headers.Set("Content-Type", std::string(MediaType(form)));
  response.body = otlp::ErrorBody(form, error);
  return response;
}

net::Response Unsupported(Form form, std::string message) {
  return Answer(415, form, otlp::ErrorBody(form, base::InvalidArgument(std::move(message))));
}

std::string Sentence(uint64_t refused, std::string_view what, std::string_view first) {
  return fmt::format("{} {} were refused; the first: {}", refused, what, first);
}

// The sum of what the decoder and the ingester refused of records.
Outcome RecordOutcome(const otlp::Refusals& decoded, const ingest::RecordReport& report,
                      std::string_view what) {
  Outcome outcome{.refused = decoded.count + report.rejected.size(), .message = {}};
  if (outcome.refused == 0) return outcome;
  std::string first = decoded.first;
  if (first.empty()) {
    const ingest::Rejection& rejection = report.rejected.front();
    first = fmt::format("{} {}", rejection.field.empty() ? "the item" : rejection.field,
                        rejection.message);
  }
  outcome.message = Sentence(outcome.refused, what, first);
  return outcome;
}

class Otlp {
 public:
  Otlp(ingest::Ingester& ingester, OtlpOptions options)
      : ingester_(ingester), options_(std::move(options)) {}

  net::Response Handle(Signal signal, const Call& call) {
    const std::string type = MediaTypeOf(call.request.headers);
    const Form form = FormOf(call.request);
    if (form == Form::kProtobuf && type != "application/x-protobuf" &&
        type != "application/protobuf") {
      return Unsupported(Form::kJson,
                         "the content type must be application/x-protobuf or "
                         "application/json");
    }
    const std::string_view encoding = call.request.headers.Get("Content-Encoding");
    if (!encoding.empty() && encoding != "identity") {
      return Unsupported(form, "the content encoding must be gzip, zstd or none");
    }
    const base::Result<Outcome> outcome = Take(signal, form, call);
    if (!outcome.ok()) return ErrorAnswer(call.request, outcome.error());
    return Answer(200, form, otlp::SuccessBody(form, signal, outcome->refused, outcome->message));
  }

 private:
  base::Result<Outcome> Take(Signal signal, Form form, const Call& call) {
    std::string transcoded;
    std::string_view message = call.request.body;
    if (form == Form::kJson) {
      VEDETTE_TRY(transcoded, otlp::JsonToProtobuf(signal, call.request.body));
      message = transcoded;
    }
    switch (signal) {
      case Signal::kMetrics: return TakeMetrics(message, call);
      case Signal::kLogs: return TakeLogs(message, call);
      case Signal::kTraces: return TakeTraces(message, call);
    }
    return Outcome{};
  }

  base::Result<Outcome> TakeMetrics(std::string_view message, const Call& call) {
    otlp::MetadataSink on_metadata;
    if (options_.on_metadata) {
      on_metadata = [&](const otlp::MetricMetadata& m) {
        options_.on_metadata(call.caller.tenant, {m.family, m.type, m.help, m.unit});
      };
    }
    std::unique_ptr<Scratch> scratch = scratches_.Take(options_.metrics);
    VEDETTE_TRY(const otlp::MetricsReport decoded,
                scratch->decoder.Decode(
                    message, scratch->batch, on_metadata,
                    [&](model::LabelsView labels, int64_t t_ms, double delta) {
                      return deltas_.Add(call.caller.tenant, labels, t_ms, delta, call.now);
                    },
                    NewestTime(call)));
    VEDETTE_TRY(const ingest::WriteReport report,
                ingester_.Write(call.caller.tenant, scratch->batch));
    // The store counts samples, and target_info among them.
    const uint64_t refused = decoded.PointsOf(report.refused_entries);
    scratches_.GiveBack(std::move(scratch));
    Outcome outcome{.refused = decoded.refused.count + refused, .message = {}};
    if (outcome.refused > 0) {
      outcome.message =
          Sentence(outcome.refused, "data points",
                   decoded.refused.first.empty() ? report.first_refusal : decoded.refused.first);
    }
    return outcome;
  }

  // What ingest takes at most.
  int64_t NewestTime(const Call& call) const {
    const auto limits = ingester_.limits();
    return base::ToMillis(call.now) + limits->Of(call.caller.tenant).max_future.count();
  }

  base::Result<Outcome> TakeLogs(std::string_view message, const Call& call) {
    VEDETTE_TRY(otlp::DecodedLogs decoded, otlp::DecodeLogs(message, call.now, options_.records));
    VEDETTE_TRY(const ingest::RecordReport report,
                ingester_.WriteLogs(call.caller.tenant, std::move(decoded.records)));
    return RecordOutcome(decoded.refused, report, "log records");
  }

  base::Result<Outcome> TakeTraces(std::string_view message, const Call& call) {
    VEDETTE_TRY(otlp::DecodedSpans decoded, otlp::DecodeTraces(message, options_.records));
    VEDETTE_TRY(const ingest::RecordReport report,
                ingester_.WriteSpans(call.caller.tenant, std::move(decoded.spans)));
    return RecordOutcome(decoded.refused, report, "spans");
  }

  ingest::Ingester& ingester_;
  const OtlpOptions options_;
  Scratches<Scratch, otlp::MetricsOptions> scratches_;
  otlp::DeltaTotals deltas_;
};

}  // namespace

std::vector<Route> OtlpRoutes(ingest::Ingester& ingester, OtlpOptions options) {
  const auto handler = std::make_shared<Otlp>(ingester, std::move(options));
  std::vector<Route> routes;
  const auto add = [&](Signal signal, const std::string& path, const std::string& operation) {
    for (const bool below : {false, true}) {
      routes.push_back(
          {.method = "POST",
           .pattern = (below ? "/api/v1/otlp" : "") + path,
           .permission = Permission::kIngest,
           .handler = [handler, signal](const Call& call) { return handler->Handle(signal, call); },
           .operation = operation + (below ? "BelowApi" : ""),
           .body_bytes_max = kLargeBody,
           .error_form = ErrorAnswer});
    }
  };
  add(Signal::kMetrics, "/v1/metrics", "otlpMetrics");
  add(Signal::kLogs, "/v1/logs", "otlpLogs");
  add(Signal::kTraces, "/v1/traces", "otlpTraces");
  return routes;
}

}  // namespace vedette::api
