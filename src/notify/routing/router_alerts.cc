// What an incident's alerts are now, and what of them a message says.

#include <algorithm>
#include <fmt/core.h>
#include <iterator>
#include <utility>

#include "base/duration.h"
#include "notify/routing/router.h"
#include "notify/routing/router_parts.h"

namespace vedette::notify::routing {
namespace {

using base::TimePoint;
using model::PageKind;

constexpr size_t kAlertsMax = 1'000;  // of a page, as the engine lists them

void AddRoutes(const Plan& plan, const model::Labels& labels, std::vector<Taken>& routes) {
  for (Taken& taken : Match(plan, labels)) {
    const bool known = std::ranges::find(routes, taken.name, &Taken::name) != routes.end();
    if (!known) routes.push_back(std::move(taken));
  }
}

bool TakenBy(const Plan& plan, const model::Labels& labels, const std::set<std::string>& routes) {
  const std::vector<Taken> taken = Match(plan, labels);
  return std::ranges::any_of(taken, [&](const Taken& each) { return routes.contains(each.name); });
}

model::Labels ButSeverity(const model::Labels& labels) {
  model::LabelsBuilder builder(labels);
  builder.Remove("severity");
  return builder.Build();
}

// A page whose alerts are fewer than those of the incident is about them, and says so.
void NameAfter(const std::vector<model::Alert>& alerts, model::Page& page) {
  const auto worst = std::ranges::max_element(alerts, {}, [&](const model::Alert& alert) {
    return std::pair(!alert.ResolvedAt(page.decided_at), model::SeverityOfAlert(alert.labels));
  });
  const std::string entity = model::EntityOfAlert(worst->labels);
  const std::string name = model::SummaryOfAlert(*worst);
  std::string title = name.starts_with(entity) ? name : fmt::format("{}: {}", entity, name);
  if (alerts.size() > 1) title += fmt::format(" (+{})", alerts.size() - 1);
  page.text =
      fmt::format("{}. Since {}. It is part of {}: {}. {}", name,
                  base::FormatTime(worst->starts_at), page.incident_id, page.title, page.text);
  page.title = std::move(title);
  page.entities.clear();
  page.labels = alerts.front().labels;
  page.annotations = alerts.front().annotations;
  for (const model::Alert& alert : alerts) {
    const std::string of_alert = model::EntityOfAlert(alert.labels);
    const bool known = std::ranges::find(page.entities, of_alert) != page.entities.end();
    if (!known) page.entities.push_back(of_alert);
    page.labels = model::CommonLabels(page.labels, alert.labels);
    page.annotations = model::CommonLabels(page.annotations, alert.annotations);
  }
  model::LabelsBuilder builder(page.labels);
  if (page.labels.Get("service").empty()) builder.Set("service", entity);
  if (page.labels.Get("severity").empty()) {
    builder.Set("severity", model::SeverityName(page.severity));
  }
  page.labels = builder.Build();
  page.priority = model::PriorityOf(page.labels, page.severity);
}

}  // namespace

std::vector<Taken> AlertRoutes(const Plan& plan, const model::Page& page) {
  std::vector<Taken> routes;
  for (size_t i = 0; i < page.alerts.size() && !plan.routes.empty(); ++i) {
    const model::Alert& alert = page.alerts[i];
    const bool none = std::ranges::binary_search(page.anomalies, static_cast<int64_t>(i));
    if (none || alert.ResolvedAt(page.decided_at)) continue;
    AddRoutes(plan, RoutingLabels(page.tenant, alert.labels), routes);
  }
  return routes;
}

std::vector<Taken> RoutesOf(const Plan& plan, const model::Page& page) {
  std::vector<Taken> routes = AlertRoutes(plan, page);
  const bool whole = page.anomalies.empty() && page.alerts_left_out == 0;
  if (!whole || routes.empty()) AddRoutes(plan, RoutingLabels(page), routes);
  return routes;
}

model::Page PageFor(const Plan& plan, model::Page page, const std::set<std::string>& routes,
                    const std::set<std::string>& heard) {
  if (plan.routes.empty() && heard.empty()) return page;
  std::vector<model::Alert> kept;
  int64_t kept_new = 0;
  model::Severity worst = model::Severity::kInfo;
  for (size_t i = 0; i < page.alerts.size(); ++i) {
    const model::Alert& alert = page.alerts[i];
    const bool takes = TakenBy(plan, RoutingLabels(page.tenant, alert.labels), routes) ||
                       (!heard.empty() && heard.contains(model::Fingerprint(alert.labels)));
    if (!takes) continue;
    kept.push_back(alert);
    worst = std::max(worst, model::SeverityOfAlert(alert.labels));
    if (static_cast<int64_t>(i) < page.alerts_new) ++kept_new;
  }
  if (kept.empty() && (page.alerts.empty() || page.alerts_left_out > 0)) return page;
  const bool by_common = kept.empty() && page.kind != PageKind::kUpdated;
  if (by_common && TakenBy(plan, RoutingLabels(page), routes)) return page;
  if (!kept.empty() && page.alerts_left_out == 0) page.severity = std::min(page.severity, worst);
  if (kept.size() == page.alerts.size()) return page;
  if (!kept.empty()) NameAfter(kept, page);
  page.anomalies.clear();
  page.alerts = std::move(kept);
  page.alerts_new = kept_new;
  return page;
}

// --- the alerts of a case

// What the page says fires. What is muted stands in no page, and stays known.
void Router::Keep(const model::Page& page, Case& c) {
  c.page = page;
  c.page.alerts.clear();
  c.page.anomalies.clear();
  c.lists = !page.alerts.empty();
  c.last_order = 0;
  std::erase_if(c.alerts, [](const auto& entry) { return !entry.second.muted; });
  for (size_t i = 0; i < page.alerts.size(); ++i) {
    const model::Alert& alert = page.alerts[i];
    if (alert.ResolvedAt(page.decided_at)) {
      NoteEnd(c, alert);
      continue;
    }
    Listed& listed = c.alerts[model::Fingerprint(alert.labels)];
    listed = {.alert = alert, .order = ++c.last_order};
    listed.alert.ends_at = {};
    listed.common = std::ranges::binary_search(page.anomalies, static_cast<int64_t>(i));
  }
  if (!c.lists || page.alerts_left_out > 0) return;
  // What is in no list any more has not ended, but has gone to another incident.
  std::set<std::string> ended;
  for (const model::Alert& alert : c.ended) ended.insert(model::Fingerprint(alert.labels));
  for (Told& told : c.told) {
    std::erase_if(told.heard, [&](const std::string& name) {
      return !c.alerts.contains(name) && !ended.contains(name);
    });
  }
}

// Kept for as long as somebody believes that it fires.
void Router::NoteEnd(Case& c, const model::Alert& alert) {
  const std::string name = model::Fingerprint(alert.labels);
  c.alerts.erase(name);
  const bool believed =
      std::ranges::any_of(c.told, [&](const Told& told) { return told.heard.contains(name); });
  std::erase_if(c.ended, [&](const model::Alert& other) { return other.labels == alert.labels; });
  if (believed && c.ended.size() < kAlertsMax) c.ended.push_back(alert);
}

// What joins an incident stands in its page too. False when it stood there, or finds no room.
bool Router::List(const AlertNow& now_is, Case& c) {
  if (!c.lists) return false;
  const std::string name = model::Fingerprint(now_is.alert.labels);
  const auto known = c.alerts.find(name);
  if (known != c.alerts.end() && !known->second.muted) return false;
  if (known == c.alerts.end() && c.alerts.size() >= kAlertsMax) {
    c.page.alerts_left_out = std::max<int64_t>(1, c.page.alerts_left_out);
    return false;
  }
  if (now_is.common) {
    // An anomaly that has become worse is the same one.
    const model::Labels labels = ButSeverity(now_is.alert.labels);
    std::erase_if(c.alerts, [&](const auto& entry) {
      return entry.second.common && ButSeverity(entry.second.alert.labels) == labels;
    });
  }
  Listed& listed = c.alerts[name];
  listed = {.alert = now_is.alert, .order = ++c.last_order, .common = now_is.common};
  listed.alert.ends_at = {};
  std::erase_if(c.ended,
                [&](const model::Alert& other) { return other.labels == now_is.alert.labels; });
  return true;
}

void Router::OnAlert(const model::TenantName& tenant, const std::string& incident_id,
                     const AlertNow& now_is, TimePoint now) {
  state_.now = std::max(state_.now, now);
  Case* c = Find(tenant, incident_id);
  if (c == nullptr || !c->lists) return;
  const auto found = c->alerts.find(model::Fingerprint(now_is.alert.labels));
  const bool listed = found != c->alerts.end();
  if (!listed && (!now_is.fires || now_is.muted)) return;
  if (listed && now_is.fires && now_is.muted == found->second.muted) return;
  dirty_.insert(KeyOf(tenant, incident_id));
  if (!now_is.fires) return NoteEnd(*c, now_is.alert);
  if (now_is.muted) {
    found->second.muted = true;
    return;
  }
  List(now_is, *c);
  const model::Severity severity = model::SeverityOfAlert(now_is.alert.labels);
  const std::string name = model::Fingerprint(now_is.alert.labels);
  for (size_t i = 0; i < c->flows.size() && !c->stopped; ++i) {
    Flow& flow = c->flows[i];
    if (!(flow.muted || flow.over) || LifeOf(*c, i) != Life::kFires) continue;
    const bool known =
        std::ranges::any_of(c->told, [&](const Told& told) { return told.heard.contains(name); });
    if (flow.muted || known) {
      // Nobody has heard that it was over: the escalation goes on.
      flow.muted = flow.over = flow.done = false;
      flow.next_at = state_.now;
    } else if (now_is.common) {
      Joins(*c, i, severity, name, {});
    }
  }
  Schedule(*c);  // once all of the moment are told
}

// The page as it is now: with what fires and is not muted, what came last at the end.
model::Page Router::Whole(const Case& c, bool with_muted) {
  model::Page page = c.page;
  if (!c.lists) return page;
  std::vector<const Listed*> listed;
  for (const auto& [name, each] : c.alerts) {
    if (with_muted || !each.muted) listed.push_back(&each);
  }
  std::ranges::sort(listed, {}, &Listed::order);
  for (const Listed* each : listed) {
    if (each->common) page.anomalies.push_back(static_cast<int64_t>(page.alerts.size()));
    page.alerts.push_back(each->alert);
  }
  page.alerts_new = 0;
  return page;
}

// What of it is for a route by its alerts' own labels: those that all had in common once may be
// those of one that is over.
model::Page Router::OfRoute(const Case& c, const std::string& route, bool with_muted) const {
  model::Page page = Whole(c, with_muted);
  if (!c.lists) return PageFor(*plan_, std::move(page), {route});
  const PageKind kind = std::exchange(page.kind, PageKind::kUpdated);
  page = PageFor(*plan_, std::move(page), {route});
  page.kind = kind;
  return page;
}

// What a message of this flow says.
model::Page Router::PageOf(const Case& c, size_t index) const {
  const Flow& flow = c.flows.at(index);
  if (!flow.own) {
    model::Page page = OfRoute(c, flow.origin, false);
    return c.lists && page.alerts.empty() ? CommonPage(c, index) : page;
  }
  model::Page page = *flow.own;
  page.kind = c.page.kind;
  page.dedup_key = c.page.dedup_key;
  page.decided_at = std::max(page.decided_at, c.page.decided_at);
  return page;
}

// What no rule says is for the routes of what the alerts have in common; where the case has none of
// these, for all.
model::Page Router::CommonPage(const Case& c, size_t index) const {
  const std::vector<Taken> common = Match(*plan_, RoutingLabels(c.page));
  const auto takes = [&](const Flow& flow) {
    return std::ranges::find(common, flow.origin, &Taken::name) != common.end();
  };
  model::Page page = Whole(c);
  std::vector<model::Alert> kept;
  if (takes(c.flows.at(index)) || std::ranges::none_of(c.flows, takes)) {
    for (const int64_t place : page.anomalies) {
      kept.push_back(page.alerts[static_cast<size_t>(place)]);
    }
  }
  if (!kept.empty() && kept.size() < page.alerts.size()) NameAfter(kept, page);
  page.alerts = std::move(kept);
  page.anomalies.clear();
  return page;
}

Router::Life Router::LifeOf(const Case& c, size_t index) const {
  const Flow& flow = c.flows.at(index);
  if (flow.own || !c.lists || c.page.alerts_left_out > 0) return Life::kFires;
  if (!PageOf(c, index).alerts.empty()) return Life::kFires;
  return OfRoute(c, flow.origin, true).alerts.empty() ? Life::kOver : Life::kMuted;
}

// Whether a message of one flow says all that one of the other would say.
bool Router::Covers(const Case& c, size_t one, size_t other) const {
  if (one == other) return true;
  if (c.flows.at(other).own) return false;
  std::set<std::string> said;
  for (const model::Alert& alert : PageOf(c, one).alerts) {
    said.insert(model::Fingerprint(alert.labels));
  }
  return std::ranges::all_of(PageOf(c, other).alerts, [&](const model::Alert& alert) {
    return said.contains(model::Fingerprint(alert.labels));
  });
}

// --- what somebody has heard

bool Router::HasHeardAll(const Told& told, const model::Page& page) {
  return std::ranges::all_of(page.alerts, [&](const model::Alert& alert) {
    return told.heard.contains(model::Fingerprint(alert.labels)) !=
           alert.ResolvedAt(page.decided_at);
  });
}

// Adds the ends that somebody has not heard of, and puts what is new to them first.
void Router::Complete(const Case& c, const Told& told, model::Page& page) {
  if (!c.lists) return;
  for (const model::Alert& alert : c.ended) {
    const bool known =
        std::ranges::find(page.alerts, alert.labels, &model::Alert::labels) != page.alerts.end();
    if (!known && told.heard.contains(model::Fingerprint(alert.labels))) {
      page.alerts.push_back(alert);
    }
  }
  page.anomalies.clear();
  const auto is_new = [&](const model::Alert& alert) {
    return !alert.ResolvedAt(page.decided_at) &&
           !told.heard.contains(model::Fingerprint(alert.labels));
  };
  page.alerts_new =
      std::stable_partition(page.alerts.begin(), page.alerts.end(), is_new) - page.alerts.begin();
}

void Router::Hear(Case& c, Told& told, const model::Page& page) {
  bool ended = false;
  for (const model::Alert& alert : page.alerts) {
    const std::string name = model::Fingerprint(alert.labels);
    if (alert.ResolvedAt(page.decided_at)) {
      ended = told.heard.erase(name) > 0 || ended;
    } else if (told.heard.size() < kAlertsMax) {
      told.heard.insert(name);
    }
  }
  if (!ended) return;
  std::erase_if(c.ended, [&](const model::Alert& alert) {
    const std::string name = model::Fingerprint(alert.labels);
    return std::ranges::none_of(c.told,
                                [&](const Told& each) { return each.heard.contains(name); });
  });
}

}  // namespace vedette::notify::routing
