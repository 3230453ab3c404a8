#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "model/tenant.h"
#include "net/client.h"
#include "sources/scrape/config.h"

namespace vedette::sources::scrape {

// The target groups that a server lists, as Prometheus' http_sd_configs: a 200 answer in JSON, the
// form of ParseTargetGroups. A list that cannot be had keeps the groups of the one before. One
// thread at a time asks, others look. Thread-safe.
class HttpGroups {
 public:
  // `client` must outlive it.
  HttpGroups(const model::TenantName& tenant, const std::string& job, HttpDiscovery config,
             net::HttpClient& client);

  // Equal for the same list of the same job, over reloads.
  const std::string& key() const { return key_; }
  // Takes over the groups of a predecessor.
  void Inherit(const HttpGroups& before) EXCLUDES(mutex_);

  // True when it is time to ask and nobody does: the caller then owes an Ask or a GiveUp.
  bool Begin(base::TimePoint now) EXCLUDES(mutex_);
  // Fetches the list, on the caller's thread. Faults go to the log.
  void Ask(std::function<bool()> cancelled) EXCLUDES(mutex_);
  void GiveUp() EXCLUDES(mutex_);

  // True once after the groups changed.
  bool TakeChanged() EXCLUDES(mutex_);
  // Each with the label __meta_url.
  std::vector<TargetGroup> groups() const EXCLUDES(mutex_);

 private:
  base::Result<std::vector<TargetGroup>> Fetch(std::function<bool()> cancelled) const;

  const HttpDiscovery config_;
  const std::string key_;
  const std::string job_;
  net::HttpClient& client_;

  mutable base::Mutex mutex_;
  bool asking_ GUARDED_BY(mutex_) = false;
  bool changed_ GUARDED_BY(mutex_) = false;
  base::TimePoint next_ GUARDED_BY(mutex_);
  std::vector<TargetGroup> groups_ GUARDED_BY(mutex_);
};

}  // namespace vedette::sources::scrape
