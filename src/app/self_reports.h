#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "api/route.h"
#include "api/sources.h"
#include "app/self_alert.h"
#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "detect/reporter.h"
#include "detect/rules/rule.h"
#include "detect/source_board.h"
#include "detect/source_store.h"
#include "ingest/ingester.h"
#include "model/anomaly.h"
#include "rules/status.h"
#include "series/store.h"
#include "sql/database.h"

namespace vedette::app {

struct SelfReportOptions {
  base::Duration source_stopped_after = std::chrono::minutes(5);
  base::Duration rule_unreachable_after = std::chrono::minutes(15);
  friend bool operator==(const SelfReportOptions&, const SelfReportOptions&) = default;
};

// What would make monitoring silently blind, told by itself: sources that stopped sending and rules
// that can never fire. Warnings of the service `vedette`, one of each kind, which open an incident
// and page nobody unless warnings do; lists for the API; gauges. Thread-safe but for Adopt, Listen
// and Tend.
class SelfReports {
 public:
  // All outlive it.
  struct Parts {
    detect::SourceBoard& sources;
    series::Store& series;
    std::function<std::vector<rules::GroupStatus>(const model::TenantName&)> rules;
    const base::Clock& clock;
    base::BoundedQueue<model::AnomalyUpdate>& findings;
    base::MetricsRegistry& metrics;
    sql::Database* state = nullptr;  // where sources are kept over restarts; null: nowhere
  };
  SelfReports(Parts parts, SelfReportOptions options, std::vector<detect::rules::Rule> limits);

  // Takes what is its own of the anomalies that were open when the last run ended.
  void Adopt(std::vector<model::Anomaly>& open);
  // Hears of log lines and spans. Before the first request.
  static void Listen(detect::SourceBoard& sources, ingest::Ingester& ingester);
  // From now on these options and these limits of the configuration.
  void Apply(SelfReportOptions options, std::vector<detect::rules::Rule> limits) EXCLUDES(mutex_);
  // To be called every few seconds.
  base::Result<> Tend() EXCLUDES(mutex_);
  std::vector<api::Route> Routes();
  // Without those that ship, which are there for whom they concern.
  std::vector<detect::rules::Rule> limits() const EXCLUDES(mutex_);

 private:
  using SourceKey = std::tuple<model::TenantName, std::string, std::string>;  // and signal, name

  SelfReportOptions options() const EXCLUDES(mutex_);
  base::Result<> TellSources(base::TimePoint now);
  base::Result<> ResumeSources(base::TimePoint now);
  base::Result<> TellRules(base::TimePoint now);

  const Parts parts_;
  const base::TimePoint started_at_;
  detect::Reporter reporter_;
  SelfAlert stopped_;
  SelfAlert unreachable_;
  // When sources were last heard, at the look before: who sends what is old has not stopped.
  std::map<SourceKey, base::TimePoint> heard_;
  base::Gauge& stopped_gauge_;
  base::Gauge& unreachable_gauge_;
  base::TimePoint rules_due_{};
  std::unique_ptr<detect::SourceStore> kept_sources_;  // null before they are read
  base::TimePoint sources_due_{};
  mutable base::Mutex mutex_;
  SelfReportOptions options_ GUARDED_BY(mutex_);
  std::vector<detect::rules::Rule> limits_ GUARDED_BY(mutex_);  // that a person wrote
};

}  // namespace vedette::app
