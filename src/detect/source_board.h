#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "model/labels.h"
#include "model/tenant.h"
#include "model/write_batch.h"

namespace vedette::detect {

// Who sends: the jobs (or services) of metrics, and the services of log lines and spans, with when
// each was heard last; so that one that stops is noticed by itself. A source is known after a few
// arrivals over a while, and has stopped when it is silent for longer than `stopped_after` and than
// three of the longest pauses that it made twice: one alone is an outage and no habit. It is
// forgotten after a day. Kept over restarts by who lists and resumes it (SourceStore); the time in
// which this server was down is nobody's silence. Bounded; beyond, new ones are not watched, and
// counted. Thread-safe.
//
// Series that this server writes itself (alerts, contracts, recording rules) have the labels of
// what they are about, which has not sent them: their names are told by NoteOwn.
class SourceBoard {
 public:
  // Names of metrics by tenant.
  using OwnNames = std::map<std::string, std::set<std::string, std::less<>>, std::less<>>;
  static constexpr size_t kSourcesMax = 10'000;
  static constexpr size_t kOwnNamesMax = 10'000;  // of a tenant
  static constexpr int64_t kKnownArrivals = 5;
  static constexpr base::Duration kKnownAfter = std::chrono::minutes(1);
  static constexpr base::Duration kForgottenAfter = std::chrono::hours(24);
  static constexpr int kPauses = 3;

  struct Source {
    model::TenantName tenant;
    std::string signal;  // "metrics", "logs", "spans"
    std::string name;
    base::TimePoint first_at;
    base::TimePoint last_at;
    base::Duration longest_pause{0};  // made twice
    base::Duration longest_once{0};   // of this run
    int64_t arrivals = 0;
    bool stopped = false;
    base::TimePoint resumed_at = {};  // its silence counts from here at the earliest
  };

  // It was heard at that time. Times that do not advance are ignored.
  void Heard(std::string_view tenant, std::string_view signal, std::string_view name,
             base::TimePoint at) EXCLUDES(mutex_);

  // Those of a tenant (all: nothing), by tenant, signal and name. Forgets what is long gone.
  std::vector<Source> List(base::TimePoint now, base::Duration stopped_after,
                           std::optional<std::string_view> tenant = std::nullopt) EXCLUDES(mutex_);
  // What List gave in the last run, at its end or some time before. Whom this run has heard already
  // is one with it.
  void Resume(std::vector<Source> known, base::TimePoint now) EXCLUDES(mutex_);
  void DeleteTenant(std::string_view tenant) EXCLUDES(mutex_);
  int64_t left_out() const EXCLUDES(mutex_);

  // This server writes these series itself: before they are written.
  void NoteOwn(std::string_view tenant, const model::WriteBatch& batch) EXCLUDES(mutex_);
  std::shared_ptr<const OwnNames> own_names() const EXCLUDES(mutex_);
  static bool IsOwn(const OwnNames& names, std::string_view tenant, std::string_view metric);

 private:
  using Key = std::tuple<std::string, std::string, std::string>;

  mutable base::Mutex mutex_;
  std::map<Key, Source> sources_ GUARDED_BY(mutex_);
  int64_t left_out_ GUARDED_BY(mutex_) = 0;
  std::shared_ptr<const OwnNames> own_ GUARDED_BY(mutex_) = std::make_shared<const OwnNames>();
};

// The source of a series: its label job, service, service_name, app, component, instance or host,
// the first that it has; else none.
std::string_view SourceOf(model::LabelsView labels);

}  // namespace vedette::detect
