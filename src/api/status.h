#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/mutex.h"
#include "base/result.h"
#include "model/anomaly.h"
#include "model/incident.h"
#include "model/tenant.h"
#include "query/engine.h"
#include "series/store.h"

namespace vedette::api {

// What the Now screen asks first: one verdict, what is open, and a row per service. Assembled from
// the incidents, the anomalies and a few queries, and kept for some seconds per tenant, so that
// many screens cost no more than one. Thread-safe.
class StatusBoard {
 public:
  struct Sources {
    // Incidents that are not resolved, and the one that started last.
    std::function<base::Result<std::vector<model::Incident>>(const model::TenantName&)> unresolved;
    std::function<base::Result<std::optional<model::Incident>>(const model::TenantName&)> last;
    std::function<base::Result<std::vector<model::Anomaly>>(const model::TenantName&)> anomalies;
    // The teams that own services, by service; those that nobody says are not in it.
    std::function<std::map<std::string, std::string>(const model::TenantName&)> owners;
    // Incidents that were resolved since then, some of the latest.
    std::function<base::Result<std::vector<model::Incident>>(const model::TenantName&,
                                                             base::TimePoint from)>
        resolved_since = {};
  };
  struct Options {
    base::Duration keep{3'000};
    base::Duration rate_window{15'000};  // over which samples per second are counted
    // The system is said to recover for so long after its last incident.
    base::Duration recovers_for = std::chrono::minutes(10);
    size_t services_max = 200;
    size_t tenants_max = 1'000;  // kept at a time
    bool demo = false;
    std::string version;
  };

  // All references outlive the board.
  StatusBoard(Options options, Sources sources, query::Engine& queries, series::Store& store);

  // The status of a tenant as JSON, at most `keep` old.
  base::Result<std::string> Get(const model::TenantName& tenant, base::TimePoint now)
      EXCLUDES(mutex_);

 private:
  struct Kept {
    base::TimePoint taken_at;
    std::string json;
  };
  struct Service {
    double score = 0;
    int64_t open_incidents = 0;
    int64_t open_anomalies = 0;
    std::optional<base::TimePoint> last_sample_at;
    std::vector<double> sparkline;
    std::string owner;
  };
  using Services = std::map<std::string, Service>;
  struct Summary {
    Services services;
    double worst = 0;  // score
    int64_t open = 0;
    int64_t acknowledged = 0;
    int64_t anomalies = 0;
    std::optional<model::Incident> last;
    model::SystemState system = model::SystemState::kNormal;
  };

  double SamplesPerSecond(base::TimePoint now) EXCLUDES(mutex_);
  void AddActivity(const model::TenantName& tenant, base::TimePoint now, Services& services);
  void AddLastSamples(const model::TenantName& tenant, base::TimePoint now, Services& services);
  base::Result<Summary> Collect(const model::TenantName& tenant, base::TimePoint now);
  void WriteServices(base::JsonWriter& json, const Services& services) const;
  base::Result<std::string> Build(const model::TenantName& tenant, base::TimePoint now,
                                  double samples_per_second);

  const Options options_;
  const Sources sources_;
  query::Engine& queries_;
  series::Store& store_;

  base::Mutex mutex_;
  std::map<model::TenantName, Kept> kept_ GUARDED_BY(mutex_);
  base::TimePoint rate_from_ GUARDED_BY(mutex_);
  uint64_t rate_samples_ GUARDED_BY(mutex_) = 0;
  double rate_ GUARDED_BY(mutex_) = 0;
};

// GET /api/v1/status/now.
std::vector<Route> StatusRoutes(StatusBoard& board);

}  // namespace vedette::api
