#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/utf8.h"
#include "incident/engine.h"
#include "incident/engine_index.h"

namespace vedette::incident {
namespace {

using model::IncidentState;

constexpr size_t kDependenciesMax = 20'000;
constexpr int kHopsMax = 3;           // between the two: further away it explains little
constexpr size_t kLookedAtMax = 500;  // services that are walked over
constexpr size_t kHoldsMax = 200;     // incidents that one holds back

// Whether `service` waits, directly or over others, for one of `causes`.
bool DependsOn(const Tenant& tenant, const std::string& service,
               const std::vector<std::string>& causes) {
  std::set<std::string_view> seen = {service};
  std::vector<std::string_view> near = {service};
  for (int hop = 0; hop < kHopsMax && !near.empty(); ++hop) {
    std::vector<std::string_view> next;
    for (const std::string_view each : near) {
      const auto found = tenant.callees.find(each);
      if (found == tenant.callees.end()) continue;
      for (const std::string& callee : found->second) {
        if (std::ranges::find(causes, callee) != causes.end()) return true;
        if (seen.size() < kLookedAtMax && seen.insert(callee).second) next.push_back(callee);
      }
    }
    near = std::move(next);
  }
  return false;
}

// All that is wrong here is explained by what is wrong there.
bool Explains(const Tenant& tenant, const Tracked& cause, const Tracked& effect) {
  const std::vector<std::string>& causes = cause.incident.entities;
  return std::ranges::all_of(effect.incident.entities, [&](const std::string& entity) {
    return std::ranges::find(causes, entity) == causes.end() && DependsOn(tenant, entity, causes);
  });
}

// Somebody has it in hand, and is known to have heard of it.
bool IsInHand(const Tracked& tracked) {
  return tracked.incident.state == IncidentState::kAcknowledged && tracked.delivered;
}

}  // namespace

base::Result<> Engine::OnDependencies(const Dependencies& dependencies) {
  if (dependencies.edges.size() > kDependenciesMax) {
    return base::ResourceExhausted(fmt::format("at most {} dependencies", kDependenciesMax),
                                   "edges");
  }
  Tenant& tenant = state_->tenants[dependencies.tenant];
  tenant.callees.clear();
  for (const auto& [caller, callee] : dependencies.edges) {
    std::vector<std::string>& callees = tenant.callees[caller];
    if (std::ranges::find(callees, callee) == callees.end()) callees.push_back(callee);
  }
  FindCallers(dependencies.tenant);
  pending_.moved = true;
  return {};
}

void Engine::FindCallers(const model::TenantName& name) {
  auto& callers = IndexOf(name).callers;
  callers.clear();
  for (const auto& [caller, callees] : state_->tenants[name].callees) {
    for (const std::string& callee : callees) callers[callee].push_back(caller);
  }
}

// The incident of a service next to this one, which may be its cause or its consequence.
Tracked* Engine::FindNextTo(Tenant& tenant, const model::Anomaly& anomaly, std::string& reason) {
  const auto look = [&](const auto& neighbours, bool calls) -> Tracked* {
    const auto found = neighbours.find(anomaly.entity);
    if (found == neighbours.end()) return nullptr;
    for (const std::string& other : found->second) {
      const auto home = tenant.home.find(other);
      if (home == tenant.home.end()) continue;
      Tracked& tracked = tenant.incidents.at(home->second);
      const bool fresh = state_->now - tracked.last_opening <= state_->options.group_window &&
                         state_->now - tracked.wave_at <= state_->options.across_span_max;
      if (tracked.incident.state != IncidentState::kOpen || !fresh || tracked.open_ids.empty()) {
        continue;
      }
      reason = calls ? fmt::format("{} calls {}", anomaly.entity, other)
                     : fmt::format("{} calls {}", other, anomaly.entity);
      return &tracked;
    }
    return nullptr;
  };
  if (Tracked* cause = look(tenant.callees, true)) return cause;
  return look(IndexOf(anomaly.tenant).callers, false);
}

// Whether the topology knows both, and of no way from one to the other.
bool Engine::AreStrangers(Tenant& tenant, const Tracked& tracked, const model::Anomaly& anomaly) {
  const auto& callers = IndexOf(anomaly.tenant).callers;
  const auto known = [&](const std::string& service) {
    return tenant.callees.contains(service) || callers.contains(service);
  };
  const std::vector<std::string>& entities = tracked.incident.entities;
  if (!known(anomaly.entity) || !std::ranges::all_of(entities, known)) return false;
  if (DependsOn(tenant, anomaly.entity, entities)) return false;
  return std::ranges::none_of(entities, [&](const std::string& entity) {
    return DependsOn(tenant, entity, {anomaly.entity});
  });
}

// Whether the first page about an incident waits, because what it depends on is in hand. It waits
// once, and not longer than the options say.
bool Engine::HoldBehind(Tracked& tracked) {
  const base::Duration longest = state_->options.hold_downstream;
  Tenant& tenant = state_->tenants[tracked.incident.tenant];
  if (tracked.hold_until) {
    const auto cause = tenant.incidents.find(tracked.held_behind);
    const bool holds = state_->now < *tracked.hold_until && cause != tenant.incidents.end() &&
                       IsInHand(cause->second) && Explains(tenant, cause->second, tracked);
    if (!holds) tracked.hold_until = std::min(*tracked.hold_until, state_->now);
    return holds;
  }
  if (longest.count() <= 0 || tenant.callees.empty() || tracked.catch_all) return false;
  for (auto& [id, cause] : tenant.incidents) {
    if (&cause == &tracked || !IsInHand(cause) || cause.holds.size() >= kHoldsMax) continue;
    if (!Explains(tenant, cause, tracked)) continue;
    tracked.hold_until = tracked.held_until = state_->now + longest;
    tracked.held_behind = id;
    cause.holds.insert(tracked.incident.id);
    AddRow(tracked, "page_held", kMachine,
           base::OneLine(
               fmt::format("nobody is told: it depends on {}, which {} has in hand ({}); told "
                           "when that ends, at {} at the latest",
                           cause.headline_entity, cause.incident.acknowledged_by, id,
                           base::FormatTime(*tracked.hold_until)),
               kRowBytesMax));
    AddRow(cause, "holds", kMachine,
           base::OneLine(fmt::format("holds back the page of {}: {}", tracked.incident.id,
                                     tracked.incident.title),
                         kRowBytesMax));
    return true;
  }
  return false;
}

// What waited behind an incident waits no longer.
void Engine::ReleaseHeld(Tenant& tenant, Tracked& cause) {
  for (const std::string& id : std::exchange(cause.holds, {})) {
    const auto it = tenant.incidents.find(id);
    if (it == tenant.incidents.end()) continue;
    Tracked& effect = it->second;
    if (!effect.hold_until || *effect.hold_until <= state_->now) continue;
    effect.hold_until = effect.held_until = state_->now;
    Touch(effect);
  }
}

}  // namespace vedette::incident
