#include "notify/routing/plan.h"

#include <algorithm>
#include <fmt/core.h>

namespace vedette::notify::routing {
namespace {

template <typename T>
const T* FindByName(const std::vector<T>& list, std::string_view name) {
  const auto it =
      std::find_if(list.begin(), list.end(), [&](const T& entry) { return entry.name == name; });
  return it == list.end() ? nullptr : &*it;
}

// A child with what its parent gives it.
Taken Inherit(const Taken& parent, const Route& route) {
  Taken taken = parent;
  taken.name = parent.name.empty() ? route.name : fmt::format("{}/{}", parent.name, route.name);
  if (!route.policy.empty() || !route.targets.empty()) {
    taken.policy = route.policy;
    taken.targets = route.targets;
  }
  if (!route.hours.empty()) {
    taken.hours = route.hours;
    taken.zone = route.zone;
    taken.defer_below = route.defer_below;
  }
  return taken;
}

bool Collect(const std::vector<Route>& routes, const Taken& parent, model::LabelsView labels,
             std::vector<Taken>& out) {
  bool any = false;
  for (const Route& route : routes) {
    if (!model::MatchesAll(route.matchers, labels)) continue;
    any = true;
    const Taken taken = Inherit(parent, route);
    if (!Collect(route.children, taken, labels, out)) out.push_back(taken);
    if (!route.go_on) break;
  }
  return any;
}

Taken CatchAllRoute(const Plan& plan) {
  return {.name = std::string(kCatchAll),
          .policy = {},
          .targets = plan.CatchAll(),
          .hours = {},
          .zone = {}};
}

}  // namespace

bool Contact::Takes(model::Severity severity) const {
  return severities.empty() ||
         std::find(severities.begin(), severities.end(), severity) != severities.end();
}

std::string_view TargetKindName(TargetKind kind) {
  switch (kind) {
    case TargetKind::kUser: return "user";
    case TargetKind::kSchedule: return "schedule";
    case TargetKind::kTeam: return "team";
    case TargetKind::kReceiver: return "receiver";
  }
  return {};
}

std::string Target::ToString() const { return fmt::format("{} {}", TargetKindName(kind), name); }

const Receiver* Plan::FindReceiver(std::string_view name) const {
  return FindByName(receivers, name);
}
const User* Plan::FindUser(std::string_view name) const { return FindByName(users, name); }
const Team* Plan::FindTeam(std::string_view name) const { return FindByName(teams, name); }
const Schedule* Plan::FindSchedule(std::string_view name) const {
  return FindByName(schedules, name);
}
const Policy* Plan::FindPolicy(std::string_view name) const { return FindByName(policies, name); }

std::vector<Target> Plan::CatchAll() const {
  if (!catch_all.empty()) return catch_all;
  std::vector<Target> all;
  for (const Receiver& receiver : receivers) all.push_back({TargetKind::kReceiver, receiver.name});
  return all;
}

std::vector<Taken> Match(const Plan& plan, model::LabelsView labels) {
  std::vector<Taken> taken;
  Collect(plan.routes, {}, labels, taken);
  if (taken.empty()) taken.push_back(CatchAllRoute(plan));
  return taken;
}

std::optional<Taken> FindRoute(const Plan& plan, std::string_view name) {
  if (name == kCatchAll) return CatchAllRoute(plan);
  Taken taken;
  const std::vector<Route>* routes = &plan.routes;
  while (true) {
    const size_t slash = name.find('/');
    const Route* route = FindByName(*routes, name.substr(0, slash));
    if (route == nullptr) return std::nullopt;
    taken = Inherit(taken, *route);
    if (slash == std::string_view::npos) return taken;
    name.remove_prefix(slash + 1);
    routes = &route->children;
  }
}

model::Labels RoutingLabels(const model::Page& page) {
  std::vector<std::pair<std::string, std::string>> pairs;
  pairs.emplace_back("service", page.entities.empty() ? "" : page.entities.front());
  for (const model::Label& label : page.labels) pairs.emplace_back(label.name, label.value);
  pairs.emplace_back("severity", model::SeverityName(page.severity));
  pairs.emplace_back("priority", fmt::format("P{}", page.priority));
  pairs.emplace_back("tenant", page.tenant);
  pairs.emplace_back("entity", page.entities.empty() ? "" : page.entities.front());
  return model::Labels(std::move(pairs));
}

}  // namespace vedette::notify::routing
