#include "records/call_graph.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "records/message.h"

namespace vedette::records {
namespace {

constexpr size_t kEdgesMax = 100'000;
constexpr int64_t kMinuteMs = 60'000;

uint64_t HashOf(std::string& scratch, std::string_view trace_id, std::string_view span_id) {
  scratch.assign(trace_id).append(span_id);
  return StableHash(scratch) | 1;
}

}  // namespace

uint32_t CallGraph::NumberOf(std::string_view service) {
  auto known = numbers_.find(service);
  if (known == numbers_.end()) {
    known = numbers_.emplace(service, static_cast<uint32_t>(services_.size())).first;
    services_.push_back(known->first);
  }
  return known->second;
}

void CallGraph::Add(const SpanRow& row) {
  if (full()) return;
  const uint64_t id = HashOf(scratch_, row.trace_id, row.span_id);
  const auto [entry, added] = spans_.try_emplace(id);
  if (!added) return;
  Span& span = entry->second;
  if (!row.parent_span_id.empty()) {
    span.parent = HashOf(scratch_, row.trace_id, row.parent_span_id);
  }
  span.start_ms = row.start_ms();
  span.duration_ns = row.duration_ns();
  span.service = NumberOf(row.view.service);
  span.error = row.view.status == model::SpanStatus::kError;
}

std::vector<model::ServiceEdge> CallGraph::Edges() const {
  std::map<std::tuple<int64_t, std::string_view, std::string_view>, model::ServiceEdge> edges;
  for (const auto& [id, call] : spans_) {
    const auto caller = call.parent == 0 ? spans_.end() : spans_.find(call.parent);
    if (caller == spans_.end() || caller->second.service == call.service) continue;
    const int64_t minute = call.start_ms - call.start_ms % kMinuteMs;
    const std::string_view from = services_[caller->second.service];
    const std::string_view to = services_[call.service];
    const auto key = std::tuple(minute, from, to);
    if (edges.size() >= kEdgesMax && !edges.contains(key)) continue;
    model::ServiceEdge& edge = edges[key];
    edge.caller = from;
    edge.callee = to;
    edge.minute = base::FromMillis(minute);
    ++edge.calls;
    edge.errors += call.error ? 1 : 0;
    edge.total_ns += call.duration_ns;
    edge.longest_ns = std::max(edge.longest_ns, call.duration_ns);
  }
  std::vector<model::ServiceEdge> out;
  for (auto& [key, edge] : edges) out.push_back(std::move(edge));
  return out;
}

}  // namespace vedette::records
