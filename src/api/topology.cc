#include "api/topology.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "api/item_answer.h"
#include "api/parameters.h"
#include "api/topology_copy.h"
#include "api/topology_json.h"
#include "base/json_writer.h"
#include "base/mutex.h"
#include "sources/topology/parser.h"
#include "topology/walk.h"

namespace vedette::api {
namespace {

using model::EntityKind;
using topology::Direction;
using topology::Graph;
using topology::Snapshot;

constexpr size_t kNameBytesMax = 512;
constexpr int64_t kLayoutNodesMax = 5'000;
constexpr base::Duration kFirstSight = std::chrono::minutes(5);

// A number of a range; nothing when it is absent.
base::Result<int64_t> ReadNumber(const Call& call, std::string_view name, int64_t otherwise,
                                 int64_t low, int64_t high) {
  const std::string text = call.Parameter(name).value_or("");
  if (text.empty()) return otherwise;
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end || number < low || number > high) {
    return BadParameter(name, fmt::format("must be a number from {} to {}", low, high));
  }
  return number;
}

// kind=service,database and kind=service&kind=database; empty: all.
base::Result<std::vector<EntityKind>> ReadKinds(const Call& call) {
  std::vector<EntityKind> kinds;
  for (const std::string& text : call.Parameters("kind")) {
    for (size_t begin = 0; begin <= text.size();) {
      const size_t end = std::min(text.find(',', begin), text.size());
      const std::string_view name = std::string_view(text).substr(begin, end - begin);
      begin = end + 1;
      if (name.empty()) continue;
      const auto kind = model::ParseEntityKind(name);
      if (!kind) {
        return BadParameter("kind",
                            "must be of service, database, queue, external, endpoint, pod, node");
      }
      kinds.push_back(*kind);
    }
  }
  return kinds;
}

Graph OfKinds(const Graph& graph, const std::vector<EntityKind>& kinds) {
  std::vector<int> nodes;
  for (int i = 0; i < graph.size(); ++i) {
    if (std::ranges::find(kinds, graph.node(i).kind()) != kinds.end()) nodes.push_back(i);
  }
  return topology::PartOf(graph, nodes);
}

// What a map shows unless it is asked for more.
const std::vector<EntityKind> kDrawn = {EntityKind::kService, EntityKind::kDatabase,
                                        EntityKind::kQueue, EntityKind::kExternal};

// Whether objects of Kubernetes have told of a service before this post, and those beside it.
bool IsKnownByKubernetes(const Graph& graph, std::string_view service, base::TimePoint now) {
  const int node = graph.Find(EntityKind::kService, service);
  return node >= 0 && graph.node(node).origins.Has(topology::Origin::kKubernetes) &&
         graph.node(node).first_seen <= now - kFirstSight;
}

// What objects of Kubernetes told last that a service runs; empty when they did not, or when pods
// of it run this version already, beside another.
std::string VersionByKubernetes(const Graph& graph, std::string_view service,
                                const std::string& now) {
  const int node = graph.Find(EntityKind::kService, service);
  if (node < 0 || !graph.node(node).origins.Has(topology::Origin::kKubernetes)) return {};
  const auto members = graph.MembersOf(node);
  const bool runs = std::any_of(members.begin(), members.end(), [&](int member) {
    return graph.node(member).entity.version == now;
  });
  return runs ? std::string() : graph.node(node).entity.version;
}

// What workloads were last told to run, since the start: two may be of one service. Thread-safe.
class WorkloadVersions {
 public:
  // What ran before; `otherwise` for one that was not told of yet.
  std::string Exchange(const std::string& tenant, const std::string& workload,
                       const std::string& version, std::string otherwise) {
    base::MutexLock lock(mutex_);
    const auto known = versions_.find({tenant, workload});
    if (known != versions_.end()) return std::exchange(known->second, version);
    if (versions_.size() < kWorkloadsMax) versions_.emplace(std::pair(tenant, workload), version);
    return otherwise;
  }

 private:
  static constexpr size_t kWorkloadsMax = 100'000;
  base::Mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::string> versions_ GUARDED_BY(mutex_);
};

// Behind the handlers; they share it.
class TopologyPaths {
 public:
  explicit TopologyPaths(TopologySources sources) : sources_(std::move(sources)) {}

  base::Result<net::Response> Get(const Call& call);
  base::Result<net::Response> GetLayout(const Call& call);
  base::Result<net::Response> GetNeighbourhood(const Call& call);
  base::Result<net::Response> GetCallers(const Call& call) {
    return Beside(call, Direction::kCallers);
  }
  base::Result<net::Response> GetCallees(const Call& call) {
    return Beside(call, Direction::kCallees);
  }
  base::Result<net::Response> GetPath(const Call& call);
  base::Result<net::Response> GetBlastRadius(const Call& call);
  base::Result<net::Response> GetHistory(const Call& call);
  base::Result<net::Response> GetScenario(const Call& call);
  base::Result<net::Response> GetEntity(const Call& call);
  base::Result<net::Response> Post(const Call& call);
  base::Result<net::Response> DeleteEntity(const Call& call);
  base::Result<net::Response> DeleteEdge(const Call& call);

 private:
  base::Result<Snapshot> GraphOf(const Call& call);
  // As of when an answer holds.
  static base::TimePoint TimeOf(const Call& call, const Graph& graph) {
    const bool past = !call.Parameter("at").value_or("").empty();
    return past ? std::min(graph.time(), call.now) : call.now;
  }
  base::Result<HealthByEntity> HealthOf(const Call& call, const Graph& graph) {
    return sources_.health(call.caller.tenant, TimeOf(call, graph));
  }
  ServiceLevels LevelsOf(const Call& call, const Graph& graph) {
    return sources_.levels(call.caller.tenant, TimeOf(call, graph));
  }
  static base::Result<int> Named(const Graph& graph, std::string_view parameter,
                                 const std::string& name);
  base::Result<net::Response> Beside(const Call& call, Direction direction);
  base::Result<net::Response> Answer(const Call& call, const Graph& part, const Graph& whole,
                                     size_t left_out);

  const TopologySources sources_;
  WorkloadVersions workloads_;
};

base::Result<Snapshot> TopologyPaths::GraphOf(const Call& call) {
  VEDETTE_TRY(const auto at, ReadTime(call, "at"));
  sources_.refresh(call.caller.tenant, call.now);
  if (!at) return sources_.atlas.Now(call.caller.tenant);
  return sources_.atlas.At(call.caller.tenant, *at);
}

base::Result<int> TopologyPaths::Named(const Graph& graph, std::string_view parameter,
                                       const std::string& name) {
  if (name.empty()) return BadParameter(parameter, "is required");
  if (name.size() > kNameBytesMax) {
    return BadParameter(parameter, fmt::format("has more than {} bytes", kNameBytesMax));
  }
  const int node = graph.Find(name);
  if (node < 0) return base::NotFound(fmt::format("{}: there is no \"{}\"", parameter, name));
  return node;
}

base::Result<net::Response> TopologyPaths::Answer(const Call& call, const Graph& part,
                                                  const Graph& whole, size_t left_out) {
  VEDETTE_TRY(const HealthByEntity health, HealthOf(call, whole));
  const ServiceLevels levels = LevelsOf(call, whole);
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Field("at", TimeOf(call, whole));
  TopologyWriter(part, whole, health, levels).WriteAll(json);
  json.Field("left_out", static_cast<uint64_t>(left_out)).EndObject();
  return net::JsonResponse(200, std::move(body));
}

base::Result<net::Response> TopologyPaths::Get(const Call& call) {
  VEDETTE_TRY(const std::vector<EntityKind> kinds, ReadKinds(call));
  VEDETTE_TRY(const std::string service, ReadText(call, "service", kNameBytesMax));
  VEDETTE_TRY(const Snapshot graph, GraphOf(call));
  if (!service.empty()) {
    VEDETTE_TRY(const int node, Named(*graph, "service", service));
    std::vector<int> nodes =
        topology::Neighbourhood(*graph, node, {.hops = 1, .nodes_max = 5000}).nodes;
    std::ranges::copy(graph->MembersOf(node), std::back_inserter(nodes));
    const Graph part = topology::PartOf(*graph, nodes);
    return Answer(call, kinds.empty() ? part : OfKinds(part, kinds), *graph, 0);
  }
  return Answer(call, kinds.empty() ? *graph : OfKinds(*graph, kinds), *graph, 0);
}

base::Result<net::Response> TopologyPaths::GetLayout(const Call& call) {
  VEDETTE_TRY(std::vector<EntityKind> kinds, ReadKinds(call));
  VEDETTE_TRY(const std::string focus, ReadText(call, "focus", kNameBytesMax));
  VEDETTE_TRY(const int64_t hops, ReadNumber(call, "hops", 2, 1, 10));
  VEDETTE_TRY(const int64_t limit, ReadNumber(call, "limit", 1000, 1, kLayoutNodesMax));
  VEDETTE_TRY(const Snapshot whole, GraphOf(call));
  Graph graph = OfKinds(*whole, kinds.empty() ? kDrawn : kinds);
  size_t left_out = 0;
  if (!focus.empty()) {
    VEDETTE_TRY(const int node, Named(graph, "focus", focus));
    const topology::Found found = topology::Neighbourhood(
        graph, node, {.hops = static_cast<int>(hops), .nodes_max = static_cast<size_t>(limit)});
    left_out = found.left_out;
    graph = topology::PartOf(graph, found.nodes);
  } else if (graph.size() > limit) {
    // The busiest nodes are those that people look for.
    std::vector<int> nodes(static_cast<size_t>(graph.size()));
    for (int i = 0; i < graph.size(); ++i) nodes[static_cast<size_t>(i)] = i;
    std::ranges::stable_sort(nodes, std::ranges::greater(), [&](int i) {
      return graph.EdgesFrom(i).size() + graph.EdgesTo(i).size();
    });
    left_out = nodes.size() - static_cast<size_t>(limit);
    nodes.resize(static_cast<size_t>(limit));
    graph = topology::PartOf(graph, nodes);
  }
  std::string view = fmt::format("{}\n{}\n{}\n{}", call.caller.tenant, focus, hops, limit);
  for (const EntityKind kind : kinds) view += model::EntityKindName(kind).substr(0, 2);
  const topology::Layout layout = sources_.layouts.Place(view, graph);
  VEDETTE_TRY(const HealthByEntity health, HealthOf(call, graph));
  const ServiceLevels levels = LevelsOf(call, graph);
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Field("at", TimeOf(call, graph));
  json.Field("width", layout.high.x - layout.low.x).Field("height", layout.high.y - layout.low.y);
  json.Field("layers", layout.layers);
  TopologyWriter(graph, *whole, health, levels).WriteAllPlaced(json, layout);
  json.Field("left_out", static_cast<uint64_t>(left_out)).EndObject();
  return net::JsonResponse(200, std::move(body));
}

base::Result<net::Response> TopologyPaths::GetNeighbourhood(const Call& call) {
  VEDETTE_TRY(const int64_t hops, ReadNumber(call, "hops", 2, 1, 10));
  VEDETTE_TRY(const int64_t limit, ReadNumber(call, "limit", 60, 1, 5000));
  VEDETTE_TRY(const Snapshot graph, GraphOf(call));
  VEDETTE_TRY(const int node, Named(*graph, "entity", call.Parameter("entity").value_or("")));
  const std::string direction = call.Parameter("direction").value_or("both");
  topology::NeighbourhoodOptions options{.hops = static_cast<int>(hops),
                                         .nodes_max = static_cast<size_t>(limit)};
  if (direction == "callers") {
    options.direction = Direction::kCallers;
  } else if (direction == "callees") {
    options.direction = Direction::kCallees;
  } else if (direction != "both") {
    return BadParameter("direction", "must be both, callers or callees");
  }
  const topology::Found found = topology::Neighbourhood(*graph, node, options);
  return Answer(call, topology::PartOf(*graph, found.nodes), *graph, found.left_out);
}

base::Result<net::Response> TopologyPaths::Beside(const Call& call, Direction direction) {
  VEDETTE_TRY(const Snapshot graph, GraphOf(call));
  VEDETTE_TRY(const int node, Named(*graph, "entity", call.Parameter("entity").value_or("")));
  const topology::Found found =
      topology::Neighbourhood(*graph, node, {.hops = 1, .direction = direction, .nodes_max = 5000});
  return Answer(call, topology::PartOf(*graph, found.nodes), *graph, found.left_out);
}

base::Result<net::Response> TopologyPaths::GetPath(const Call& call) {
  VEDETTE_TRY(const Snapshot graph, GraphOf(call));
  VEDETTE_TRY(const int from, Named(*graph, "from", call.Parameter("from").value_or("")));
  VEDETTE_TRY(const int to, Named(*graph, "to", call.Parameter("to").value_or("")));
  std::vector<int> path = topology::ShortestPath(*graph, from, to);
  const bool reversed = path.empty();
  if (reversed) path = topology::ShortestPath(*graph, to, from);
  VEDETTE_TRY(const HealthByEntity health, HealthOf(call, *graph));
  const ServiceLevels levels = LevelsOf(call, *graph);
  const TopologyWriter writer(*graph, *graph, health, levels);
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Field("at", TimeOf(call, *graph));
  json.Field("from", graph->node(from).entity.ref.id());
  json.Field("to", graph->node(to).entity.ref.id());
  json.Field("found", !path.empty()).Field("reversed", reversed && !path.empty());
  json.Key("nodes").BeginArray();
  for (const int node : path) json.Value(graph->node(node).entity.ref.id());
  json.EndArray().Key("edges").BeginArray();
  for (size_t i = 1; i < path.size(); ++i) {
    writer.WriteEdge(json, graph->FindEdge(path[i - 1], path[i]));
  }
  json.EndArray().EndObject();
  return net::JsonResponse(200, std::move(body));
}

base::Result<net::Response> TopologyPaths::GetBlastRadius(const Call& call) {
  VEDETTE_TRY(const int64_t limit, ReadNumber(call, "limit", 1000, 1, 10'000));
  VEDETTE_TRY(const Snapshot graph, GraphOf(call));
  VEDETTE_TRY(const int node, Named(*graph, "entity", call.Parameter("entity").value_or("")));
  const std::vector<topology::Affected> affected = topology::BlastRadius(*graph, node);
  const size_t shown = std::min(affected.size(), static_cast<size_t>(limit));
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Field("at", TimeOf(call, *graph));
  json.Field("entity", graph->node(node).entity.ref.id()).Key("affected").BeginArray();
  for (size_t i = 0; i < shown; ++i) {
    const topology::Node& hurt = graph->node(affected[i].node);
    json.BeginObject().Field("id", hurt.entity.ref.id());
    json.Field("kind", model::EntityKindName(hurt.kind())).Field("name", hurt.name());
    json.Field("owner", hurt.entity.owner).Field("tier", hurt.entity.tier);
    json.Field("distance", affected[i].distance);
    json.Field("through", graph->node(affected[i].through).entity.ref.id());
    json.Field("how", topology::ReachName(affected[i].how));
    std::optional<double> calls;  // where some edge has been measured
    for (const int edge : graph->EdgesTo(affected[i].node)) {
      const auto& traffic = graph->edge(edge).traffic;
      if (traffic) calls = calls.value_or(0) + traffic->calls_per_second;
    }
    json.Field("calls_per_second", calls).EndObject();
  }
  json.EndArray().Key("entry_points").BeginArray();
  for (const topology::Affected& hurt : affected) {
    const topology::Node& entry = graph->node(hurt.node);
    const bool service = entry.kind() == EntityKind::kService;
    if (service && graph->EdgesTo(hurt.node).empty()) json.Value(entry.entity.ref.id());
  }
  json.EndArray().Field("left_out", static_cast<uint64_t>(affected.size() - shown)).EndObject();
  return net::JsonResponse(200, std::move(body));
}

base::Result<net::Response> TopologyPaths::GetHistory(const Call& call) {
  VEDETTE_TRY(const auto from, ReadTime(call, "from"));
  VEDETTE_TRY(const auto to, ReadTime(call, "to"));
  VEDETTE_TRY(const int64_t limit, ReadLimit(call));
  VEDETTE_TRY(const auto rows,
              sources_.atlas.List(call.caller.tenant, from.value_or(base::FromMillis(0)),
                                  to.value_or(base::FromMillis(INT64_MAX)), limit));
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Key("snapshots").BeginArray();
  for (const auto& row : rows) {
    json.BeginObject().Field("at", row.time);
    json.Field("nodes", row.nodes).Field("edges", row.edges).EndObject();
  }
  json.EndArray().EndObject();
  return net::JsonResponse(200, std::move(body));
}

base::Result<net::Response> TopologyPaths::GetScenario(const Call& call) {
  VEDETTE_TRY(const Snapshot graph, GraphOf(call));
  const TopologyCopy copy = CopyTopology(*graph, LevelsOf(call, *graph));
  if (copy.topology.services.empty()) {
    return base::NotFound("nothing is known to call anything, so there is nothing to copy");
  }
  net::Response response = net::TextResponse(200, CopyAsScenario(copy));
  response.headers.Set("Content-Type", "application/yaml");
  return response;
}

base::Result<net::Response> TopologyPaths::GetEntity(const Call& call) {
  VEDETTE_TRY(const Snapshot graph, GraphOf(call));
  VEDETTE_TRY(const int node, Named(*graph, "id", std::string(call.PathValue("id"))));
  VEDETTE_TRY(const HealthByEntity health, HealthOf(call, *graph));
  const ServiceLevels levels = LevelsOf(call, *graph);
  const TopologyWriter writer(*graph, *graph, health, levels);
  std::string body;
  base::JsonWriter json(body);
  json.BeginObject().Field("at", TimeOf(call, *graph)).Key("entity");
  writer.WriteNode(json, node);
  json.Key("callers").BeginArray();
  for (const int edge : graph->EdgesTo(node)) writer.WriteEdge(json, edge);
  json.EndArray().Key("callees").BeginArray();
  for (const int edge : graph->EdgesFrom(node)) writer.WriteEdge(json, edge);
  json.EndArray().Key("members").BeginArray();
  for (const int member : graph->MembersOf(node)) writer.WriteNode(json, member);
  json.EndArray().EndObject();
  return net::JsonResponse(200, std::move(body));
}

base::Result<net::Response> TopologyPaths::Post(const Call& call) {
  if (IsNotJson(call.request.headers)) return NotJsonAnswer();
  const std::string tenant(call.caller.tenant);
  const Snapshot before = sources_.atlas.Now(tenant);
  const auto is_known = [&](std::string_view service) {
    return IsKnownByKubernetes(*before, service, call.now);
  };
  const auto ran_before = [&](const std::string& workload, std::string_view service,
                              const std::string& version) {
    return workloads_.Exchange(tenant, workload, version,
                               VersionByKubernetes(*before, service, version));
  };
  VEDETTE_TRY(auto parsed, sources::topology::Parse(call.request.body, call.now,
                                                    {.known = is_known, .ran_before = ran_before}));
  for (const model::EntityRef& gone : parsed.gone) {
    VEDETTE_TRY_VOID(sources_.atlas.Forget(tenant, gone, call.now));
  }
  size_t refused = 0;
  const auto tell = [&](topology::News news, topology::Origin origin) -> base::Result<> {
    if (news.entities.empty() && news.edges.empty()) return {};
    news.at = call.now;
    VEDETTE_TRY(const size_t left_out, sources_.atlas.Tell(tenant, news, origin, call.now,
                                                           topology::Atlas::Durable::kNow));
    refused += left_out;
    return {};
  };
  topology::News news{.entities = std::move(parsed.entities), .edges = {}, .at = call.now};
  for (sources::topology::ParsedEdge& edge : parsed.edges) {
    std::optional<topology::Traffic> traffic;
    if (edge.calls_per_second || edge.error_ratio || edge.latency_ms) {
      traffic = {.calls_per_second = edge.calls_per_second.value_or(0),
                 .error_ratio = edge.error_ratio.value_or(0),
                 .latency_ms = edge.latency_ms,
                 .latency_p95_ms = std::nullopt,
                 .origin = topology::Origin::kApi,
                 .at = call.now};
    }
    news.edges.push_back({.dependency = std::move(edge.dependency),
                          .first = call.now,
                          .last = call.now,
                          .traffic = traffic});
  }
  VEDETTE_TRY_VOID(tell({.entities = std::move(parsed.of_kubernetes), .edges = {}, .at = call.now},
                        topology::Origin::kKubernetes));
  VEDETTE_TRY_VOID(tell(std::move(news), topology::Origin::kApi));
  if (refused > 0) {
    return base::ResourceExhausted(
        fmt::format("{} entities or edges found no room, the others are stored", refused),
        "topology");
  }
  if (!parsed.changes.empty()) {
    VEDETTE_TRY_VOID(sources_.changes(call.caller.tenant, std::move(parsed.changes)));
  }
  return ItemsAnswer(parsed.ids, parsed.rejected);
}

base::Result<net::Response> TopologyPaths::DeleteEntity(const Call& call) {
  const Snapshot graph = sources_.atlas.Now(call.caller.tenant);
  VEDETTE_TRY(const int node, Named(*graph, "id", std::string(call.PathValue("id"))));
  VEDETTE_TRY_VOID(sources_.atlas.Forget(std::string(call.caller.tenant),
                                         graph->node(node).entity.ref, call.now));
  return net::Response{.status = 204, .headers = {}, .body = {}};
}

base::Result<net::Response> TopologyPaths::DeleteEdge(const Call& call) {
  const Snapshot graph = sources_.atlas.Now(call.caller.tenant);
  VEDETTE_TRY(const int caller, Named(*graph, "caller", call.Parameter("caller").value_or("")));
  VEDETTE_TRY(const int callee, Named(*graph, "callee", call.Parameter("callee").value_or("")));
  VEDETTE_TRY(const bool known, sources_.atlas.ForgetEdge(
                                    std::string(call.caller.tenant), graph->node(caller).entity.ref,
                                    graph->node(callee).entity.ref, call.now));
  if (!known) return base::NotFound("the one does not call the other");
  return net::Response{.status = 204, .headers = {}, .body = {}};
}

}  // namespace

std::vector<Route> TopologyRoutes(TopologySources sources) {
  const auto paths = std::make_shared<TopologyPaths>(std::move(sources));
  using Handler = base::Result<net::Response> (TopologyPaths::*)(const Call&);
  const auto route = [&](std::string method, std::string pattern, Handler handler,
                         std::string operation) {
    const bool reads = method == "GET";
    return Route{.method = std::move(method),
                 .pattern = "/api/v1/topology" + std::move(pattern),
                 .permission = reads ? Permission::kRead : Permission::kIngest,
                 .handler = MakeHandler(paths, handler),
                 .operation = std::move(operation),
                 .heavy = reads};
  };
  return {route("GET", "", &TopologyPaths::Get, "getTopology"),
          WithLargeBody(route("POST", "", &TopologyPaths::Post, "postTopology")),
          WithLargeBody(route("PUT", "", &TopologyPaths::Post, "putTopology")),
          route("GET", "/scenario", &TopologyPaths::GetScenario, "getTopologyScenario"),
          route("GET", "/layout", &TopologyPaths::GetLayout, "getTopologyLayout"),
          route("GET", "/neighbourhood", &TopologyPaths::GetNeighbourhood, "getNeighbourhood"),
          route("GET", "/path", &TopologyPaths::GetPath, "getTopologyPath"),
          route("GET", "/blast-radius", &TopologyPaths::GetBlastRadius, "getBlastRadius"),
          route("GET", "/callers", &TopologyPaths::GetCallers, "getCallers"),
          route("GET", "/callees", &TopologyPaths::GetCallees, "getCallees"),
          route("GET", "/history", &TopologyPaths::GetHistory, "listTopologySnapshots"),
          route("GET", "/entities/{id}", &TopologyPaths::GetEntity, "getTopologyEntity"),
          route("DELETE", "/entities/{id}", &TopologyPaths::DeleteEntity, "deleteTopologyEntity"),
          route("DELETE", "/edges", &TopologyPaths::DeleteEdge, "deleteTopologyEdge")};
}

}  // namespace vedette::api
