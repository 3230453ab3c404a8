#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/change.h"
#include "model/entity.h"
#include "sources/json_items/items.h"
#include "sources/kubernetes/objects.h"

namespace vedette::sources::topology {

// The topology as people and programs post it: JSON, one item, a list of them, or an object of
// lists: {"services": [...], "entities": [...], "edges": [...], "items": [...]} (also "nodes" for
// entities, "dependencies" and "calls" for edges, and "databases", "queues", "externals"). An item
// is
//
//   an entity    name | service | id    required; "queue:orders" says the kind too
//                kind | type            service, database, queue, external, endpoint, pod, node
//                owner | team, tier, version, addresses (a list of texts)
//                service                of a pod or endpoint; node | host: of a pod
//                calls | depends_on | dependencies   a list of ids or names
//   an edge      caller | from | source | client, and callee | to | target | server
//                waits                  false: nobody waits for the answer
//                calls_per_second | rate, error_ratio (0 to 1), latency_ms: as measured just now
//   an object of Kubernetes             sources/kubernetes
//   a name alone                        a service
//
// Other fields are left alone. Pure and thread-safe.

struct ParseOptions {
  size_t body_bytes_max = 16 << 20;
  size_t items_max = 20'000;
  size_t name_bytes_max = 256;
  size_t edges_max = 1'000;  // of one entity
  kubernetes::KnownServices known = {};
  kubernetes::RanBefore ran_before = {};
};

struct ParsedEdge {
  model::Dependency dependency;
  std::optional<double> calls_per_second = {};
  std::optional<double> error_ratio = {};
  std::optional<double> latency_ms = {};
};

struct ParsedTopology {
  std::vector<model::Entity> entities;
  std::vector<ParsedEdge> edges;
  std::vector<model::EntityRef> gone;
  std::vector<model::Entity> of_kubernetes;  // entities that objects of Kubernetes tell of
  std::vector<model::Change> changes;
  std::vector<std::string> ids;  // of the items that are good: "service:order", "order>payment"
  std::vector<json_items::Rejection> rejected;
  size_t items = 0;
};

// Errors: kInvalidArgument for a body that is no JSON or exceeds a limit.
base::Result<ParsedTopology> Parse(const std::string& body, base::TimePoint now,
                                   const ParseOptions& options = {});

}  // namespace vedette::sources::topology
