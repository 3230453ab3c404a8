#include "api/topology_json.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "model/severity.h"

namespace vedette::api {
namespace {

using model::EntityKind;
using topology::Edge;
using topology::Graph;
using topology::Node;
using topology::Origin;
using topology::Origins;

constexpr double kEdgeCritical = 0.10;  // share of calls that fail
constexpr double kEdgeWarning = 0.02;

// Those that see an entity at work, and so would see it fail.
constexpr Origin kWatching[] = {Origin::kSpans,        Origin::kIstio,   Origin::kLinkerd,
                                Origin::kServiceGraph, Origin::kClients, Origin::kMetrics};

std::string_view StateOf(const Node& node, const EntityHealth& health) {
  if (health.open_anomalies + health.open_incidents > 0) {
    switch (model::SeverityOf(health.score)) {
      case model::Severity::kCritical: return "critical";
      case model::Severity::kWarning: return "warning";
      case model::Severity::kInfo: return "ok";
    }
  }
  const bool watched =
      std::ranges::any_of(kWatching, [&](Origin origin) { return node.origins.Has(origin); });
  return watched ? "ok" : "unknown";
}

std::string_view StateOf(const Edge& edge) {
  if (!edge.traffic) return "unknown";
  if (edge.traffic->error_ratio >= kEdgeCritical) return "critical";
  return edge.traffic->error_ratio >= kEdgeWarning ? "warning" : "ok";
}

void WriteOrigins(base::JsonWriter& json, Origins origins) {
  json.Key("origins").BeginArray();
  for (int i = 0; i < topology::kOrigins; ++i) {
    const auto origin = static_cast<Origin>(i);
    if (origins.Has(origin)) json.Value(topology::OriginName(origin));
  }
  json.EndArray();
}

// What arrives at a node, of all callers whose calls are measured.
struct Arriving {
  std::optional<double> calls_per_second;
  std::optional<double> error_ratio;
  std::optional<double> latency_ms;
};

Arriving ArrivingAt(const Graph& graph, int node) {
  double calls = 0;
  double errors = 0;
  double latency = 0;
  double latency_calls = 0;
  bool measured = false;
  for (const int i : graph.EdgesTo(node)) {
    const auto& traffic = graph.edge(i).traffic;
    if (!traffic) continue;
    measured = true;
    calls += traffic->calls_per_second;
    errors += traffic->calls_per_second * traffic->error_ratio;
    if (!traffic->latency_ms) continue;
    latency += traffic->calls_per_second * *traffic->latency_ms;
    latency_calls += traffic->calls_per_second;
  }
  Arriving arriving;
  if (measured) arriving.calls_per_second = calls;
  if (calls > 0) arriving.error_ratio = errors / calls;
  if (latency_calls > 0) arriving.latency_ms = latency / latency_calls;
  return arriving;
}

// What no edge tells, the service may tell itself.
void FillIn(Arriving& arriving, const ServiceLevels& levels, std::string_view service) {
  const auto own = levels.find(service);
  if (own == levels.end()) return;
  if (!arriving.calls_per_second) arriving.calls_per_second = own->second.calls_per_second;
  if (!arriving.error_ratio) arriving.error_ratio = own->second.error_ratio;
  if (!arriving.latency_ms) arriving.latency_ms = own->second.latency_ms;
}

void Worsen(EntityHealth& health, const EntityHealth& more) {
  health.score = std::max(health.score, more.score);
  health.open_anomalies += more.open_anomalies;
  health.open_incidents += more.open_incidents;
}

// The nodes that an anomaly's entity means: "payment", "shop/payment-1" (a pod, and its service).
std::vector<int> MeantBy(const Graph& graph, std::string_view entity) {
  std::vector<int> meant;
  int node = graph.Find(entity);
  const size_t slash = entity.find('/');
  if (node < 0 && slash != std::string_view::npos) node = graph.Find(entity.substr(slash + 1));
  if (node < 0) return meant;
  meant.push_back(node);
  const Node& found = graph.node(node);
  if (found.kind() != EntityKind::kPod && found.kind() != EntityKind::kEndpoint) return meant;
  const int service = graph.Find(EntityKind::kService, found.entity.service);
  if (service >= 0) meant.push_back(service);
  return meant;
}

}  // namespace

TopologyWriter::TopologyWriter(const Graph& graph, const Graph& whole, const HealthByEntity& health,
                               const ServiceLevels& levels)
    : graph_(graph), whole_(whole), levels_(levels), health_(static_cast<size_t>(whole.size())) {
  for (const auto& [entity, one] : health) {
    for (const int node : MeantBy(whole, entity)) Worsen(health_[static_cast<size_t>(node)], one);
  }
}

void TopologyWriter::WriteNodeFields(base::JsonWriter& json, int number) const {
  const Node& node = graph_.node(number);
  const int in_whole = whole_.Find(node.kind(), node.name());
  const EntityHealth health =
      in_whole < 0 ? EntityHealth() : health_[static_cast<size_t>(in_whole)];
  const model::Entity& entity = node.entity;
  json.Field("id", entity.ref.id()).Field("kind", model::EntityKindName(node.kind()));
  json.Field("name", node.name()).Field("owner", entity.owner).Field("tier", entity.tier);
  json.Field("service", entity.service).Field("node", entity.node);
  json.Field("version", entity.version);
  json.Field("addresses", entity.addresses);
  WriteOrigins(json, node.origins);
  json.Field("first_seen", node.first_seen);
  json.Field("last_seen", node.last_seen);
  json.Field("state", StateOf(node, health)).Field("severity_score", health.score);
  json.Field("open_anomalies", health.open_anomalies);
  json.Field("open_incidents", health.open_incidents);
  Arriving arriving = in_whole < 0 ? Arriving() : ArrivingAt(whole_, in_whole);
  if (node.kind() == EntityKind::kService) FillIn(arriving, levels_, node.name());
  json.Field("calls_per_second", arriving.calls_per_second);
  json.Field("error_ratio", arriving.error_ratio);
  json.Field("latency_ms", arriving.latency_ms);
}

void TopologyWriter::WriteEdgeFields(base::JsonWriter& json, int number) const {
  const Edge& edge = graph_.edge(number);
  json.Field("caller", graph_.node(edge.caller).entity.ref.id());
  json.Field("callee", graph_.node(edge.callee).entity.ref.id());
  json.Field("waits", edge.waits);
  WriteOrigins(json, edge.origins);
  json.Field("first_seen", edge.first_seen);
  json.Field("last_seen", edge.last_seen);
  json.Field("state", StateOf(edge));
  if (!edge.traffic) {
    for (const char* key : {"calls_per_second", "error_ratio", "latency_ms", "latency_p95_ms",
                            "measured_by", "measured_at"}) {
      json.Key(key).Null();
    }
    return;
  }
  json.Field("calls_per_second", edge.traffic->calls_per_second);
  json.Field("error_ratio", edge.traffic->error_ratio);
  json.Field("latency_ms", edge.traffic->latency_ms);
  json.Field("latency_p95_ms", edge.traffic->latency_p95_ms);
  json.Field("measured_by", topology::OriginName(edge.traffic->origin));
  json.Field("measured_at", edge.traffic->at);
}

void TopologyWriter::WriteNode(base::JsonWriter& json, int node) const {
  json.BeginObject();
  WriteNodeFields(json, node);
  json.EndObject();
}

void TopologyWriter::WriteEdge(base::JsonWriter& json, int edge) const {
  json.BeginObject();
  WriteEdgeFields(json, edge);
  json.EndObject();
}

void TopologyWriter::WriteAll(base::JsonWriter& json) const {
  json.Key("nodes").BeginArray();
  for (int i = 0; i < graph_.size(); ++i) WriteNode(json, i);
  json.EndArray().Key("edges").BeginArray();
  for (size_t i = 0; i < graph_.edges().size(); ++i) WriteEdge(json, static_cast<int>(i));
  json.EndArray();
}

void TopologyWriter::WriteAllPlaced(base::JsonWriter& json, const topology::Layout& layout) const {
  json.Key("nodes").BeginArray();
  for (int i = 0; i < graph_.size(); ++i) {
    const topology::Placement& placement = layout.nodes[static_cast<size_t>(i)];
    json.BeginObject();
    WriteNodeFields(json, i);
    json.Field("x", placement.at.x).Field("y", placement.at.y).Field("layer", placement.layer);
    json.EndObject();
  }
  json.EndArray().Key("edges").BeginArray();
  for (size_t i = 0; i < graph_.edges().size(); ++i) {
    json.BeginObject();
    WriteEdgeFields(json, static_cast<int>(i));
    json.Field("back", static_cast<bool>(layout.back[i])).Key("points").BeginArray();
    for (const topology::Point& point : layout.lines[i]) {
      json.BeginArray().Value(point.x).Value(point.y).EndArray();
    }
    json.EndArray().EndObject();
  }
  json.EndArray();
}

}  // namespace vedette::api
