#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/change.h"
#include "model/tenant.h"
#include "query/engine.h"

namespace vedette::topology::discovery {

// Changes that nobody announced, out of metrics: a version in the labels of a service's series that
// was not there before (build_info, target_info, `version` labels, Istio's destination_version,
// else `image_tag`), a version that went away again, and new generations and numbers of replicas of
// Deployments (kube- state-metrics). What was there at the first look, or ten minutes before it, is
// no change. Its memory is lost with a restart. Not thread-safe.
class VersionWatch {
 public:
  struct Options {
    base::Duration gone_after = std::chrono::minutes(10);  // without a sample
    size_t services_max = 20'000;                          // of a tenant
    size_t versions_max = 20;                              // of a service that are remembered
    size_t tenants_max = 1'000;
  };

  // The engine outlives it.
  explicit VersionWatch(query::Engine& queries) : VersionWatch(queries, Options()) {}
  VersionWatch(query::Engine& queries, Options options) : queries_(queries), options_(options) {}

  // What has changed since the last look. Ids make it harmless to store them twice.
  base::Result<std::vector<model::Change>> Look(const model::TenantName& tenant,
                                                base::TimePoint now);

 private:
  struct Version {
    base::TimePoint since;
    base::TimePoint last_seen;
    bool gone = false;
  };
  using Versions = std::map<std::string, Version>;
  struct Deployment {
    std::optional<double> generation;
    std::optional<double> replicas;
  };
  using Deployments = std::map<std::pair<std::string, std::string>, Deployment>;  // namespace, name
  struct Tenant {
    std::map<std::string, Versions> services;
    Deployments deployments;
  };
  using Sighting = std::pair<std::string, std::string>;  // a service and a version of it
  using Changes = std::vector<model::Change>;

  base::Result<std::vector<Sighting>> AskVersions(const model::TenantName& tenant,
                                                  base::TimePoint now);
  base::Result<Deployments> AskDeployments(const model::TenantName& tenant, base::TimePoint now);
  void NoteVersions(Tenant& tenant, const std::vector<Sighting>& sightings, base::TimePoint now,
                    Changes* changes) const;
  void NoteRollbacks(Tenant& tenant, base::TimePoint now, Changes& changes) const;
  void NoteDeployments(Tenant& tenant, const Deployments& deployments, base::TimePoint now,
                       Changes* changes) const;

  query::Engine& queries_;
  const Options options_;
  std::map<model::TenantName, Tenant> tenants_;
};

}  // namespace vedette::topology::discovery
