#include "notify/routing/plan.h"

#include <algorithm>
#include <fmt/core.h>
#include <set>

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
  if (route.nobody || !route.policy.empty() || !route.targets.empty()) {
    taken.policy = route.policy;
    taken.targets = route.targets;
    taken.nobody = route.nobody;
  }
  if (!route.hours.empty()) {
    taken.hours = route.hours;
    taken.zone = route.zone;
    taken.defer_below = route.defer_below;
    taken.defer_all = route.defer_all;
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

void AddReceivers(const Plan& plan, const Target& target, std::set<std::string>& out) {
  const auto add_user = [&](const std::string& name) {
    const User* user = plan.FindUser(name);
    if (user == nullptr) return;
    for (const Contact& contact : user->contacts) out.insert(contact.receiver);
  };
  switch (target.kind) {
    case TargetKind::kReceiver: out.insert(target.name); return;
    case TargetKind::kUser: add_user(target.name); return;
    case TargetKind::kTeam: {
      const Team* team = plan.FindTeam(target.name);
      if (team == nullptr) return;
      for (const std::string& member : team->members) add_user(member);
      return;
    }
    case TargetKind::kSchedule: {
      const Schedule* schedule = plan.FindSchedule(target.name);
      if (schedule == nullptr) return;
      for (const Layer& layer : schedule->layers) {
        for (const std::string& user : layer.users) add_user(user);
      }
      return;
    }
  }
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
const User* Plan::FindUserAt(std::string_view receiver, std::string_view to) const {
  const User* found = nullptr;
  for (const User& user : users) {
    const bool has = std::ranges::any_of(user.contacts, [&](const Contact& contact) {
      return contact.receiver == receiver && contact.to == to;
    });
    if (has && found != nullptr) return nullptr;
    if (has) found = &user;
  }
  return found;
}
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

std::vector<std::string> ReceiversOf(const Plan& plan, model::LabelsView labels) {
  std::set<std::string> found;
  for (const Taken& taken : Match(plan, labels)) {
    for (const Target& target : taken.targets) AddReceivers(plan, target, found);
    const Policy* policy = plan.FindPolicy(taken.policy);
    if (policy == nullptr) continue;
    for (const Step& step : policy->steps) {
      for (const Target& target : step.targets) AddReceivers(plan, target, found);
    }
  }
  std::vector<std::string> names;
  for (const Receiver& receiver : plan.receivers) {
    if (found.contains(receiver.name)) names.push_back(receiver.name);
  }
  return names;
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
  // Of equal names the last one counts.
  std::vector<std::pair<std::string, std::string>> pairs;
  const std::string entity = page.entities.empty() ? "" : page.entities.front();
  pairs.emplace_back("service", entity);
  pairs.emplace_back("entity", entity);
  pairs.emplace_back("severity", model::SeverityName(page.severity));
  pairs.emplace_back("priority", fmt::format("P{}", page.priority));
  pairs.emplace_back("tenant", page.tenant);
  for (const model::Label& label : page.labels) pairs.emplace_back(label.name, label.value);
  return model::Labels(std::move(pairs));
}

model::Labels RoutingLabels(const model::TenantName& tenant, const model::Labels& alert) {
  model::Page page;
  page.tenant = tenant;
  page.labels = alert;
  page.severity = model::SeverityOfAlert(alert);
  page.priority = model::PriorityOf(alert, page.severity);
  page.entities = {model::EntityOfAlert(alert)};
  return RoutingLabels(page);
}

}  // namespace vedette::notify::routing
