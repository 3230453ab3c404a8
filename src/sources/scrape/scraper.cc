#include "sources/scrape/scraper.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/log.h"
#include "sources/scrape/request.h"

namespace vedette::sources::scrape {
namespace {

// Changes of target files are seen within this time, whatever refresh_interval says.
constexpr base::Duration kFileCheckInterval{5'000};
constexpr base::Duration kLongestWait{200};
// Samples get the planned time when the scrape begins this close to it: regular times compress
// well, and rates over them are steady.
constexpr base::Duration kAlignedWithin{50};

base::TimePoint SampleTime(base::TimePoint scheduled, base::TimePoint now,
                           base::Duration interval) {
  const base::Duration late = now - scheduled;
  const base::Duration tolerance = std::min(kAlignedWithin, interval / 100);
  return late.count() >= 0 && late <= tolerance ? scheduled : now;
}

TargetRules RulesOf(const JobConfig& job, const Target& target) {
  return {.labels = target.labels,
          .honor_labels = job.honor_labels,
          .honor_timestamps = job.honor_timestamps,
          .native_histograms = job.scrape_native_histograms,
          .classic_with_native = job.always_scrape_classic_histograms,
          .metric_relabel = job.metric_relabel,
          .sample_limit = job.sample_limit,
          .label_limit = job.label_limit,
          .label_name_length_limit = job.label_name_length_limit,
          .label_value_length_limit = job.label_value_length_limit};
}

}  // namespace

Scraper::Scraper(ScraperOptions options, Sink sink, ClientFactory make_client,
                 GroupParser parse_yaml, const base::Clock& clock, base::MetricsRegistry& registry,
                 MetadataSink on_metadata)
    : options_(options),
      sink_(std::move(sink)),
      on_metadata_(std::move(on_metadata)),
      make_client_(std::move(make_client)),
      parse_yaml_(std::move(parse_yaml)),
      clock_(clock),
      metrics_{
          registry.AddCounter("vedette_scrape_scrapes_total", "Scrapes done"),
          registry.AddCounter("vedette_scrape_failures_total", "Scrapes that failed"),
          registry.AddCounter("vedette_scrape_skipped_total",
                              "Scrapes left out: the one before still ran, or no worker was free"),
          registry.AddCounter("vedette_scrape_store_errors_total",
                              "Scrapes whose samples could not be stored"),
          registry.AddGauge("vedette_scrape_targets", "Targets that are scraped")} {
  if (options_.threads > 0) {
    workers_ = std::make_unique<base::WorkerPool>(base::WorkerPoolOptions{
        .name = "scrape", .threads = options_.threads, .queue_jobs_max = options_.targets_max});
  }
}

Scraper::~Scraper() { Stop(); }

void Scraper::Start() {
  loop_ = std::thread([this] { Loop(); });
}

void Scraper::Stop() {
  stopping_ = true;
  wake_.NotifyAll();
  if (loop_.joinable()) loop_.join();
  if (workers_ != nullptr) workers_->Stop();
}

void Scraper::Loop() {
  const base::SystemClock real;  // clock_ may run at another speed than waiting does
  while (!stopping_) {
    const base::Duration wait =
        std::clamp(Poll(clock_.Now()) - clock_.Now(), base::Duration(1), kLongestWait);
    base::MutexLock lock(mutex_);
    if (!stopping_) wake_.WaitUntil(mutex_, real.Steady() + wait);
  }
}

void Scraper::ApplyConfig(std::vector<JobConfig> jobs) {
  const base::TimePoint now = clock_.Now();
  base::MutexLock lock(jobs_mutex_);
  jobs_.clear();
  for (JobConfig& config : jobs) jobs_.push_back(MakeJob(std::move(config), now));
  std::erase_if(http_groups_, [](const auto& known) { return known.second.use_count() == 1; });
  Reconcile(now);
}

net::HttpClient* Scraper::ClientFor(const TlsConfig& tls, std::string& error) {
  auto client = clients_.find(tls);
  if (client == clients_.end()) {
    auto made = make_client_(tls);
    if (!made.ok()) {
      error = std::move(made).error().message;
      return nullptr;
    }
    client = clients_.emplace(tls, *std::move(made)).first;
  }
  return client->second.get();
}

Scraper::Job Scraper::MakeJob(JobConfig config, base::TimePoint now) {
  Job job;
  job.client = ClientFor(config.access.tls, job.client_error);
  if (job.client == nullptr) {
    base::LogError("scrape: no client", {{"job", config.job_name}, {"error", job.client_error}});
  }
  for (const FileDiscovery& discovery : config.file_sd_configs) {
    const base::Duration interval = std::min(discovery.refresh_interval, kFileCheckInterval);
    job.discoveries.push_back({FileGroups(discovery.files, parse_yaml_), interval, now + interval});
    job.discoveries.back().groups.Refresh();
  }
  for (const HttpDiscovery& discovery : config.http_sd_configs) {
    std::string error;
    net::HttpClient* const client = ClientFor(discovery.access.tls, error);
    if (client == nullptr) {
      base::LogError("scrape: no client", {{"job", config.job_name}, {"error", error}});
      continue;
    }
    auto groups = std::make_shared<HttpGroups>(config.tenant, config.job_name, discovery, *client);
    if (const auto known = http_groups_.find(groups->key()); known != http_groups_.end()) {
      groups->Inherit(*known->second);
    }
    http_groups_[groups->key()] = groups;
    job.http_groups.push_back(std::move(groups));
  }
  job.config = std::make_shared<const JobConfig>(std::move(config));
  return job;
}

void Scraper::AskForTargets(const std::shared_ptr<HttpGroups>& groups) {
  const bool asked =
      Dispatch([this, groups] { groups->Ask([this] { return stopping_.load(); }); }, false);
  if (!asked) groups->GiveUp();
}

bool Scraper::Refresh(base::TimePoint now) {
  bool changed = false;
  for (Job& job : jobs_) {
    for (Discovery& discovery : job.discoveries) {
      // A calendar that was set back must not stop the checks.
      const bool due =
          now >= discovery.next_check || discovery.next_check - now > discovery.check_interval;
      if (!due) continue;
      discovery.next_check = now + discovery.check_interval;
      changed |= discovery.groups.Refresh();
    }
    for (const std::shared_ptr<HttpGroups>& groups : job.http_groups) {
      if (groups->Begin(now)) AskForTargets(groups);
      changed |= groups->TakeChanged();
    }
  }
  return changed;
}

void Scraper::Reconcile(base::TimePoint now) {
  std::vector<TargetState*> leaving;
  {
    base::MutexLock lock(mutex_);
    for (auto& [key, state] : targets_) state->wanted = false;
    size_t wanted = 0;
    dropped_.clear();
    for (const Job& job : jobs_) {
      std::vector<TargetGroup> groups = job.config->static_configs;
      const auto add = [&groups](const std::vector<TargetGroup>& found) {
        groups.insert(groups.end(), found.begin(), found.end());
      };
      for (const Discovery& discovery : job.discoveries) add(discovery.groups.groups());
      for (const auto& http : job.http_groups) add(http->groups());
      TargetSet set = MakeTargets(*job.config, groups);
      if (!set.error.empty()) {
        base::LogError("scrape: targets left out",
                       {{"job", job.config->job_name}, {"error", set.error}});
      }
      for (Target& target : set.targets) {
        if (++wanted <= options_.targets_max) Adopt(job, std::move(target), now);
      }
      for (DroppedTarget& dropped : set.dropped) {
        if (dropped_.size() < options_.dropped_max) dropped_.push_back(std::move(dropped));
      }
    }
    if (wanted > options_.targets_max) {
      base::LogError("scrape: too many targets, the last ones are left out",
                     {{"targets", wanted}, {"limit", options_.targets_max}});
    }
    metrics_.targets.Set(static_cast<double>(std::min(wanted, options_.targets_max)));
    for (auto& [key, state] : targets_) {
      if (state->wanted || state->phase != Phase::kActive) continue;
      state->phase = Phase::kLeaving;
      if (std::exchange(state->busy, true)) continue;  // its scrape will end it
      state->phase = Phase::kEnding;
      leaving.push_back(state.get());
    }
  }
  for (TargetState* state : leaving) {
    Dispatch([this, state] { End(*state); }, true);
  }
}

void Scraper::Adopt(const Job& job, Target target, base::TimePoint now) {
  auto& state = targets_[target.key];
  const bool created = state == nullptr;
  if (created) state = std::make_unique<TargetState>();
  const bool same_rhythm = !created && state->interval == target.interval;
  if (!same_rhythm) state->due = NextScrape(target.key, target.interval, now);
  state->interval = target.interval;
  state->timeout = target.timeout;
  state->wanted = true;
  // One that is just being ended begins anew when its end is written.
  if (state->phase == Phase::kLeaving) state->phase = Phase::kActive;
  state->job = job.config;
  state->client = job.client;
  state->client_error = job.client_error;
  state->status.tenant = job.config->tenant;
  state->status.job = job.config->job_name;
  state->status.url = target.url;
  state->status.labels = target.labels;
  state->status.discovered = target.discovered;
  state->status.interval = target.interval;
  state->status.timeout = target.timeout;
  if (created) state->target = std::move(target);
}

base::TimePoint Scraper::Poll(base::TimePoint now) {
  {
    base::MutexLock lock(jobs_mutex_);
    if (Refresh(now)) Reconcile(now);
  }
  std::vector<std::pair<TargetState*, base::TimePoint>> due;
  base::TimePoint next = now + kLongestWait;
  {
    base::MutexLock lock(mutex_);
    for (auto& [key, state] : targets_) {
      if (state->phase != Phase::kActive) continue;
      const base::Duration interval = state->interval;
      const base::TimePoint scheduled = state->due;
      if (scheduled - now > interval) {  // the calendar was set back
        state->due = NextScrape(key, interval, now);
      } else if (scheduled <= now) {
        state->due = NextScrape(key, interval, now);
        if (std::exchange(state->busy, true)) {
          metrics_.skipped.Add();
        } else {
          due.emplace_back(state.get(), scheduled);
        }
      }
      next = std::min(next, state->due);
    }
  }
  for (const auto& [state, scheduled] : due) {
    TargetState* const target = state;
    const base::TimePoint time = scheduled;
    if (Dispatch([this, target, time] { Scrape(*target, time); }, false)) continue;
    metrics_.skipped.Add();
    base::MutexLock lock(mutex_);
    target->busy = false;
  }
  return next;
}

bool Scraper::Dispatch(std::function<void()> work, bool must) {
  if (workers_ != nullptr && workers_->Submit(work)) return true;
  if (workers_ != nullptr && (!must || stopping_)) return false;
  work();
  return true;
}

base::Result<net::Response> Scraper::Fetch(const TargetState& state, const Assignment& assignment) {
  if (assignment.client == nullptr) return base::FailedPrecondition(assignment.client_error);
  VEDETTE_TRY(net::ClientRequest request,
              MakeRequest(*assignment.job, state.target.url, assignment.timeout));
  request.cancelled = [this] { return stopping_.load(); };
  return assignment.client->Fetch(request);
}

void Scraper::Scrape(TargetState& state, base::TimePoint scheduled) {
  if (stopping_) return;
  Assignment assignment;
  {
    base::MutexLock lock(mutex_);
    assignment = {state.job, state.client, state.client_error, state.interval, state.timeout};
  }
  const base::TimePoint time = SampleTime(scheduled, clock_.Now(), assignment.interval);
  const base::SteadyPoint begin = clock_.Steady();
  const base::Result<net::Response> response = Fetch(state, assignment);
  if (stopping_) return;  // what was given up says nothing about the target
  const auto took = std::chrono::duration_cast<base::Duration>(clock_.Steady() - begin);
  exposition::MetadataSink on_metadata;
  if (on_metadata_) {
    on_metadata = [&](const exposition::FamilyMetadata& metadata) {
      on_metadata_(assignment.job->tenant, metadata);
    };
  }
  model::WriteBatch batch;
  const Outcome outcome = Digest(RulesOf(*assignment.job, state.target), response, time, took,
                                 state.memory, batch, on_metadata);
  Finish(state, outcome, sink_(assignment.job->tenant, batch), time, took);
}

void Scraper::Finish(TargetState& state, const Outcome& outcome, const base::Result<>& stored,
                     base::TimePoint time, base::Duration took) {
  metrics_.scrapes.Add();
  if (!outcome.up) metrics_.failures.Add();
  if (!stored.ok()) metrics_.sink_errors.Add();
  bool ending = false;
  {
    base::MutexLock lock(mutex_);
    state.status.health = outcome.up ? Health::kUp : Health::kDown;
    state.status.last_error = outcome.error;
    if (!stored.ok()) state.status.last_error = "samples not stored: " + stored.error().message;
    state.status.last_scrape = time;
    state.status.last_duration = took;
    state.status.last_samples = outcome.samples;
    ending = state.phase == Phase::kLeaving;
    if (ending) {
      state.phase = Phase::kEnding;
    } else {
      state.busy = false;
    }
  }
  if (ending) End(state);
}

void Scraper::End(TargetState& state) {
  if (stopping_) return;
  std::shared_ptr<const JobConfig> job;
  {
    base::MutexLock lock(mutex_);
    job = state.job;
  }
  model::WriteBatch batch;
  EndTarget(RulesOf(*job, state.target), clock_.Now(), state.memory, batch);
  if (const base::Result<> stored = sink_(job->tenant, batch); !stored.ok()) {
    metrics_.sink_errors.Add();
  }
  base::MutexLock lock(mutex_);
  if (state.wanted) {  // named again meanwhile
    state.phase = Phase::kActive;
    state.busy = false;
    return;
  }
  targets_.erase(targets_.find(state.target.key));
}

std::vector<DroppedTarget> Scraper::Dropped() const {
  base::MutexLock lock(mutex_);
  return dropped_;
}

std::vector<TargetStatus> Scraper::Targets() const {
  std::vector<TargetStatus> list;
  {
    base::MutexLock lock(mutex_);
    for (const auto& [key, state] : targets_) {
      if (state->phase == Phase::kActive) list.push_back(state->status);
    }
  }
  std::ranges::sort(list, [](const TargetStatus& a, const TargetStatus& b) {
    return std::tie(a.job, a.url, a.labels) < std::tie(b.job, b.url, b.labels);
  });
  return list;
}

}  // namespace vedette::sources::scrape
