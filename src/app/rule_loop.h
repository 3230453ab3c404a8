#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "app/scaled_clock.h"
#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "detect/reporter.h"
#include "model/anomaly.h"
#include "rules/bells.h"
#include "rules/group.h"
#include "rules/observer.h"
#include "rules/scheduler.h"

namespace vedette::app {

// The thread that evaluates rules when they are due or a sample has rung for them: results go where
// `io.append` takes them, alerts that fire become anomalies in the queue of findings, and so
// incidents and pages. Alerts that fired before a restart go on as the anomalies that they were:
// nobody is told twice.
//
// Evaluations carry the time of the calendar, since that is what samples carry; when the calendar
// steps, alerts move with it, so that `for` measures real time. Apply and Statuses are thread-safe.
class RuleLoop {
 public:
  struct Parts {
    rules::Scheduler::IoOf io;
    rules::Bells& bells;  // that samples ring
    base::BoundedQueue<model::AnomalyUpdate>& findings;
    const base::Clock& clock;
    bool calendar_may_step = true;  // false: a clock that never does, such as a ScaledClock
    base::MetricsRegistry& metrics;
    std::vector<model::Anomaly> open;  // of rules, when the last run ended
    // Some of what a rule over records counted, for evidence; may be empty.
    std::function<std::vector<rules::Example>(const model::TenantName&, const rules::RecordRule&,
                                              const model::Labels&, base::TimePoint)>
        examples = {};
  };

  explicit RuleLoop(Parts parts);
  ~RuleLoop() { Stop(); }
  RuleLoop(const RuleLoop&) = delete;
  RuleLoop& operator=(const RuleLoop&) = delete;

  // New rules, before the next evaluation.
  void Apply(std::vector<rules::RuleGroup> groups, rules::RuleContext context) EXCLUDES(mutex_);
  void Start();
  // Waits for the evaluation that runs. Idempotent.
  void Stop() EXCLUDES(mutex_);

  // One for each group of the tenant, in the order of the files.
  std::vector<rules::GroupStatus> Statuses(const model::TenantName& tenant) const EXCLUDES(mutex_);

  // When it last had a look at what is due, or ended an evaluation: for the self-watch.
  base::SteadyPoint last_progress() const;

  // What the thread does each time, for tests: takes new rules, evaluates all that is due by `now`
  // and says when there is something to do again.
  std::optional<base::TimePoint> Step(base::TimePoint now) EXCLUDES(mutex_);

 private:
  struct Definition {
    std::vector<rules::RuleGroup> groups;
    rules::RuleContext context;
  };
  struct Metrics {
    explicit Metrics(base::MetricsRegistry& registry);
    base::Counter& evaluations;
    base::Counter& looks;
    base::Counter& failures;
    base::Counter& missed;
    base::Gauge& groups;
    base::Gauge& firing;
    base::Histogram& seconds;
  };
  // The tenant, the rule's name and the alert.
  using AlertKey = std::tuple<model::TenantName, std::string, model::Labels>;

  void Run() EXCLUDES(mutex_);
  void TakeDefinition(base::TimePoint now) EXCLUDES(mutex_);
  void WatchCalendar(base::TimePoint now);
  void Handle(const rules::Scheduler::Turn& turn);
  void Report(const model::TenantName& tenant, const rules::AlertChange& change,
              base::TimePoint now);
  void Describe(const model::TenantName& tenant, const rules::AlertChange& change,
                base::TimePoint now, model::Anomaly& anomaly) const;
  void Resolve(const AlertKey& key, base::TimePoint now);
  void CloseOrphans(base::TimePoint now);
  void Publish() EXCLUDES(mutex_);

  const Parts parts_;
  const ScaledClock monotone_;  // where the calendar would be without steps
  Metrics metrics_;

  // The thread's own.
  rules::Scheduler scheduler_;
  detect::Reporter reporter_;
  base::Duration drift_{0};  // of the calendar from monotone_
  std::map<AlertKey, model::Anomaly> adopted_;
  std::optional<base::TimePoint> orphans_due_;
  std::map<AlertKey, detect::Reported> reported_;

  std::atomic<int64_t> last_progress_ticks_{0};

  mutable base::Mutex mutex_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::optional<Definition> new_definition_ GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<const rules::GroupStatus>> statuses_ GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace vedette::app
