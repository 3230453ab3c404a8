#include <algorithm>
#include <fmt/core.h>
#include <set>
#include <utility>

#include "notify/routing/router.h"
#include "notify/routing/router_parts.h"

namespace vedette::notify::routing {
namespace {

using base::TimePoint;
using model::PageKind;

constexpr base::Duration kNewsInterval = std::chrono::minutes(5);
constexpr size_t kSentMax = 8;  // remembered of a door: more than are under way at a time

bool Closes(PageKind kind) {
  return kind == PageKind::kResolved || kind == PageKind::kAcknowledged;
}

// Whether `of_door`, what is for somebody of `page`, says anything that they have not heard.
bool IsNews(const model::Page& page, const model::Page& of_door, const Told& told) {
  if (Closes(page.kind)) return true;
  const auto all = static_cast<int64_t>(page.alerts.size());
  const bool listed = all > 0 && page.alerts_left_out == 0;
  // All of it is new where the alerts are: they are part of another incident now.
  const bool moved = page.kind == PageKind::kUpdated && page.alerts_new == all;
  if (listed && moved && !of_door.alerts.empty()) return true;
  if (!listed) return page.kind != PageKind::kOpened;
  if (page.kind == PageKind::kSeverityRaised && of_door.severity >= page.severity) return true;
  return std::ranges::any_of(of_door.alerts, [&](const model::Alert& alert) {
    return told.heard.contains(model::Fingerprint(alert.labels)) ==
           alert.ResolvedAt(page.decided_at);
  });
}

// What a message of alerts is to somebody, before they hear it: to whom nothing fires it opens the
// incident, and the end of the last resolves it, whatever goes on for others.
PageKind KindFor(const Told& told, const model::Page& page) {
  bool fires = false;
  size_t ends = 0;  // of what they have heard
  for (const model::Alert& alert : page.alerts) {
    const bool over = alert.ResolvedAt(page.decided_at);
    fires = fires || !over;
    if (over && told.heard.contains(model::Fingerprint(alert.labels))) ++ends;
  }
  if (fires && told.heard.empty()) return PageKind::kOpened;
  const bool last = !fires && ends > 0 && ends == told.heard.size();
  return last ? PageKind::kResolved : PageKind::kUpdated;
}

void Remember(Told& told, Sent sent) {
  if (told.sent.size() >= kSentMax) told.sent.erase(told.sent.begin());
  told.sent.push_back(std::move(sent));
}

}  // namespace

// --- what joins

void Router::OnWidened(const model::Page& page, TimePoint now) {
  state_.now = std::max(state_.now, now);
  Case* c = Find(page.tenant, page.incident_id);
  if (c == nullptr) return;
  bool any = !page.alerts.empty() && List({.alert = page.alerts.front()}, *c);
  const std::string name =
      page.alerts.empty() ? std::string() : model::Fingerprint(page.alerts.front().labels);
  const std::optional<model::Page> own =
      c->alerts.contains(name) ? std::nullopt : std::optional(page);
  for (const Taken& taken : Match(*plan_, RoutingLabels(page))) {
    Flow* flow = FlowOf(*c, taken);
    if (flow != nullptr) {
      const auto index = static_cast<size_t>(flow - c->flows.data());
      any = Joins(*c, index, page.severity, name, own) || any;
      continue;
    }
    Begin(*c, c->flows.emplace_back(), taken, own);
    any = true;
    if (c->stopped) TellOnce(*c, c->flows.size() - 1);
  }
  if (!any) return;
  dirty_.insert(KeyOf(page.tenant, page.incident_id));
  RunDue(*c);
}

// What a flow that was taken before does of an alert that joined, `own` where that stands in no
// list. False when nothing.
bool Router::Joins(Case& c, size_t index, model::Severity severity, const std::string& name,
                   const std::optional<model::Page>& own) {
  Flow& flow = c.flows[index];
  bool told = false;
  bool heard = !own;
  for (const Told& each : c.told) {
    if (!IsToldBy(each, static_cast<int64_t>(index))) continue;
    told = true;
    heard = heard && each.heard.contains(name);
  }
  const TimePoint last = LastTold(c, static_cast<int64_t>(index));
  if (told && heard) {  // with the page, or before it ended and came back
    if (last < state_.now) {
      Say(c.page, "continues",
          fmt::format("route {}: who is told by it has heard that it fires, and not that it ended",
                      flow.route));
    }
    return false;
  }
  const bool through = flow.done && last + kNewsInterval <= state_.now && (!told || !c.stopped);
  if (severity <= flow.severity && !through) {
    return !own && NewsLater(c, static_cast<int64_t>(index));
  }
  const std::optional<Taken> taken = FindRoute(*plan_, flow.origin);
  if (!taken) return false;
  Begin(c, flow, *taken, own);
  if (c.stopped) TellOnce(c, index);
  return true;
}

// When somebody who is told by this flow was told last.
TimePoint Router::LastTold(const Case& c, int64_t flow) {
  TimePoint last{};
  for (const Told& told : c.told) {
    if (IsToldBy(told, flow)) last = std::max(last, told.last_at);
  }
  return last;
}

// Who is told by this flow hears of what has joined, a while after the message before. False when
// nobody waits for that.
bool Router::NewsLater(Case& c, int64_t flow) {
  bool any = false;
  const model::Severity severity = PageOf(c, static_cast<size_t>(flow)).severity;
  for (const Told& told : c.told) {
    if (!IsToldBy(told, flow)) continue;
    const TimePoint due = std::max(state_.now, told.last_at + kNewsInterval);
    NewsAt(c, told, flow, HeardFrom(c, told, flow, severity, due));
    any = true;
  }
  return any;
}

void Router::NewsAt(Case& c, const Told& told, int64_t flow, TimePoint due) {
  const bool waits = std::ranges::any_of(c.waiting, [&](const Waiting& other) {
    return SameDoor(other.who, told) && other.who.flow == flow;
  });
  if (waits || c.waiting.size() >= options_.waiting_max) return;
  Waiting& waiting = c.waiting.emplace_back();
  waiting.due = due;
  waiting.who = told;
  waiting.who.flow = flow;
  waiting.who.heard.clear();
  waiting.who.sent.clear();
  dirty_.insert(KeyOf(c.page.tenant, c.page.incident_id));
  Say(c.page, "deferred",
      fmt::format("news for {} waits until {}", told.person.empty() ? told.receiver : told.person,
                  Clock(due, {})));
  Schedule(c);
}

// --- messages

void Router::SendDue(Case& c) {
  std::vector<Waiting> due;
  std::erase_if(c.waiting, [&](Waiting& waiting) {
    const bool news = waiting.round == 0;
    if (waiting.due > state_.now || (c.stopped && !news)) return false;
    // News goes with a step of the same moment.
    const Flow& flow = c.flows.at(static_cast<size_t>(waiting.who.flow));
    if (news && !c.stopped && IsDue(flow, state_.now)) return false;
    due.push_back(std::move(waiting));
    return true;
  });
  for (const Waiting& waiting : due) Send(c, waiting);
}

void Router::Send(Case& c, const Waiting& waiting) {
  dirty_.insert(KeyOf(c.page.tenant, c.page.incident_id));
  const auto flow = static_cast<size_t>(waiting.who.flow);
  auto told = std::ranges::find_if(c.told, [&](const Told& t) { return SameDoor(t, waiting.who); });
  const bool known = told != c.told.end();
  const bool news = waiting.round == 0;
  const bool again = known && told->page_key == c.page.dedup_key;
  if (again && !news && told->last_at == state_.now && !told->sent.empty() &&
      Covers(c, static_cast<size_t>(told->flow), flow)) {
    return Join(waiting, *told);
  }
  model::Page page = PageOf(c, flow);
  page.decided_at = std::max(page.decided_at, state_.now);
  const bool nothing = c.lists && page.alerts.empty() && page.alerts_left_out == 0;
  Complete(c, known ? *told : Told{}, page);
  if (news && c.lists && (!known || HasHeardAll(*told, page))) return;  // told meanwhile
  if (!news && nothing) {
    return Say(c.page, "over",
               waiting.who.why + ": all that it takes has ended or is silenced by now");
  }
  Notice notice = MakeNotice(page, waiting.who);
  const bool less = page.kind == PageKind::kSeverityRaised && page.severity < c.page.severity;
  const bool first = !known || (c.lists && told->heard.empty());
  if (first || less) notice.page.kind = PageKind::kOpened;  // whatever it is to others
  if (news) notice.page.kind = known ? KindFor(*told, page) : PageKind::kUpdated;
  notice.step = waiting.step;
  notice.round = waiting.round;
  if (again) notice.page.dedup_key += fmt::format(":{}", told->times + 1);
  if (waiting.step > 1 || waiting.round > 1) {
    notice.page.text += fmt::format(" Nobody has acknowledged it so far (step {} of policy {}).",
                                    waiting.step, waiting.who.policy);
  }
  if (!known) {
    if (c.told.size() >= options_.told_max) {
      pending_.notices.push_back(std::move(notice));
      return Say(c.page, "limit", waiting.who.why + ": will not hear of the end, too many will");
    }
    told = c.told.insert(c.told.end(), Told{});
  }
  Told before = std::exchange(*told, waiting.who);
  told->flows.clear();
  if (known) before.flows.push_back(before.flow);
  AddFlows(before.flows, *told);
  AddFlows(waiting.sent.flows, *told);
  told->times = before.times + 1;
  told->page_key = c.page.dedup_key;
  told->last_at = state_.now;
  told->heard = std::move(before.heard);
  told->sent = std::move(before.sent);
  Remember(*told, {notice.page.dedup_key, waiting.sent.flows, waiting.sent.turns});
  Hear(c, *told, notice.page);
  pending_.notices.push_back(std::move(notice));
}

// The message of this moment to the same door says it as well.
void Router::Join(const Waiting& waiting, Told& told) {
  Sent& sent = told.sent.back();
  for (size_t i = 0; i < waiting.sent.flows.size(); ++i) {
    sent.flows.push_back(waiting.sent.flows[i]);
    sent.turns.push_back(waiting.sent.turns[i]);
  }
  AddFlows(waiting.sent.flows, told);
}

// What is for somebody of a page, by these routes.
model::Page Router::PageForDoor(const Case& c, const Told& told, const model::Page& page,
                                const std::set<std::string>& routes) const {
  const bool all_known = std::ranges::all_of(
      routes, [&](const std::string& route) { return FindRoute(*plan_, route).has_value(); });
  const bool by_heard = Closes(page.kind) || !all_known;
  model::Page of_door =
      PageFor(*plan_, page, routes, by_heard ? told.heard : std::set<std::string>());
  Complete(c, told, of_door);
  return of_door;
}

// News for those who know of the incident, but for these flows.
void Router::TellAgain(Case& c, const model::Page& page, const std::set<int64_t>& but) {
  if (c.told.empty() && but.empty()) {
    return Say(page, "nobody",
               fmt::format("{}: nobody has been told of the incident", PageKindName(page.kind)));
  }
  const bool called = CallsForPeople(page.kind);
  size_t sent = but.size();
  for (Told& told : c.told) {
    const std::set<std::string> routes = HeardNow(c, told, page, but);
    if (routes.empty()) continue;
    const model::Page of_door = PageForDoor(c, told, page, routes);
    if (!IsNews(page, of_door, told)) continue;
    // What is about others is not for them; and in a form that has alerts only there is nothing to
    // say once all of these have ended.
    const bool nothing = of_door.alerts.empty();
    if (nothing && c.lists && told.channel == "alertmanager") continue;
    const Receiver* receiver = plan_->FindReceiver(told.receiver);
    const bool ends = page.kind == PageKind::kResolved && receiver != nullptr && receiver->follows;
    if (nothing && !page.alerts.empty() && told.heard.empty() && !ends) continue;
    ++sent;
    Notice& notice = pending_.notices.emplace_back(MakeNotice(of_door, told));
    notice.why = fmt::format("told before: {}", told.why);
    const bool raised = page.kind == PageKind::kSeverityRaised && of_door.severity >= page.severity;
    if (!Closes(page.kind) && !raised) notice.page.kind = KindFor(told, of_door);
    Hear(c, told, notice.page);
    dirty_.insert(KeyOf(page.tenant, page.incident_id));
    if (!Closes(page.kind)) told.last_at = state_.now;
    if (!called) continue;
    if (told.page_key == page.dedup_key) {
      notice.page.dedup_key += fmt::format(":{}", told.times + 1);
    }
    ++told.times;
    told.page_key = page.dedup_key;
  }
  if (sent == 0) {
    Say(page, "continues",
        fmt::format("{}: nothing of it is for those who know", PageKindName(page.kind)));
  }
}

// By which routes somebody may hear of it now, but for these flows; news outside of the hours of
// the others waits for them. That all is over does not.
std::set<std::string> Router::HeardNow(Case& c, const Told& told, const model::Page& page,
                                       const std::set<int64_t>& but) {
  std::set<std::string> routes;
  std::vector<int64_t> flows = told.flows;
  flows.push_back(told.flow);
  for (const int64_t flow : flows) {
    if (but.contains(flow)) continue;
    const std::string& origin = c.flows.at(static_cast<size_t>(flow)).origin;
    if (Closes(page.kind)) {
      routes.insert(origin);
      continue;
    }
    const model::Page of_flow = PageFor(*plan_, page, {origin});
    const TimePoint due = HeardFrom(c, told, flow, of_flow.severity, state_.now);
    if (due <= state_.now) {
      routes.insert(origin);
    } else if (IsNews(page, of_flow, told)) {
      NewsAt(c, told, flow, due);
    }
  }
  return routes;
}

// From when on somebody may hear of something so severe, by the hours of this flow's route and
// their own.
TimePoint Router::HeardFrom(const Case& c, const Told& told, int64_t flow, model::Severity severity,
                            TimePoint from) const {
  const std::optional<Taken> taken =
      FindRoute(*plan_, c.flows.at(static_cast<size_t>(flow)).origin);
  if (taken && taken->Defers(severity)) {
    from = NextInside(taken->hours, taken->zone, from).value_or(from);
  }
  const User* user = plan_->FindUser(told.person);
  if (user != nullptr && user->quiet && severity < user->quiet->below) {
    from = NextOutside(user->quiet->hours, user->zone, from).value_or(from);
  }
  return from;
}

}  // namespace vedette::notify::routing
