#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "api/route.h"
#include "api/service_levels.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/change.h"
#include "model/tenant.h"
#include "topology/atlas.h"
#include "topology/layout_book.h"

namespace vedette::api {

// How an entity is, as the detectors and the incidents say.
struct EntityHealth {
  double score = 0;  // 0 to 1: the severity scale
  int64_t open_anomalies = 0;
  int64_t open_incidents = 0;
};
// By the entities' names as anomalies have them: "payment", "shop/payment-1".
using HealthByEntity = std::map<std::string, EntityHealth, std::less<>>;

// What the routes ask for; thread-safe, and outlives them.
struct TopologySources {
  topology::Atlas& atlas;
  topology::LayoutBook& layouts;
  // Brings the atlas up to date with what has just come in.
  std::function<void(const model::TenantName&, base::TimePoint now)> refresh;
  // As it was then.
  std::function<base::Result<HealthByEntity>(const model::TenantName&, base::TimePoint at)> health;
  // What services say of themselves, as it was then.
  std::function<ServiceLevels(const model::TenantName&, base::TimePoint at)> levels;
  // Keeps changes that came with objects of Kubernetes.
  std::function<base::Result<>(const model::TenantName&, std::vector<model::Change>)> changes;
};

// /api/v1/topology and what is below it: the graph now and then, layouts, neighbourhoods, paths,
// blast radius, and what people and programs tell of it. Answers: openapi.json.
std::vector<Route> TopologyRoutes(TopologySources sources);

}  // namespace vedette::api
