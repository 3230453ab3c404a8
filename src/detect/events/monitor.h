#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "detect/events/event_log.h"
#include "detect/events/judge.h"
#include "detect/reporter.h"
#include "model/anomaly.h"
#include "sql/database.h"

namespace vedette::detect::events {

struct MonitorOptions {
  Options rules;
  int64_t logs_max = 10'000;  // of a tenant; older ones are archived
  base::Duration archive_retention = std::chrono::hours(24 * 90);
  int normal_to_close = 3;
  base::Duration silence_to_close = std::chrono::minutes(30);
  friend bool operator==(const MonitorOptions&, const MonitorOptions&) = default;
};

struct Event {
  std::string source;      // 1 to 256 bytes
  std::string event_type;  // the same
  base::Json data;         // an object of at most 64 KiB
  base::Json metadata;     // an object or null
};

struct Health {
  Status status = Status::kNormal;  // the worst of the last 100 events
  double severity_score = 0;        // the highest of them: in the band of the status
  std::optional<base::TimePoint> last_update;
  std::vector<std::string> recent_issues;  // at most five, of the newest events
  int64_t events = 0;                      // ever taken, that are still there or archived
};

struct Reevaluation {
  int64_t events = 0;
  int64_t by_status[3] = {};
};

// Judges events by the event rules, keeps what it found, and makes anomalies of it: a source with
// an event that is WARNING or CRITICAL has one anomaly, which grows with the worst event, closes
// after `normal_to_close` normal events in a row and, when the source has fallen silent, after
// `silence_to_close`. Events that are judged again move it along. Thread-safe; the database and the
// queue outlive it.
class Monitor {
 public:
  static base::Result<std::unique_ptr<Monitor>> Open(
      MonitorOptions options, sql::Database& database,
      base::BoundedQueue<model::AnomalyUpdate>& findings);

  // kInvalidArgument with the field for an event that is none. Durable when it returns.
  base::Result<LogEntry> Take(const model::TenantName& tenant, Event event, base::TimePoint now)
      EXCLUDES(mutex_);
  base::Result<LogPage> List(const LogQuery& query) const;
  // The event of that id within from..to as JSON (WriteEntry), also from the archives. kNotFound
  // when there is none (any more).
  base::Result<std::string> EventJson(const model::TenantName& tenant, const std::string& event_id,
                                      base::TimePoint from, base::TimePoint to) const;
  base::Result<LogStats> Stats(const model::TenantName& tenant) const;
  base::Result<Health> GetHealth(const model::TenantName& tenant) const;
  // Judges the events since then again, in order, with the rules as they are now. Where a verdict
  // is another one now, the anomaly of the source becomes what the verdicts say: it ends, opens, or
  // has another severity.
  base::Result<Reevaluation> Reevaluate(const model::TenantName& tenant, base::TimePoint since,
                                        base::TimePoint now) EXCLUDES(mutex_);
  // Archives and removes what is older. Returns how many.
  base::Result<int64_t> CleanUp(const model::TenantName& tenant, base::TimePoint before)
      EXCLUDES(mutex_);
  base::Result<> DeleteTenant(std::string_view tenant) EXCLUDES(mutex_);

  // New options; when the rules are others, the last hour of all tenants is judged again.
  base::Result<> Reconfigure(MonitorOptions options, base::TimePoint now) EXCLUDES(mutex_);

  // Takes what is its own of the anomalies that were open when the last run ended.
  void Adopt(std::vector<model::Anomaly>& open, base::TimePoint now) EXCLUDES(mutex_);
  // To be called every few seconds.
  base::Result<> Tend(base::TimePoint now) EXCLUDES(mutex_);

 private:
  using Source = std::pair<model::TenantName, std::string>;
  struct Episode {
    Reported reported;
    int normals = 0;
    base::TimePoint last_event;
  };

  Monitor(MonitorOptions options, sql::Database& database,
          base::BoundedQueue<model::AnomalyUpdate>& findings);
  // Reads it from the database when it is not in memory.
  base::Result<Past*> PastOf(const Source& source) REQUIRES(mutex_);
  base::Result<Reevaluation> ReevaluateLocked(const model::TenantName& tenant,
                                              base::TimePoint since, base::TimePoint now)
      REQUIRES(mutex_);
  int NormalsOf(const Source& source) const REQUIRES(mutex_);
  void Follow(const model::TenantName& tenant, const LogEntry& entry) REQUIRES(mutex_);
  void OpenEpisode(const Source& source, const LogEntry& first, const LogEntry& worst,
                   base::TimePoint now) REQUIRES(mutex_);
  // A source in trouble, by the verdicts of its events.
  struct Trouble {
    LogEntry first;
    LogEntry worst;
    int normals = 0;  // since the last one that was not
    base::TimePoint last_event;
  };
  // What is left of it after one more event.
  static void Track(const MonitorOptions& options, std::optional<Trouble>& trouble,
                    const LogEntry& entry);
  void Align(const Source& source, const std::optional<Trouble>& trouble, base::TimePoint now)
      REQUIRES(mutex_);

  sql::Database& database_;
  mutable base::Mutex mutex_;
  MonitorOptions options_ GUARDED_BY(mutex_);
  std::map<Source, Past> pasts_ GUARDED_BY(mutex_);  // of the sources of late
  std::map<Source, Episode> episodes_ GUARDED_BY(mutex_);
  std::map<model::TenantName, int64_t> taken_ GUARDED_BY(mutex_);  // events since rows were counted
  Reporter reporter_ GUARDED_BY(mutex_);
};

}  // namespace vedette::detect::events
