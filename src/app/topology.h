#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/topology.h"
#include "app/config_topology.h"
#include "app/periodic.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "detect/anomaly_store.h"
#include "ingest/ingester.h"
#include "model/incident.h"
#include "query/engine.h"
#include "records/store.h"
#include "series/store.h"
#include "sql/database.h"
#include "topology/atlas.h"
#include "topology/discovery/metric_feed.h"
#include "topology/discovery/span_feed.h"
#include "topology/discovery/version_watch.h"
#include "topology/layout_book.h"

namespace vedette::app {

// The service graph in the running server: what feeds it, keeps it and shows it. Thread-safe.
class Topology {
 public:
  struct Parts {
    sql::Database& state;
    records::Store& records;
    series::Store& series;
    query::Engine& queries;
    const detect::AnomalyStore& anomalies;
    // That are not resolved.
    std::function<base::Result<std::vector<model::Incident>>(const model::TenantName&)> incidents;
    const base::Clock& clock;
    base::MetricsRegistry& metrics;
  };
  // The parts outlive it.
  static base::Result<std::unique_ptr<Topology>> Open(Parts parts, const TopologyConfig& config);

  // Spans that come in are noted, and changes go out. Before the first request; it outlives the
  // ingester's requests.
  void Listen(ingest::Ingester& ingester);
  // From now on these declarations.
  void Apply(const TopologyConfig& config);
  std::vector<api::Route> Routes();

  // Derives, asks, ages and saves every few seconds, on a thread of its own: questions to the
  // metrics may take a while. After Listen.
  void Start();
  // Idempotent; before the ingester and the stores end.
  void Stop() { periodic_.Stop(); }
  base::Result<> DeleteTenant(const model::TenantName& tenant);

  // For whoever looks at the graph.
  topology::Snapshots& snapshots() { return *atlas_; }
  topology::Atlas& atlas() { return *atlas_; }

 private:
  Topology(Parts parts, std::unique_ptr<topology::Atlas> atlas);
  base::Result<> Tend() EXCLUDES(mutex_);
  base::Result<> AskMetrics(base::TimePoint now) REQUIRES(mutex_);
  base::Result<> AskOf(const model::TenantName& tenant, base::TimePoint now) REQUIRES(mutex_);
  api::ServiceLevels LevelsAt(const model::TenantName& tenant, base::TimePoint at)
      EXCLUDES(levels_mutex_);
  base::Result<api::HealthByEntity> HealthAt(const model::TenantName& tenant,
                                             base::TimePoint at) const;

  const Parts parts_;
  const std::unique_ptr<topology::Atlas> atlas_;
  topology::LayoutBook layouts_;
  topology::discovery::SpanFeed spans_;
  topology::discovery::MetricFeed metrics_;
  ingest::Ingester* ingester_ = nullptr;

  base::Mutex mutex_;
  topology::discovery::VersionWatch versions_ GUARDED_BY(mutex_);
  base::SteadyPoint asked_at_ GUARDED_BY(mutex_);
  std::string asked_last_ GUARDED_BY(mutex_);  // the tenant whose turn it was

  struct KeptLevels {
    base::TimePoint at;
    api::ServiceLevels levels;
  };
  base::Mutex levels_mutex_;
  std::map<std::string, KeptLevels> levels_ GUARDED_BY(levels_mutex_);  // by tenant
  Periodic periodic_;
};

}  // namespace vedette::app
