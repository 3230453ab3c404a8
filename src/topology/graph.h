#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/entity.h"

namespace vedette::topology {

// The service graph of one tenant at one moment: what there is and who calls whom. Immutable once
// made, so safe to read from any thread; held as a Snapshot. Nodes and edges are numbered from 0
// within a snapshot; between snapshots only the ids ("service:payment") stay the same.

// Who told of a node or an edge.
enum class Origin : uint8_t {
  kSpans,         // stored spans
  kIstio,         // istio_requests_total and its kin
  kLinkerd,       // response_total of Linkerd's proxies
  kServiceGraph,  // traces_service_graph_request_total of an OpenTelemetry collector or of Tempo
  kClients,       // metrics of database and message clients
  kMetrics,       // labels of other metrics: a service that exposes, a pod of kube-state-metrics
  kKubernetes,    // objects of Kubernetes that were posted
  kConfig,        // the configuration
  kApi,           // somebody who said so
};
inline constexpr int kOrigins = 9;
std::string_view OriginName(Origin origin);  // "spans", "istio", ..., "api"

// A set of them.
class Origins {
 public:
  constexpr Origins() = default;
  constexpr explicit Origins(uint16_t bits) : bits_(bits) {}
  // NOLINTNEXTLINE(google-explicit-constructor): one origin is a set of one
  constexpr Origins(Origin origin) : bits_(static_cast<uint16_t>(1U << static_cast<int>(origin))) {}

  constexpr bool Has(Origin origin) const { return (bits_ & Origins(origin).bits_) != 0; }
  constexpr void Add(Origins more) { bits_ = static_cast<uint16_t>(bits_ | more.bits_); }
  constexpr void Remove(Origins some) { bits_ = static_cast<uint16_t>(bits_ & ~some.bits_); }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr uint16_t bits() const { return bits_; }
  friend bool operator==(Origins, Origins) = default;

 private:
  uint16_t bits_ = 0;
};

// How busy an edge is, over the last minutes that the most exact of its origins told of.
struct Traffic {
  double calls_per_second = 0;
  double error_ratio = 0;                // 0 to 1
  std::optional<double> latency_ms;      // mean
  std::optional<double> latency_p95_ms;  // where the origin knows a distribution
  Origin origin = Origin::kSpans;        // spans may be a sample of the calls
  base::TimePoint at;                    // the end of those minutes
};

struct Node {
  model::Entity entity;
  Origins origins = {};
  Origin owner_by = Origin::kSpans;  // who told the owner and the tier
  base::TimePoint first_seen = {};
  base::TimePoint last_seen = {};
  base::TimePoint told_at = {};  // when news of it last came: later, where it comes late

  model::EntityKind kind() const { return entity.ref.kind; }
  const std::string& name() const { return entity.ref.name; }
};

struct Edge {
  int caller = 0;  // numbers of nodes
  int callee = 0;
  bool waits = true;  // see model::Dependency
  Origins origins = {};
  base::TimePoint first_seen = {};
  base::TimePoint last_seen = {};
  base::TimePoint told_at = {};
  std::optional<Traffic> traffic = {};  // nothing: nobody measured it lately
};

// See the top of this file.
class Graph {
 public:
  Graph() = default;
  // Nodes come in any order and get their numbers by kind and name; of two of one kind and name
  // the first counts. Edges name their ends by place in `nodes`; those that name none, and edges
  // from a node to itself, are left out.
  Graph(base::TimePoint time, std::vector<Node> nodes, std::vector<Edge> edges);

  base::TimePoint time() const { return time_; }  // as of when it holds
  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<Edge>& edges() const { return edges_; }  // by caller, then callee
  const Node& node(int number) const { return nodes_[static_cast<size_t>(number)]; }
  const Edge& edge(int number) const { return edges_[static_cast<size_t>(number)]; }
  int size() const { return static_cast<int>(nodes_.size()); }

  // The number of a node; -1 when there is none.
  int Find(model::EntityKind kind, std::string_view name) const;
  // By an id ("queue:orders"), or by a bare name: the service of that name, else the database, the
  // queue and so on in the order of EntityKind.
  int Find(std::string_view id_or_name) const;

  // Numbers of edges.
  std::span<const int> EdgesFrom(int node) const;
  std::span<const int> EdgesTo(int node) const;
  int FindEdge(int caller, int callee) const;  // -1 when there is none

  // Numbers of nodes, ascending.
  std::vector<int> CalleesOf(int node) const;
  std::vector<int> CallersOf(int node) const;
  // The same by name (as Find), for whoever thinks in names; empty for unknown ones.
  std::vector<std::string> CalleesOf(std::string_view id_or_name) const;
  std::vector<std::string> CallersOf(std::string_view id_or_name) const;

  // Pods or endpoints of a service, or pods on a node: nodes that name it in their entity.
  std::vector<int> MembersOf(int node) const;

 private:
  base::TimePoint time_;
  std::vector<Node> nodes_;  // by kind and name
  std::vector<Edge> edges_;
  std::vector<int> in_;         // edges by callee
  std::vector<int> out_;        // edges by caller: 0, 1, 2, ...
  std::vector<int> out_begin_;  // of each node, its first place in out_; one more at the end
  std::vector<int> in_begin_;
};

using Snapshot = std::shared_ptr<const Graph>;

// Where snapshots come from: atlas.h has the real one. Thread-safe; At may block on the disk.
class Snapshots {
 public:
  virtual ~Snapshots() = default;
  // The newest graph; an empty one of a tenant that has none. Never null.
  virtual Snapshot Now(std::string_view tenant) = 0;
  // As it was at a time, as far as history goes back; an empty one before. Never null.
  virtual base::Result<Snapshot> At(std::string_view tenant, base::TimePoint time) = 0;
};

}  // namespace vedette::topology
