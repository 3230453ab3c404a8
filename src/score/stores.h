#pragma once

#include <memory>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "diagnose/live/gather.h"
#include "evidence/question.h"
#include "ingest/ingester.h"
#include "kv/db.h"
#include "query/engine.h"
#include "query/logs/engine.h"
#include "records/embedded_store.h"
#include "score/run.h"
#include "series/engine.h"
#include "sim/simulator.h"
#include "sql/database.h"
#include "topology/atlas.h"
#include "topology/discovery/metric_feed.h"
#include "topology/discovery/span_feed.h"

namespace vedette::score {

// What a server keeps, in memory: metrics, records and the topology that is discovered in them.
// Not thread-safe.
class Stores {
 public:
  // The clock outlives them.
  static base::Result<std::unique_ptr<Stores>> Open(const base::Clock& clock,
                                                    const KnownCalls& calls);

  // Takes in what a step of the simulation tells, and what it tells of the topology.
  base::Result<> Take(const sim::Tick& tick);
  // Asks the metrics and spans who calls whom.
  base::Result<> DiscoverTopology(base::TimePoint now);

  diagnose::live::Sources Sources();
  topology::Atlas& atlas() { return *atlas_; }
  const evidence::Asker& asker() const { return *asker_; }

 private:
  Stores(const base::Clock& clock, const KnownCalls& calls) : clock_(clock), calls_(calls) {}
  evidence::CallsSource Calls();

  const base::Clock& clock_;
  const KnownCalls calls_;
  base::MetricsRegistry metrics_;
  std::unique_ptr<kv::Db> telemetry_;
  std::unique_ptr<sql::Database> state_;
  std::unique_ptr<series::Engine> series_;
  std::unique_ptr<records::EmbeddedStore> records_;
  std::unique_ptr<ingest::Ingester> ingester_;
  std::unique_ptr<query::Engine> queries_;
  std::unique_ptr<query::logs::Engine> logs_;
  std::unique_ptr<topology::Atlas> atlas_;
  std::unique_ptr<topology::discovery::SpanFeed> spans_;
  std::unique_ptr<topology::discovery::MetricFeed> metric_feed_;
  std::unique_ptr<evidence::Asker> asker_;
};

}  // namespace vedette::score
