#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "detect/anomaly_store.h"
#include "diagnose/live/gather.h"
#include "diagnose/live/impact.h"
#include "diagnose/live/store.h"
#include "evidence/question.h"
#include "incident/journal/journal.h"
#include "model/incident.h"
#include "query/engine.h"
#include "query/logs/engine.h"
#include "records/store.h"
#include "series/store.h"

namespace vedette::app {

// Has every incident diagnosed: soon after it opened, again when it grows and when more of it can
// be seen, and once more when it is over. On a thread of its own, one incident at a time, at most
// `runs_max` times each. What waits is bounded: incidents beyond it wait for their next change.
// Thread-safe but for Start, Stop and the destructor.
class Diagnosing {
 public:
  struct Parts {
    series::Store& series;
    query::Engine& queries;
    records::Store& records;
    evidence::CallsSource calls;
    evidence::JudgedSource judged;
    const detect::AnomalyStore& anomalies;
    const incident::journal::Journal& journal;
    sql::Database& database;
    const base::Clock& clock;
    base::MetricsRegistry& metrics;
    // Told on the thread of the diagnosis after one was stored; must not block.
    std::function<void(const model::TenantName&, const std::string& incident_id, int64_t revision)>
        made;
    // The unit of a metric's values or of their rate, empty when it is not known. Thread-safe.
    std::function<std::string(const model::TenantName&, std::string_view metric, bool as_rate)>
        unit_of;
  };
  struct Options {
    diagnose::live::GatherLimits limits;
    base::Duration first_after = std::chrono::seconds(2);
    base::Duration gap_min = std::chrono::seconds(10);  // doubles with each run
    base::Duration gap_max = std::chrono::minutes(5);
    base::Duration settle = std::chrono::seconds(5);  // younger samples may still be on their way
    int runs_max = 12;
    size_t waiting_max = 1'000;
  };

  static base::Result<std::unique_ptr<Diagnosing>> Open(Parts parts, Options options);
  ~Diagnosing() { Stop(); }
  Diagnosing(const Diagnosing&) = delete;
  Diagnosing& operator=(const Diagnosing&) = delete;

  // Starts the thread; incidents that are open and have no diagnosis come first.
  void Start() EXCLUDES(mutex_);
  // Waits for the diagnosis that runs. Idempotent.
  void Stop() EXCLUDES(mutex_);

  // From any thread, the engine's too: it does not block.
  void Notice(const model::Incident& incident) EXCLUDES(mutex_);
  // Now, on the caller's thread, when no other one runs any more.
  base::Result<> DiagnoseNow(const model::TenantName& tenant, const std::string& incident_id)
      EXCLUDES(running_);
  // From the next one on.
  void SetImpactOptions(diagnose::live::ImpactOptions options) EXCLUDES(mutex_);

  diagnose::live::DiagnosisStore& store() { return *store_; }
  const evidence::Asker& asker() const { return asker_; }

 private:
  using Key = std::pair<model::TenantName, std::string>;  // with the incident's id
  struct Waiting {
    std::optional<base::SteadyPoint> due;
    int runs = 0;
    size_t anomalies = 0;      // when it was last looked at
    std::string title;         // the same
    base::SteadyPoint anew{};  // when it was last taken for another one
    bool resolved = false;
  };

  Diagnosing(Parts parts, Options options);
  void Run() EXCLUDES(mutex_);
  std::optional<Key> Next() EXCLUDES(mutex_);
  void Schedule(Waiting& waiting, base::Duration after) REQUIRES(mutex_);
  base::Duration GapAfter(int runs) const;
  void MakeRoom() REQUIRES(mutex_);
  base::Result<> Diagnose(const Key& key) EXCLUDES(mutex_, running_);
  base::Result<diagnose::live::Occasion> OccasionOf(const Key& key, base::TimePoint now) const;

  const Parts parts_;
  const Options options_;
  const base::SystemClock waits_;
  query::logs::Engine logs_;
  const evidence::Asker asker_;
  std::unique_ptr<diagnose::live::DiagnosisStore> store_;
  base::Counter& made_;
  base::Counter& failed_;
  base::Histogram& seconds_;

  base::Mutex running_;  // one diagnosis at a time
  base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::map<Key, Waiting> waiting_ GUARDED_BY(mutex_);
  diagnose::live::ImpactOptions impact_ GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace vedette::app
