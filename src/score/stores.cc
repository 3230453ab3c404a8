#include "score/stores.h"

#include <utility>
#include <vector>

#include "model/tenant.h"

namespace vedette::score {

base::Result<std::unique_ptr<Stores>> Stores::Open(const base::Clock& clock,
                                                   const KnownCalls& calls) {
  std::unique_ptr<Stores> stores(new Stores(clock, calls));
  kv::DbOptions options;
  options.path = "/memory";
  options.in_memory = true;
  options.families = series::Engine::Families();
  records::EmbeddedStoreOptions record_options;
  record_options.first_family = static_cast<kv::Family>(options.families.size());
  record_options.seal_in_background = false;
  for (kv::FamilyOptions& family : records::Families()) {
    options.families.push_back(std::move(family));
  }
  VEDETTE_TRY(stores->telemetry_, kv::Db::Open(std::move(options)));
  VEDETTE_TRY(stores->state_, sql::Database::Open({.path = ":memory:"}));
  VEDETTE_TRY(stores->series_, series::Engine::Open({.shards = 1}, *stores->telemetry_, clock, {},
                                                    stores->metrics_));
  VEDETTE_TRY(stores->records_,
              records::EmbeddedStore::Create(*stores->telemetry_, std::move(record_options)));
  VEDETTE_TRY(stores->atlas_, topology::Atlas::Open(*stores->state_, {}));
  stores->ingester_ =
      std::make_unique<ingest::Ingester>(*stores->series_, *stores->records_, clock,
                                         stores->metrics_, std::make_shared<ingest::Limits>());
  stores->queries_ =
      std::make_unique<query::Engine>(query::EngineOptions{}, *stores->series_, clock);
  stores->logs_ = std::make_unique<query::logs::Engine>(*stores->records_, clock);
  stores->spans_ =
      std::make_unique<topology::discovery::SpanFeed>(*stores->records_, *stores->atlas_);
  stores->metric_feed_ = std::make_unique<topology::discovery::MetricFeed>(
      *stores->queries_, *stores->series_, *stores->atlas_);
  stores->asker_ =
      std::make_unique<evidence::Asker>(evidence::Asker::Sources{.metrics = *stores->queries_,
                                                                 .logs = *stores->logs_,
                                                                 .records = *stores->records_,
                                                                 .calls = stores->Calls(),
                                                                 .clock = clock});
  return stores;
}

evidence::CallsSource Stores::Calls() {
  return [this](const model::TenantName& tenant, base::TimePoint from, base::TimePoint to) {
    return calls_(*records_, atlas_.get(), tenant, from, to);
  };
}

diagnose::live::Sources Stores::Sources() {
  return {.series = *series_,
          .metrics = *queries_,
          .logs = *logs_,
          .records = *records_,
          .calls = Calls(),
          .clock = clock_};
}

base::Result<> Stores::Take(const sim::Tick& tick) {
  const model::TenantName tenant(model::kDefaultTenant);
  VEDETTE_TRY_VOID(ingester_->Write(tenant, tick.metrics));
  if (!tick.logs.empty()) VEDETTE_TRY_VOID(ingester_->WriteLogs(tenant, tick.logs));
  if (!tick.changes.empty()) VEDETTE_TRY_VOID(ingester_->WriteChanges(tenant, tick.changes));
  if (!tick.events.empty()) VEDETTE_TRY_VOID(ingester_->WriteEvents(tenant, tick.events));
  if (tick.spans.empty()) return {};
  VEDETTE_TRY_VOID(ingester_->WriteSpans(tenant, tick.spans));
  spans_->Note(tenant, tick.spans);
  return {};
}

base::Result<> Stores::DiscoverTopology(base::TimePoint now) {
  VEDETTE_TRY_VOID(spans_->Tend(now));
  VEDETTE_TRY_VOID(metric_feed_->Refresh(model::TenantName(model::kDefaultTenant), now));
  return atlas_->Tend(now);
}

}  // namespace vedette::score
