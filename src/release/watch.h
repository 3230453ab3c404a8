#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "detect/anomaly_store.h"
#include "detect/reporter.h"
#include "model/anomaly.h"
#include "model/change.h"
#include "records/store.h"
#include "release/book.h"
#include "release/options.h"
#include "release/read_patterns.h"
#include "release/reading.h"
#include "sql/database.h"

namespace vedette::release {

// Watches every release: takes deployments from the changes, judges each again and again for hours
// from what the metrics store has, keeps what it found, and opens an anomaly (and so an incident)
// for a bad one, which closes when the next release of the service takes its place or the watch
// ends. Judging reads all data since the release each time, so that nothing but the verdict is
// state: a restart loses nothing, and late samples count. Bad stays bad. Thread-safe; judging takes
// its turn. All references outlive it.
class Watch {
 public:
  struct Parts {
    sql::Database& database;
    records::Store& records;
    base::BoundedQueue<model::AnomalyUpdate>& findings;
    base::MetricsRegistry& metrics;
    Ask ask;
    Answer answer = {};                                // empty: new log patterns are not looked for
    std::function<void(const Release&)> changed = {};  // called with no lock of others held
    // What the diagnosis of an incident says for a release that is worse; the same.
    std::function<base::Result<std::optional<Doubt>>(const Release&)> ruled_out = {};
  };
  static base::Result<std::unique_ptr<Watch>> Open(Options options, Parts parts);

  // Takes what is its own of the anomalies that were open when the last run ended.
  void Adopt(std::vector<model::Anomaly>& open) EXCLUDES(mutex_);
  void Reconfigure(Options options) EXCLUDES(mutex_);

  // Takes up new releases of these tenants; to be called every few seconds.
  base::Result<> FindReleases(const std::vector<model::TenantName>& tenants, base::TimePoint now)
      EXCLUDES(mutex_);
  // Judges the release that is due longest, if one is. False: none was.
  base::Result<bool> JudgeOne(base::TimePoint now) EXCLUDES(mutex_);

  // What a pipeline asks. An empty version: the service's latest release; an empty place: any. With
  // `since`, the release of about then. When none is known, one of that time is judged, or of the
  // time from which the metrics show the version, and only the answer has it: no id, and no watch.
  // Never kNotFound: the verdict is then no data.
  struct Question {
    model::TenantName tenant;
    std::string service;
    std::string version;
    std::optional<base::TimePoint> since;
    Place place = {};
  };
  base::Result<Release> JudgeNow(const Question& question, base::TimePoint now) EXCLUDES(mutex_);

  base::Result<Release> Get(std::string_view tenant, std::string_view id) const;
  base::Result<ReleasePage> List(const ReleaseQuery& query) const;
  base::Result<> DeleteTenant(std::string_view tenant) EXCLUDES(mutex_);

 private:
  using Key = std::pair<model::TenantName, std::string>;  // and the release's id
  struct Watched {
    Release release;
    base::TimePoint due;
    std::optional<detect::Reported> reported;
  };
  struct Metrics {
    explicit Metrics(base::MetricsRegistry& registry);
    base::Gauge& watched;
    base::Counter& judgements;
    base::Counter& failures;
    base::Counter& refused;
  };

  Watch(Options options, Parts parts);
  base::Result<> FindReleasesOf(const model::TenantName& tenant, base::TimePoint now)
      REQUIRES(mutex_);
  // `told`: the changes of that time, those among them that made releases.
  using Told = std::vector<model::Change>;
  base::Result<> Take(const model::TenantName& tenant, const model::Change& change,
                      const Told& told, base::TimePoint now) REQUIRES(mutex_);
  base::Result<Watched*> Add(Release release, base::TimePoint now) REQUIRES(mutex_);
  base::Result<bool> IsKnown(const model::TenantName& tenant, const model::Change& change,
                             const Told& told) const;
  base::Result<> EndBy(const model::TenantName& tenant, const model::Change& change,
                       base::TimePoint now) REQUIRES(mutex_);
  base::Result<> TakeBack(const model::TenantName& tenant, const model::Change& failed,
                          const Told& told, base::TimePoint now) REQUIRES(mutex_);
  base::Result<> Revive(const Release& gone, base::TimePoint now) REQUIRES(mutex_);
  Observation Observe(const Release& release, base::TimePoint until) REQUIRES(mutex_);
  // Judges, saves, reports; a release whose watch is over leaves the memory.
  base::Result<Release> JudgeLocked(const Key& key, base::TimePoint now) REQUIRES(mutex_);
  Judgement JudgeAt(const Release& release, base::TimePoint until) REQUIRES(mutex_);
  // Makes the judgement the release's; its evidence, to be saved.
  std::vector<model::Evidence> Settle(Watched& watched, const Judgement& judgement,
                                      base::TimePoint now) REQUIRES(mutex_);
  void NoteDoubt(Release& release);
  void Report(Watched& watched, base::TimePoint now) REQUIRES(mutex_);
  // Takes a release that was told of before the time in which new ones are looked for.
  base::Result<> TakeOlder(const Question& question, base::TimePoint now) REQUIRES(mutex_);
  base::Result<std::optional<Key>> FindInBook(const Question& question) const;
  base::Result<std::optional<Key>> FindAsked(const Question& question, base::TimePoint now)
      REQUIRES(mutex_);
  base::Result<Release> JudgeUntold(const Question& question, base::TimePoint now) REQUIRES(mutex_);
  base::Result<std::optional<base::TimePoint>> SeenInMetrics(const Question& question,
                                                             base::TimePoint now) REQUIRES(mutex_);

  const Parts parts_;
  std::unique_ptr<Book> book_;  // both from Open on
  std::unique_ptr<detect::AnomalyStore> anomalies_;
  Metrics metrics_;
  mutable base::Mutex mutex_;
  Options options_ GUARDED_BY(mutex_);
  std::map<Key, Watched> watched_ GUARDED_BY(mutex_);
  std::map<model::TenantName, std::set<std::string>> seen_changes_ GUARDED_BY(mutex_);
  detect::Reporter reporter_ GUARDED_BY(mutex_);
};

}  // namespace vedette::release
