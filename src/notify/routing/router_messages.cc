#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <set>
#include <utility>

#include "notify/routing/router.h"
#include "notify/routing/router_parts.h"

namespace vedette::notify::routing {
namespace {

using base::TimePoint;
using model::PageKind;

constexpr size_t kAlertsMax = 1'000;  // of a page, as the engine lists them
constexpr base::Duration kNewsInterval = std::chrono::minutes(5);

// Whether those who know of an incident have heard of all that `of_route` says of `page`, which is
// what one route has of it.
bool IsNoNews(const model::Page& page, const model::Page& of_route) {
  if (page.kind == PageKind::kResolved || page.kind == PageKind::kAcknowledged) return false;
  const bool listed = !page.alerts.empty() && page.alerts_left_out == 0;
  if (!listed) return page.kind == PageKind::kOpened;
  if (page.kind == PageKind::kSeverityRaised && of_route.severity >= page.severity) return false;
  if (of_route.alerts_new > 0) return false;
  return std::ranges::none_of(of_route.alerts, [&](const model::Alert& alert) {
    return alert.ResolvedAt(page.decided_at);
  });
}

}  // namespace

// --- what joins

void Router::OnWidened(const model::Page& page, TimePoint now) {
  state_.now = std::max(state_.now, now);
  Case* c = Find(page.tenant, page.incident_id);
  if (c == nullptr) return;
  bool any = false;
  const bool listed = List(page, c->page);
  for (const Taken& taken : Match(*plan_, RoutingLabels(page))) {
    Flow* flow = FlowOf(*c, taken);
    if (flow == nullptr) {
      Begin(*c, c->flows.emplace_back(), taken, page);
      flow = &c->flows.back();
    } else {
      const int64_t index = flow - c->flows.data();
      const bool through =
          listed && flow->done && !c->stopped && LastTold(*c, index) + kNewsInterval <= state_.now;
      if (page.severity <= flow->severity && !through) {
        // What stood in the page was told with it.
        any = (listed && NewsLater(*c, index)) || any;
        continue;
      }
      Begin(*c, *flow, taken, listed ? std::nullopt : std::optional(page));
    }
    any = true;
    if (c->stopped) TellOnce(*c, static_cast<size_t>(flow - c->flows.data()));
  }
  if (!any && !listed) return;
  dirty_.insert(KeyOf(page.tenant, page.incident_id));
  RunDue(*c);
}

// What joins an incident stands in its page too. False when it stood there, or finds no room.
bool Router::List(const model::Page& joined, model::Page& page) {
  if (joined.alerts.empty()) return false;
  const model::Alert& alert = joined.alerts.front();
  const bool known = std::ranges::any_of(
      page.alerts, [&](const model::Alert& other) { return other.labels == alert.labels; });
  if (known || page.alerts.size() >= kAlertsMax) return false;
  page.alerts.push_back(alert);
  return true;
}

// When somebody was told by this flow last.
TimePoint Router::LastTold(const Case& c, int64_t flow) {
  TimePoint last{};
  for (const Told& told : c.told) {
    if (told.flow == flow) last = std::max(last, told.last_at);
  }
  return last;
}

// Who was told by this flow hears of what has joined, a while after the message before. False when
// nobody waits for that.
bool Router::NewsLater(Case& c, int64_t flow) {
  if (c.stopped) return false;
  bool any = false;
  for (const Told& told : c.told) {
    const bool waits = std::any_of(c.waiting.begin(), c.waiting.end(),
                                   [&](const Waiting& other) { return SameDoor(other.who, told); });
    if (told.flow != flow || waits || c.waiting.size() >= options_.waiting_max) continue;
    const TimePoint due = std::max(state_.now, told.last_at + kNewsInterval);
    c.waiting.push_back({.due = HeardFrom(c, told, PageOf(c, flow).severity, due), .who = told});
    any = true;
  }
  return any;
}

// --- messages

void Router::SendDue(Case& c) {
  if (c.stopped) return;
  std::vector<Waiting> due;
  std::erase_if(c.waiting, [&](Waiting& waiting) {
    if (waiting.due > state_.now) return false;
    // News goes with a step of the same moment.
    const Flow& flow = c.flows.at(static_cast<size_t>(waiting.who.flow));
    if (waiting.round == 0 && !flow.done && flow.next_at <= state_.now) return false;
    due.push_back(std::move(waiting));
    return true;
  });
  for (const Waiting& waiting : due) Send(c, waiting);
}

// Whether a door that was told by other routes has heard all that this one says.
bool Router::SaysNoMore(const Case& c, const Told& told, int64_t flow) const {
  if (c.flows.at(static_cast<size_t>(flow)).own) return false;
  std::set<std::string> routes = OriginsOf(c, told);
  const size_t heard = PageFor(*plan_, c.page, routes).alerts.size();
  routes.insert(c.flows.at(static_cast<size_t>(flow)).origin);
  return PageFor(*plan_, c.page, routes).alerts.size() == heard;
}

// The routes by which somebody was told, but for these.
std::set<std::string> Router::OriginsOf(const Case& c, const Told& told,
                                        const std::set<int64_t>& but) {
  std::set<std::string> routes;
  const auto add = [&](int64_t flow) {
    if (!but.contains(flow)) routes.insert(c.flows.at(static_cast<size_t>(flow)).origin);
  };
  add(told.flow);
  for (const int64_t flow : told.flows) add(flow);
  return routes;
}

void Router::Send(Case& c, const Waiting& waiting) {
  dirty_.insert(KeyOf(c.page.tenant, c.page.incident_id));
  auto told = std::find_if(c.told.begin(), c.told.end(),
                           [&](const Told& t) { return SameDoor(t, waiting.who); });
  const bool known = told != c.told.end();
  const bool same = known && told->page_key == c.page.dedup_key && told->last_at == state_.now;
  if (same && SaysNoMore(c, *told, waiting.who.flow)) return;
  Notice notice = MakeNotice(PageOf(c, waiting.who.flow), waiting.who);
  if (!known) notice.page.kind = PageKind::kOpened;  // whatever it is to others
  if (waiting.round == 0) notice.page.kind = PageKind::kUpdated;
  notice.step = waiting.step;
  notice.round = waiting.round;
  notice.page.decided_at = std::max(notice.page.decided_at, state_.now);
  if (known && told->page_key == c.page.dedup_key) {
    notice.page.dedup_key += fmt::format(":{}", told->times + 1);
  }
  if (waiting.step > 1 || waiting.round > 1) {
    notice.page.text += fmt::format(" Nobody has acknowledged it so far (step {} of policy {}).",
                                    waiting.step, waiting.who.policy);
  }
  pending_.notices.push_back(std::move(notice));
  if (!known) {
    if (c.told.size() >= options_.told_max) {
      return Say(c.page, "limit", waiting.who.why + ": will not hear of the end, too many will");
    }
    told = c.told.insert(c.told.end(), Told{});
  }
  const int64_t times = told->times + 1;
  std::vector<int64_t> flows = std::move(told->flows);
  if (known) flows.push_back(told->flow);
  *told = waiting.who;
  told->flows.clear();
  AddFlows(flows, *told);
  told->times = times;
  told->page_key = c.page.dedup_key;
  told->last_at = state_.now;
}

// News for those who know of the incident, but for these routes.
void Router::TellAgain(Case& c, const model::Page& page, const std::set<int64_t>& but) {
  if (c.told.empty() && but.empty()) {
    return Say(page, "nobody",
               fmt::format("{}: nobody has been told of the incident", PageKindName(page.kind)));
  }
  std::map<std::set<std::string>, model::Page> pages;  // by routes
  const bool called = CallsForPeople(page.kind);
  size_t sent = but.size();
  for (Told& told : c.told) {
    const std::set<std::string> routes = OriginsOf(c, told, but);
    if (routes.empty()) continue;
    auto known = pages.find(routes);
    if (known == pages.end()) known = pages.emplace(routes, PageFor(*plan_, page, routes)).first;
    if (IsNoNews(page, known->second) || WaitsForHours(c, told, known->second)) continue;
    // In a form that has alerts only there is nothing to say once all of these have ended.
    const bool alerts_only = told.channel == "alertmanager";
    if (alerts_only && known->second.alerts.empty() && !page.alerts.empty()) continue;
    ++sent;
    Notice& notice = pending_.notices.emplace_back(MakeNotice(known->second, told));
    notice.why = fmt::format("told before: {}", told.why);
    if (!called) continue;
    const bool raised =
        page.kind == PageKind::kSeverityRaised && known->second.severity >= page.severity;
    if (!raised) notice.page.kind = PageKind::kUpdated;
    if (told.page_key == page.dedup_key) {
      notice.page.dedup_key += fmt::format(":{}", told.times + 1);
    }
    ++told.times;
    told.page_key = page.dedup_key;
    told.last_at = state_.now;
    dirty_.insert(KeyOf(page.tenant, page.incident_id));
  }
  if (!called && sent == 0) {
    Say(page, "continues",
        fmt::format("{}: nothing of it is for those who know", PageKindName(page.kind)));
  }
}

// From when on somebody may hear of something so severe, by the route's hours and their own.
TimePoint Router::HeardFrom(const Case& c, const Told& told, model::Severity severity,
                            TimePoint from) const {
  const std::optional<Taken> taken =
      FindRoute(*plan_, c.flows.at(static_cast<size_t>(told.flow)).origin);
  if (taken && taken->Defers(severity)) {
    from = NextInside(taken->hours, taken->zone, from).value_or(from);
  }
  const User* user = plan_->FindUser(told.person);
  if (user != nullptr && user->quiet && severity < user->quiet->below) {
    from = NextOutside(user->quiet->hours, user->zone, from).value_or(from);
  }
  return from;
}

// News outside of these hours waits for their end; that all is over does not.
bool Router::WaitsForHours(Case& c, const Told& told, const model::Page& page) {
  if (page.kind == PageKind::kResolved || page.kind == PageKind::kAcknowledged) return false;
  const TimePoint due = HeardFrom(c, told, page.severity, state_.now);
  if (due <= state_.now) return false;
  const std::string& who = told.person.empty() ? told.receiver : told.person;
  if (c.stopped) {
    Say(page, "deferred",
        fmt::format("news for {}: outside of hours, and somebody has the incident in hand", who));
    return true;
  }
  const bool waits = std::any_of(c.waiting.begin(), c.waiting.end(),
                                 [&](const Waiting& other) { return SameDoor(other.who, told); });
  if (!waits && c.waiting.size() < options_.waiting_max) {
    c.waiting.push_back({.due = due, .who = told});
    Say(page, "deferred",
        fmt::format("news for {} waits for hours, until {}", who, Clock(due, {})));
  }
  Schedule(c);
  return true;
}

// What a message of this flow says.
model::Page Router::PageOf(const Case& c, int64_t index) const {
  const Flow& flow = c.flows.at(static_cast<size_t>(index));
  if (!flow.own) return PageFor(*plan_, c.page, {flow.origin});
  model::Page page = *flow.own;
  page.kind = c.page.kind;
  page.dedup_key = c.page.dedup_key;
  page.decided_at = std::max(page.decided_at, c.page.decided_at);
  return page;
}

}  // namespace vedette::notify::routing
