#include "app/topology.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "model/severity.h"

namespace vedette::app {
namespace {

using std::chrono::seconds;

constexpr seconds kTendEvery{10};
constexpr seconds kAskEvery{20};      // the metrics of a tenant
constexpr seconds kAskingTimeMax{2};  // of one turn; tenants beyond have theirs the next time
constexpr seconds kLevelsKept{10};
constexpr size_t kLevelsMax = 100;  // tenants

}  // namespace

Topology::Topology(Parts parts, std::unique_ptr<topology::Atlas> atlas)
    : parts_(std::move(parts)),
      atlas_(std::move(atlas)),
      spans_(parts_.records, *atlas_),
      metrics_(parts_.queries, parts_.series, *atlas_),
      versions_(parts_.queries) {
  parts_.metrics.AddCallback("vedette_topology_refused",
                             "Entities and edges that found no room in the service graph.",
                             [this] { return static_cast<double>(atlas_->refused()); });
}

base::Result<std::unique_ptr<Topology>> Topology::Open(Parts parts, const TopologyConfig& config) {
  VEDETTE_TRY(std::unique_ptr<topology::Atlas> atlas,
              topology::Atlas::Open(parts.state, config.atlas));
  std::unique_ptr<Topology> made(new Topology(std::move(parts), std::move(atlas)));
  made->Apply(config);
  return made;
}

void Topology::Listen(ingest::Ingester& ingester) {
  ingester_ = &ingester;
  ingester.SetSpanTap(
      [this](const model::TenantName& tenant, const std::vector<model::Span>& spans) {
        spans_.Note(tenant, spans);
      });
}

void Topology::Apply(const TopologyConfig& config) {
  const base::TimePoint now = parts_.clock.Now();
  atlas_->Declare(DeclaredAt(config, now), now);
}

base::Result<> Topology::AskOf(const model::TenantName& tenant, base::TimePoint now) {
  VEDETTE_TRY_VOID(metrics_.Refresh(tenant, now));
  VEDETTE_TRY(std::vector<model::Change> changes, versions_.Look(tenant, now));
  if (changes.empty() || ingester_ == nullptr) return {};
  VEDETTE_TRY_VOID(ingester_->WriteChanges(tenant, std::move(changes)));
  return {};
}

base::Result<> Topology::AskMetrics(base::TimePoint now) {
  const base::SteadyPoint begun = parts_.clock.Steady();
  if (begun < asked_at_ + kAskEvery && asked_last_.empty()) return {};
  if (asked_last_.empty()) asked_at_ = begun;
  std::vector<std::string> tenants;
  for (const series::NamedCount& tenant : parts_.series.SeriesByTenant()) {
    tenants.push_back(tenant.name);
  }
  std::ranges::sort(tenants);
  base::Result<> result;
  for (const std::string& tenant : tenants) {
    if (tenant <= asked_last_) continue;
    if (parts_.clock.Steady() - begun > kAskingTimeMax) return result;
    base::Result<> asked = AskOf(tenant, now);
    if (!asked.ok()) result = asked.error().With("tenant " + tenant);
    asked_last_ = tenant;
  }
  asked_last_.clear();
  return result;
}

void Topology::Start() {
  periodic_.Add("topology", kTendEvery, [this] { return Tend(); });
  periodic_.Add("topology history", std::chrono::minutes(10),
                [this] { return atlas_->Thin(parts_.clock.Now()); });
  periodic_.Start();
}

base::Result<> Topology::Tend() {
  const base::TimePoint now = parts_.clock.Now();
  base::MutexLock lock(mutex_);
  const base::Result<> derived = spans_.Tend(now);
  base::Result<> asked = AskMetrics(now);
  VEDETTE_TRY_VOID(atlas_->Tend(now));
  VEDETTE_TRY_VOID(derived);
  return asked;
}

base::Result<> Topology::DeleteTenant(const model::TenantName& tenant) {
  spans_.DeleteTenant(tenant);
  return atlas_->DeleteTenant(tenant);
}

base::Result<api::HealthByEntity> Topology::HealthAt(const model::TenantName& tenant,
                                                     base::TimePoint at) const {
  api::HealthByEntity health;
  VEDETTE_TRY(const detect::AnomalyPage page,
              parts_.anomalies.List({.tenant = tenant, .from = at, .to = at, .limit = 1000}));
  for (const model::Anomaly& anomaly : page.anomalies) {
    api::EntityHealth& entity = health[anomaly.entity];
    entity.score = std::max(entity.score, anomaly.score);
    ++entity.open_anomalies;
  }
  VEDETTE_TRY(const std::vector<model::Incident> incidents, parts_.incidents(tenant));
  for (const model::Incident& incident : incidents) {
    if (incident.started_at > at) continue;
    for (const std::string& name : incident.entities) {
      api::EntityHealth& entity = health[name];
      entity.score = std::max(entity.score, model::MemberScore(incident.severity));
      ++entity.open_incidents;
    }
  }
  return health;
}

// A map that is open asks every few seconds: it has the same for ten.
api::ServiceLevels Topology::LevelsAt(const model::TenantName& tenant, base::TimePoint at) {
  {
    base::MutexLock lock(levels_mutex_);
    const auto kept = levels_.find(tenant);
    const bool fresh =
        kept != levels_.end() && kept->second.at <= at && at - kept->second.at < kLevelsKept;
    if (fresh) return kept->second.levels;
  }
  api::ServiceLevels levels = api::AskServiceLevels(parts_.queries, tenant, at);
  base::MutexLock lock(levels_mutex_);
  if (levels_.size() >= kLevelsMax && !levels_.contains(tenant)) levels_.clear();
  levels_[tenant] = {.at = at, .levels = levels};
  return levels;
}

std::vector<api::Route> Topology::Routes() {
  return api::TopologyRoutes(
      {.atlas = *atlas_,
       .layouts = layouts_,
       .refresh =
           [this](const model::TenantName& tenant, base::TimePoint now) {
             base::IgnoreError(spans_.Refresh(tenant, now), "the next turn derives it again");
           },
       .health = [this](const model::TenantName& tenant,
                        base::TimePoint at) { return HealthAt(tenant, at); },
       .levels = [this](const model::TenantName& tenant,
                        base::TimePoint at) { return LevelsAt(tenant, at); },
       .changes = [this](const model::TenantName& tenant,
                         std::vector<model::Change> changes) -> base::Result<> {
         VEDETTE_TRY_VOID(ingester_->WriteChanges(tenant, std::move(changes)));
         return {};
       }});
}

}  // namespace vedette::app
