#include "sim/tracer.h"

#include <algorithm>
#include <fmt/format.h>

#include "sim/traffic.h"

namespace vedette::sim {
namespace {

constexpr double kPassedOn = 0.6;  // of a callee's failures that its caller does not hide: plant.cc
constexpr double kNanos = 1e9;
constexpr int64_t kHopNs = 400'000;  // on the wire, each way

model::Labels MeshLabels(std::string_view metric, const CallEdge& call, std::string_view code) {
  return model::Labels(std::vector<std::pair<std::string, std::string>>{
      {"__name__", std::string(metric)},
      {"app", call.callee},
      {"reporter", "destination"},
      {"source_canonical_service", call.caller},
      {"destination_canonical_service", call.callee},
      {"response_code", std::string(code)}});
}

}  // namespace

struct Tracer::Request {
  std::string trace_id;
  const std::vector<ServiceLoad>& loads;
  const std::vector<CallLoad>& calls;
  const std::vector<std::string>& pods;
  std::vector<model::Span>& out;
};

Tracer::Tracer(const Topology& topology, uint64_t seed) : random_(seed ^ 0x7261636572) {
  for (const ServiceSpec& spec : topology.services) {
    services_.push_back(spec.name);
    entry_rps_.push_back(spec.entry_rps);
  }
  for (const CallEdge& call : topology.calls) {
    edges_.push_back(
        {.caller = IndexOf(topology, call.caller),
         .callee = IndexOf(topology, call.callee),
         .waits = call.waits,
         .timeout_s = call.timeout_s,
         .requests_series = {MeshLabels("istio_requests_total", call, "200"),
                             MeshLabels("istio_requests_total", call, "503")},
         .sum_series = MeshLabels("istio_request_duration_milliseconds_sum", call, ""),
         .count_series = MeshLabels("istio_request_duration_milliseconds_count", call, "")});
  }
}

double Tracer::OwnSeconds(size_t service, const Request& request) const {
  double own = request.loads[service].latency_s;
  for (size_t i = 0; i < edges_.size(); ++i) {
    if (edges_[i].caller != service || !edges_[i].waits) continue;
    own -= request.calls[i].calls_per_request * request.calls[i].latency_s;
  }
  return std::max(own, 0.1 * request.loads[service].latency_s);
}

std::string Tracer::SpanId() { return fmt::format("{:016x}", random_.Next() | 1); }

Tracer::Outcome Tracer::Serve(Request& request, size_t service, const std::string& parent,
                              int64_t start_ns, bool message) {
  model::Span span;
  span.trace_id = request.trace_id;
  span.span_id = SpanId();
  span.parent_span_id = parent;
  span.service = services_[service];
  span.name = (message ? "consume " : "POST /") + span.service;
  span.kind = message ? model::SpanKind::kConsumer : model::SpanKind::kServer;
  span.start_ns = start_ns;
  span.resource = {{"service.name", span.service}, {"k8s.pod.name", request.pods[service]}};
  // Half of the own work comes before the calls. Times are skewed as those of servers are.
  const double own = OwnSeconds(service, request) * (0.5 + random_.Exponential(0.5));
  int64_t now_ns = start_ns + static_cast<int64_t>(own * kNanos / 2);
  Outcome outcome{.end_ns = 0,
                  .failed = random_.Uniform() < request.loads[service].own_error_ratio};
  for (size_t i = 0; i < edges_.size(); ++i) {
    const Edge& edge = edges_[i];
    if (edge.caller != service || random_.Uniform() >= request.calls[i].calls_per_request) continue;
    model::Span call;
    call.trace_id = request.trace_id;
    call.span_id = SpanId();
    call.parent_span_id = span.span_id;
    call.service = span.service;
    call.name = (edge.waits ? "POST /" : "send ") + services_[edge.callee];
    call.kind = edge.waits ? model::SpanKind::kClient : model::SpanKind::kProducer;
    call.start_ns = now_ns;
    call.resource = span.resource;
    const Outcome answer = Serve(request, edge.callee, call.span_id, now_ns + kHopNs, !edge.waits);
    call.end_ns = edge.waits ? answer.end_ns + kHopNs : now_ns + kHopNs;
    const int64_t given_up_ns = now_ns + static_cast<int64_t>(edge.timeout_s * kNanos);
    const bool late = edge.waits && call.end_ns > given_up_ns;
    if (late) {
      call.end_ns = given_up_ns;
      call.status_message = "deadline exceeded";
    }
    if (edge.waits && (answer.failed || late)) {
      call.status = model::SpanStatus::kError;
      outcome.failed = outcome.failed || late || random_.Uniform() < kPassedOn;
    }
    now_ns = call.end_ns;
    request.out.push_back(std::move(call));
  }
  outcome.end_ns = now_ns + static_cast<int64_t>(own * kNanos / 2);
  span.end_ns = outcome.end_ns;
  if (outcome.failed) {
    span.status = model::SpanStatus::kError;
    span.status_message = "the request failed";
  }
  request.out.push_back(std::move(span));
  return outcome;
}

void Tracer::AddSpans(base::TimePoint now, base::Duration passed, int traces,
                      const std::vector<ServiceLoad>& loads, const std::vector<CallLoad>& calls,
                      const std::vector<std::string>& pods, std::vector<model::Span>& out) {
  for (int i = 0; i < traces; ++i) {
    for (size_t entry = 0; entry < services_.size(); ++entry) {
      if (entry_rps_[entry] <= 0) continue;
      const size_t first = out.size();
      Request request{.trace_id = SpanId() + SpanId(),
                      .loads = loads,
                      .calls = calls,
                      .pods = pods,
                      .out = out};
      Serve(request, entry, "", 0, false);
      int64_t end_ns = 0;
      for (size_t k = first; k < out.size(); ++k) end_ns = std::max(end_ns, out[k].end_ns);
      // It ended at some moment of the step.
      const double ago_ms = random_.Uniform() * static_cast<double>(passed.count());
      const int64_t shift =
          base::ToMillis(now) * 1'000'000 - end_ns - static_cast<int64_t>(ago_ms * 1e6);
      for (size_t k = first; k < out.size(); ++k) {
        out[k].start_ns += shift;
        out[k].end_ns += shift;
      }
    }
  }
}

void Tracer::AddMeshMetrics(base::TimePoint now, base::Duration passed,
                            const std::vector<ServiceLoad>& loads,
                            const std::vector<CallLoad>& calls, model::WriteBatch& out) {
  const double seconds = static_cast<double>(passed.count()) / 1000;
  const int64_t t_ms = base::ToMillis(now);
  for (size_t i = 0; i < edges_.size(); ++i) {
    Edge& edge = edges_[i];
    const ServiceLoad& callee = loads[edge.callee];
    const double errors = edge.waits ? calls[i].error_ratio : callee.error_ratio;
    const double seen_s = edge.waits ? calls[i].latency_s : callee.latency_s;
    const double failed = DrawPoisson(calls[i].rps * seconds * errors, random_);
    const double served = DrawPoisson(calls[i].rps * seconds * (1 - errors), random_);
    edge.requests[0] += served;
    edge.requests[1] += failed;
    edge.sum_ms += (served + failed) * seen_s * 1000;
    for (size_t code = 0; code < edge.requests.size(); ++code) {
      out.BeginSeries(edge.requests_series[code]);
      out.Add(t_ms, edge.requests[code]);
    }
    out.BeginSeries(edge.sum_series);
    out.Add(t_ms, edge.sum_ms);
    out.BeginSeries(edge.count_series);
    out.Add(t_ms, edge.requests[0] + edge.requests[1]);
  }
}

}  // namespace vedette::sim
