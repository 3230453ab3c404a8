#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "api/route.h"
#include "api/stream_hub.h"
#include "app/comparisons.h"
#include "app/config.h"
#include "app/periodic.h"
#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "model/alert.h"
#include "model/anomaly.h"
#include "query/engine.h"
#include "records/store.h"
#include "release/watch.h"
#include "series/store.h"
#include "sql/database.h"

namespace vedette::app {

// The watch over releases and the scheduled comparisons in the server: their thread, their paths,
// their messages to open pages.
// Thread-safe but for Start and Stop, which belong to the owner.
class Releases {
 public:
  struct Parts {
    sql::Database& state;
    records::Store& records;
    series::Store& series;
    query::Engine& queries;
    base::BoundedQueue<model::AnomalyUpdate>& findings;
    base::MetricsRegistry& metrics;
    const base::Clock& clock;
    api::StreamHub& hub;
    release::Answer answer;
    std::function<base::Result<>(std::vector<model::Alert>)> tell;  // what comparisons find
    // As release::Watch has it.
    std::function<base::Result<std::optional<release::Doubt>>(const release::Release&)> ruled_out =
        {};
  };
  static base::Result<std::unique_ptr<Releases>> Open(Parts parts, const Config& config);
  ~Releases() { Stop(); }

  // Takes what is its own of the anomalies that were open when the last run ended.
  void Adopt(std::vector<model::Anomaly>& open) { watch_->Adopt(open); }
  void Apply(const Config& config);
  void Start();
  // Waits for the judgement that runs. Idempotent.
  void Stop();

  std::vector<api::Route> Routes();
  release::Watch& watch() { return *watch_; }
  base::Result<> DeleteTenant(std::string_view tenant);

 private:
  explicit Releases(Parts parts) : parts_(std::move(parts)) {}
  release::Ask AskEngine();
  std::vector<model::TenantName> Tenants() const;
  void Publish(const release::Release& release);
  base::Result<> JudgeDue();

  const Parts parts_;
  std::atomic<bool> stopping_{false};
  std::unique_ptr<release::Watch> watch_;
  std::unique_ptr<Comparisons> comparisons_;
  Periodic chores_;
};

}  // namespace vedette::app
