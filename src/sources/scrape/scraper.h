#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "base/worker_pool.h"
#include "model/labels.h"
#include "model/tenant.h"
#include "model/write_batch.h"
#include "net/client.h"
#include "sources/scrape/config.h"
#include "sources/scrape/digest.h"
#include "sources/scrape/file_discovery.h"
#include "sources/scrape/http_discovery.h"
#include "sources/scrape/target.h"

namespace vedette::sources::scrape {

struct ScraperOptions {
  // Scrapes that run at a time. A slow target holds one of them for its timeout at most. 0: Poll
  // runs them itself, one after the other.
  size_t threads = 16;
  size_t dropped_max = 10'000;  // kept to be shown
  size_t targets_max = 10'000;  // further ones are left out, with a line in the log
};

enum class Health { kUnknown, kUp, kDown };

// A target as people see it.
struct TargetStatus {
  model::TenantName tenant;
  std::string job;
  std::string url;
  model::Labels labels;
  model::Labels discovered;
  Health health = Health::kUnknown;
  std::string last_error;
  base::TimePoint last_scrape{};  // 1970 before the first
  base::Duration last_duration{0};
  uint64_t last_samples = 0;
  base::Duration interval{0};
  base::Duration timeout{0};
};

// Where the samples go: the ingester, in the name of the job's tenant. Called on the scraper's
// threads; batches of one target come in order.
using Sink = std::function<base::Result<>(const model::TenantName&, const model::WriteBatch&)>;
// Hears what targets say of their metric families, at each scrape. On the same threads.
using MetadataSink =
    std::function<void(const model::TenantName&, const exposition::FamilyMetadata&)>;
// Makes the client for the targets with this tls_config.
using ClientFactory =
    std::function<base::Result<std::unique_ptr<net::HttpClient>>(const TlsConfig& tls)>;

// Pulls metrics from targets, each at its own fixed offset in its interval, and ends their series
// with stale markers when they vanish. Thread-safe, but Start and Stop belong to the owner. The
// clock and the registry must outlive it.
class Scraper {
 public:
  Scraper(ScraperOptions options, Sink sink, ClientFactory make_client, GroupParser parse_yaml,
          const base::Clock& clock, base::MetricsRegistry& registry, MetadataSink on_metadata = {});
  ~Scraper();  // as Stop
  Scraper(const Scraper&) = delete;
  Scraper& operator=(const Scraper&) = delete;

  // From now on these jobs. A target that is the same before and after (tenant, labels, URL) keeps
  // its state and its rhythm; one that is gone gets its stale markers. REQUIRES: valid jobs.
  void ApplyConfig(std::vector<JobConfig> jobs) EXCLUDES(jobs_mutex_, mutex_);

  void Start();
  // Gives up scrapes that run; writes no stale markers. Idempotent.
  void Stop() EXCLUDES(mutex_);

  // Sorted by job and URL.
  std::vector<TargetStatus> Targets() const EXCLUDES(mutex_);

  // What relabelling left out, in the order of the jobs.
  std::vector<DroppedTarget> Dropped() const EXCLUDES(mutex_);

  // One turn of the loop: reads changed target files and starts what is due; when to come again.
  base::TimePoint Poll(base::TimePoint now) EXCLUDES(jobs_mutex_, mutex_);

 private:
  enum class Phase { kActive, kLeaving, kEnding };

  struct Discovery {
    FileGroups groups;
    base::Duration check_interval;
    base::TimePoint next_check;
  };
  struct Job {
    std::shared_ptr<const JobConfig> config;
    net::HttpClient* client = nullptr;  // null when there is none, with the reason:
    std::string client_error;
    std::vector<Discovery> discoveries;
    std::vector<std::shared_ptr<HttpGroups>> http_groups;
  };
  // Lives in targets_ until its last batch is written. `target` never changes; `memory` belongs to
  // whoever set `busy`; the rest is guarded by mutex_.
  struct TargetState {
    Target target;
    SeriesMemory memory;
    std::shared_ptr<const JobConfig> job;
    net::HttpClient* client = nullptr;
    std::string client_error;
    Phase phase = Phase::kActive;
    bool wanted = true;  // by the last configuration
    bool busy = false;
    base::Duration interval{0};
    base::Duration timeout{0};
    base::TimePoint due;
    TargetStatus status;
  };
  // What a scrape needs of its target, taken under the lock.
  struct Assignment {
    std::shared_ptr<const JobConfig> job;
    net::HttpClient* client;
    std::string client_error;
    base::Duration interval;
    base::Duration timeout;
  };
  struct Metrics {
    base::Counter& scrapes;
    base::Counter& failures;
    base::Counter& skipped;
    base::Counter& sink_errors;
    base::Gauge& targets;
  };

  Job MakeJob(JobConfig config, base::TimePoint now) REQUIRES(jobs_mutex_);
  net::HttpClient* ClientFor(const TlsConfig& tls, std::string& error) REQUIRES(jobs_mutex_);
  // True when some job's targets may have changed.
  bool Refresh(base::TimePoint now) REQUIRES(jobs_mutex_);
  void AskForTargets(const std::shared_ptr<HttpGroups>& groups);
  void Reconcile(base::TimePoint now) REQUIRES(jobs_mutex_) EXCLUDES(mutex_);
  void Adopt(const Job& job, Target target, base::TimePoint now) REQUIRES(mutex_);

  // Runs on a worker, or at once when there are none or their queue is full (`must`).
  bool Dispatch(std::function<void()> work, bool must);
  void Scrape(TargetState& state, base::TimePoint scheduled) EXCLUDES(mutex_);
  base::Result<net::Response> Fetch(const TargetState& state, const Assignment& assignment);
  void Finish(TargetState& state, const Outcome& outcome, const base::Result<>& stored,
              base::TimePoint time, base::Duration took) EXCLUDES(mutex_);
  void End(TargetState& state) EXCLUDES(mutex_);
  void Loop();

  const ScraperOptions options_;
  const Sink sink_;
  const MetadataSink on_metadata_;
  const ClientFactory make_client_;
  const GroupParser parse_yaml_;
  const base::Clock& clock_;
  const Metrics metrics_;
  std::atomic<bool> stopping_{false};

  base::Mutex jobs_mutex_;  // taken before mutex_; held while files are read
  std::vector<Job> jobs_ GUARDED_BY(jobs_mutex_);
  // Kept for good, because running scrapes point to them.
  std::map<TlsConfig, std::unique_ptr<net::HttpClient>> clients_ GUARDED_BY(jobs_mutex_);

  // By HttpGroups::key, so that a reload finds the groups it had.
  std::map<std::string, std::shared_ptr<HttpGroups>> http_groups_ GUARDED_BY(jobs_mutex_);

  mutable base::Mutex mutex_;
  base::CondVar wake_;
  std::vector<DroppedTarget> dropped_ GUARDED_BY(mutex_);
  std::map<std::string, std::unique_ptr<TargetState>> targets_ GUARDED_BY(mutex_);

  std::unique_ptr<base::WorkerPool> workers_;  // null when options_.threads is 0
  std::thread loop_;
};

}  // namespace vedette::sources::scrape
