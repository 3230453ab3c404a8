#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/tenant.h"
#include "query/engine.h"
#include "series/store.h"
#include "topology/atlas.h"

namespace vedette::topology::discovery {

// What metrics say of the topology: who called whom, from the counters of service meshes (Istio,
// Linkerd), of OpenTelemetry's service graph, and of database and message clients (edge_metrics.h
// has the list); and what there is, from kube-state-metrics and the `service` labels of all series.
// Asks with PromQL, at a time that is an argument. Thread-safe.
class MetricFeed {
 public:
  // All outlive the feed.
  MetricFeed(query::Engine& queries, series::Store& store, Atlas& atlas)
      : queries_(queries), store_(store), atlas_(atlas) {}

  // Tells the atlas what the metrics of a tenant say now. A question that fails is left out and
  // asked again the next time; the last failure is returned.
  base::Result<> Refresh(const model::TenantName& tenant, base::TimePoint now);

 private:
  base::Result<> TellEdges(const model::TenantName& tenant, base::TimePoint now);
  base::Result<> TellPods(const model::TenantName& tenant, base::TimePoint now);
  base::Result<> TellServices(const model::TenantName& tenant, base::TimePoint now);
  base::Result<std::vector<query::VectorSample>> Ask(const model::TenantName& tenant,
                                                     std::string text, base::TimePoint now);

  query::Engine& queries_;
  series::Store& store_;
  Atlas& atlas_;
};

}  // namespace vedette::topology::discovery
