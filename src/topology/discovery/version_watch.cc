#include "topology/discovery/version_watch.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>

namespace vedette::topology::discovery {
namespace {

// Where versions are found: a query, and the labels that name the service and the version.
struct VersionQuery {
  std::string_view text;
  std::string_view version;
  bool istio = false;
  // Tags of images and the like: a service that tells its version counts by that alone, or a
  // rollout would be told twice.
  bool stands_in = false;
};
constexpr VersionQuery kVersionQueries[] = {
    {"group by (service, service_name, app, job, version) "
     "({__name__=~\"build_info|.+_build_info\",version!=\"\"})",
     "version"},
    {"group by (service, service_name, app, job, service_version) "
     "(target_info{service_version!=\"\"})",
     "service_version"},
    {"group by (service, service_name, app, job, version) "
     "({__name__=~\"up|http_requests_total|http_server_requests_seconds_count|"
     "http_server_request_duration_seconds_count|grpc_server_(handled|started)_total\","
     "version!=\"\"})",
     "version"},
    {"group by (destination_canonical_service, destination_app, destination_workload, "
     "destination_version) (istio_requests_total{destination_version!~\"|unknown\"})",
     "destination_version", true},
    {"group by (service, service_name, app, job, image_tag) "
     "({__name__=~\"up|.*build_info|http_requests_total|http_server_requests_seconds_count|"
     "http_server_request_duration_seconds_count|grpc_server_(handled|started)_total\","
     "image_tag!=\"\"})",
     "image_tag", false, true},
};
constexpr base::Duration kTimeout = std::chrono::seconds(5);  // of each question
constexpr std::string_view kGenerations =
    "max by (namespace, deployment) (kube_deployment_metadata_generation)";
constexpr std::string_view kReplicas =
    "max by (namespace, deployment) (kube_deployment_spec_replicas)";

std::string ServiceOf(model::LabelsView labels, bool istio) {
  static constexpr std::string_view kOwn[] = {"service", "service_name", "app", "job"};
  static constexpr std::string_view kIstio[] = {"destination_canonical_service", "destination_app",
                                                "destination_workload"};
  const auto first = [&](const auto& names) {
    for (const std::string_view name : names) {
      const std::string_view value = labels.Get(name);
      if (!value.empty() && value != "unknown") return std::string(value);
    }
    return std::string();
  };
  return istio ? first(kIstio) : first(kOwn);
}

model::Change ChangeOf(const std::string& service, std::string kind, std::string what,
                       base::TimePoint now) {
  model::Change change;
  change.service = service;
  change.time = now;
  change.id = fmt::format("metrics:{}:{}:{}", service, what, base::ToMillis(now) / 60'000);
  change.kind = std::move(kind);
  change.labels = {{"source", "metrics"}};
  return change;
}

// Of the Deployment of that name in a namespace: others have the same name.
model::Change ChangeOf(const std::pair<std::string, std::string>& deployment, std::string kind,
                       const std::string& what, base::TimePoint now) {
  const auto& [space, name] = deployment;
  model::Change change =
      ChangeOf(name, std::move(kind), space.empty() ? what : space + ":" + what, now);
  change.status = "success";
  if (!space.empty()) change.labels.emplace_back("namespace", space);
  return change;
}

}  // namespace

base::Result<std::vector<VersionWatch::Sighting>> VersionWatch::AskVersions(
    const model::TenantName& tenant, base::TimePoint now) {
  std::vector<Sighting> sightings;
  for (const VersionQuery& each : kVersionQueries) {
    query::InstantQuery query;
    query.tenant = tenant;
    query.text = each.text;
    query.time = now;
    query.timeout = kTimeout;
    VEDETTE_TRY(const query::QueryResult result, queries_.Instant(query));
    std::set<std::string> known;
    if (each.stands_in) {
      for (const Sighting& sighting : sightings) known.insert(sighting.first);
    }
    for (const query::VectorSample& sample : result.vector) {
      Sighting sighting(ServiceOf(sample.labels, each.istio),
                        std::string(sample.labels.Get(each.version)));
      if (!sighting.first.empty() && !sighting.second.empty() && !known.contains(sighting.first)) {
        sightings.push_back(std::move(sighting));
      }
    }
  }
  std::ranges::sort(sightings);
  const auto twice = std::ranges::unique(sightings);
  sightings.erase(twice.begin(), twice.end());
  return sightings;
}

base::Result<VersionWatch::Deployments> VersionWatch::AskDeployments(
    const model::TenantName& tenant, base::TimePoint now) {
  Deployments deployments;
  for (const auto& [text, field] : {std::pair(kGenerations, &Deployment::generation),
                                    std::pair(kReplicas, &Deployment::replicas)}) {
    query::InstantQuery query;
    query.tenant = tenant;
    query.text = text;
    query.time = now;
    query.timeout = kTimeout;
    VEDETTE_TRY(const query::QueryResult result, queries_.Instant(query));
    for (const query::VectorSample& sample : result.vector) {
      const std::string name(sample.labels.Get("deployment"));
      if (name.empty()) continue;
      deployments[{std::string(sample.labels.Get("namespace")), name}].*field = sample.value;
    }
  }
  return deployments;
}

void VersionWatch::NoteVersions(Tenant& tenant, const std::vector<Sighting>& sightings,
                                base::TimePoint now, Changes* changes) const {
  for (const auto& [service, version] : sightings) {
    if (!tenant.services.contains(service) && tenant.services.size() >= options_.services_max) {
      continue;
    }
    Versions& versions = tenant.services[service];
    const auto known = versions.find(version);
    const bool present = known != versions.end() && !known->second.gone;
    if (present) {
      known->second.last_seen = std::max(known->second.last_seen, now);
      continue;
    }
    // The version that was there before: the one that came last. Those that come together are not
    // one after the other.
    std::string before;
    base::TimePoint since = base::FromMillis(INT64_MIN);
    for (const auto& [name, other] : versions) {
      if (other.gone || other.since < since || other.since >= now) continue;
      before = name;
      since = other.since;
    }
    if (known == versions.end() && versions.size() >= options_.versions_max) {
      versions.erase(std::ranges::min_element(
          versions, {}, [](const auto& entry) { return entry.second.last_seen; }));
    }
    const bool back = known != versions.end();
    versions[version] = {.since = now, .last_seen = now, .gone = false};
    if (changes == nullptr || (before.empty() && !back)) continue;
    model::Change change = ChangeOf(service, "deployment", version, now);
    change.version = version;
    change.status = back ? "rolled_back" : "success";
    change.title = fmt::format("{} {} {}{}", service, back ? "runs again" : "runs", version,
                               before.empty() ? "" : fmt::format(" beside or after {}", before));
    if (!before.empty()) change.labels.emplace_back("previous_version", before);
    changes->push_back(std::move(change));
  }
}

// A version that went while an older one stayed was taken back.
void VersionWatch::NoteRollbacks(Tenant& tenant, base::TimePoint now, Changes& changes) const {
  for (auto& [service, versions] : tenant.services) {
    for (auto& [name, version] : versions) {
      if (version.gone || version.last_seen + options_.gone_after > now) continue;
      version.gone = true;
      const auto stayed = [&](const auto& entry) {
        return !entry.second.gone && entry.second.last_seen > version.last_seen;
      };
      const auto newest = std::ranges::max_element(versions, {}, [&](const auto& entry) {
        return stayed(entry) ? entry.second.since : base::FromMillis(INT64_MIN);
      });
      if (!stayed(*newest) || newest->second.since >= version.since) continue;
      model::Change change = ChangeOf(service, "deployment", "without " + name, version.last_seen);
      change.version = newest->first;
      change.status = "rolled_back";
      change.title =
          fmt::format("{} runs {} alone again, without {}", service, newest->first, name);
      change.labels.emplace_back("previous_version", name);
      changes.push_back(std::move(change));
    }
  }
}

void VersionWatch::NoteDeployments(Tenant& tenant, const Deployments& deployments,
                                   base::TimePoint now, Changes* changes) const {
  for (const auto& [key, seen] : deployments) {
    if (!tenant.deployments.contains(key) && tenant.deployments.size() >= options_.services_max) {
      continue;
    }
    const std::string& name = key.second;
    Deployment& known = tenant.deployments[key];
    const Deployment before = std::exchange(known, seen);
    if (!known.generation) known.generation = before.generation;
    if (!known.replicas) known.replicas = before.replicas;
    if (changes == nullptr) continue;
    if (before.replicas && seen.replicas && *before.replicas != *seen.replicas) {
      model::Change change =
          ChangeOf(key, "scaling", fmt::format("replicas {}", *seen.replicas), now);
      change.title = fmt::format("{} was scaled from {} to {} replicas", name, *before.replicas,
                                 *seen.replicas);
      changes->push_back(std::move(change));
    } else if (before.generation && seen.generation && *seen.generation > *before.generation) {
      model::Change change =
          ChangeOf(key, "deployment", fmt::format("generation {}", *seen.generation), now);
      change.title = fmt::format("the specification of deployment {} changed", name);
      change.labels.emplace_back("generation", fmt::format("{}", *seen.generation));
      changes->push_back(std::move(change));
    }
  }
}

base::Result<std::vector<model::Change>> VersionWatch::Look(const model::TenantName& tenant,
                                                            base::TimePoint now) {
  const bool first = !tenants_.contains(tenant);
  if (first && tenants_.size() >= options_.tenants_max) {
    return base::ResourceExhausted("there are too many tenants whose versions are watched");
  }
  Tenant fresh;
  if (first) {
    const base::TimePoint before = now - options_.gone_after;
    VEDETTE_TRY(const auto sightings, AskVersions(tenant, before));
    VEDETTE_TRY(const auto deployments, AskDeployments(tenant, before));
    NoteVersions(fresh, sightings, before, nullptr);
    NoteDeployments(fresh, deployments, before, nullptr);
  }
  VEDETTE_TRY(const auto sightings, AskVersions(tenant, now));
  VEDETTE_TRY(const auto deployments, AskDeployments(tenant, now));
  Tenant& known = first ? tenants_.emplace(tenant, std::move(fresh)).first->second
                        : tenants_.find(tenant)->second;
  std::vector<model::Change> changes;
  NoteVersions(known, sightings, now, &changes);
  NoteRollbacks(known, now, changes);
  NoteDeployments(known, deployments, now, &changes);
  return changes;
}

}  // namespace vedette::topology::discovery
