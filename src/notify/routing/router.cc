#include "notify/routing/router.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <utility>

#include "base/utf8.h"
#include "notify/routing/router_parts.h"
#include "notify/routing/schedule.h"

namespace vedette::notify::routing {
namespace {

using base::TimePoint;
using model::PageKind;

constexpr TimePoint kNever = TimePoint::max();
constexpr size_t kTextBytesMax = 1'000;

std::string TurnOf(const Flow& flow) { return fmt::format("{}/{}", flow.policy, flow.step); }

}  // namespace

// A step that is being carried out.
struct Router::Asked {
  Case& c;
  const size_t index;              // of the flow
  const std::string chain;         // "route payments > policy payments, step 1"
  std::optional<TimePoint> first;  // when the first of them will be told
};

Router::Router(RouterOptions options) : options_(options) {}

// --- inputs

void Router::OnPage(const model::Page& page, TimePoint now) {
  state_.now = std::max(state_.now, now);
  if (CallsForPeople(page.kind)) return Open(page);
  Case* c = page.incident_id.empty() ? nullptr : Find(page.tenant, page.incident_id);
  if (c == nullptr) return Direct(page, "nobody is known to have been told before");
  if (page.kind == PageKind::kUpdated) {
    const PageKind kind = c->page.kind;
    const std::string key = c->page.dedup_key;
    Keep(page, *c);
    c->page.kind = kind;
    c->page.dedup_key = key;
    dirty_.insert(KeyOf(page.tenant, page.incident_id));
    return TellOf(*c, page, AlertRoutes(*plan_, page));
  }
  Stop(*c, fmt::format("{}: nobody else is told", model::PageKindName(page.kind)));
  TellAgain(*c, page);
  if (page.kind == PageKind::kResolved) End({page.tenant, page.incident_id});
}

// Somebody has the incident in hand, so that nobody is called until there is an answer; but whose
// alert it is as well hears of it.
void Router::TellOnce(Case& c, size_t index) {
  if (c.flows[index].done) return;  // it tells nobody
  c.stopped = false;
  if (IsDue(c.flows[index], state_.now)) RunFlow(c, index);
  HoldAgain(c, index);
}

void Router::HoldAgain(Case& c, size_t index) {
  SendDue(c);
  c.stopped = true;
  const size_t waiting = c.waiting.size();
  std::erase_if(c.waiting, [](const Waiting& each) { return each.round > 0; });
  if (!c.flows[index].done || c.waiting.size() < waiting) {
    Say(c.page, "stopped",
        fmt::format("route {}: somebody has the incident in hand, nobody else is told",
                    c.flows[index].route));
  }
  c.flows[index].done = true;
  c.flows[index].once = true;
}

// The flow by which the case took this route, also when it fell back since.
Flow* Router::FlowOf(Case& c, const Taken& taken) {
  const auto flow = std::ranges::find(c.flows, taken.name, &Flow::origin);
  return flow == c.flows.end() ? nullptr : &*flow;
}

void Router::OnIncident(const model::Incident& incident, TimePoint now) {
  state_.now = std::max(state_.now, now);
  Case* c = Find(incident.tenant, incident.id);
  if (c == nullptr) return;
  if (!incident.merged_into.empty()) return MergeInto({incident.tenant, incident.merged_into}, *c);
  if (incident.state == model::IncidentState::kOpen) {
    if (!c->stopped) return;
    c->stopped = false;
    dirty_.insert(KeyOf(incident.tenant, incident.id));
    return;
  }
  Stop(*c, fmt::format("{}: nobody else is told", model::IncidentStateName(incident.state)));
  if (incident.state == model::IncidentState::kResolved) End({incident.tenant, incident.id});
}

void Router::OnDelivered(const Delivered& delivered, TimePoint now) {
  state_.now = std::max(state_.now, now);
  Case* c = Find(delivered.tenant, delivered.incident_id);
  if (c == nullptr) return;
  const auto told = std::ranges::find_if(c->told, [&](const Told& t) {
    return t.receiver == delivered.receiver && t.to == delivered.to;
  });
  if (told == c->told.end()) return;
  const auto sent = delivered.key.empty() && !told->sent.empty()
                        ? std::prev(told->sent.end())
                        : std::ranges::find(told->sent, delivered.key, &Sent::key);
  const Sent message = sent == told->sent.end() ? Sent{} : *sent;
  if (!delivered.ok) {
    Say(c->page, "failed",
        fmt::format("{} did not take it ({}): {}", told->receiver, delivered.detail, told->why));
  }
  const std::string person = told->person;
  for (size_t i = 0; i < message.flows.size(); ++i) {
    const auto index = static_cast<size_t>(message.flows[i]);
    Flow& flow = c->flows.at(index);
    dirty_.insert(KeyOf(c->page.tenant, c->page.incident_id));
    if (delivered.ok) {
      flow.arrived = true;
    } else if (!c->stopped || flow.once) {
      Hurry(*c, index, person);
      if (message.turns[i] == flow.turn) Missed(*c, index);
    }
  }
  RunDue(*c);
}

// What waits for the same person by another way comes now.
void Router::Hurry(Case& c, size_t index, const std::string& person) {
  const auto waiting = std::ranges::find_if(c.waiting, [&](const Waiting& each) {
    return each.round > 0 && each.who.flow == static_cast<int64_t>(index) &&
           each.who.person == person;
  });
  if (waiting == c.waiting.end()) return;
  const TimePoint from =
      HeardFrom(c, waiting->who, waiting->who.flow, c.flows[index].severity, state_.now);
  waiting->due = std::min(waiting->due, from);
}

// One message fewer of the step that ran last may still arrive; without any, the next follows.
void Router::Missed(Case& c, size_t index) {
  const bool more = std::ranges::any_of(c.waiting, [&](const Waiting& waiting) {
    return waiting.round > 0 && waiting.who.flow == static_cast<int64_t>(index);
  });
  Flow& flow = c.flows[index];
  if (--flow.hopes > 0 || more) return;
  const bool stopped = std::exchange(c.stopped, false);
  if (flow.policy.empty() || (flow.done && !stopped)) {
    Finish(c, index);
  } else {
    flow.done = false;
    flow.next_at = state_.now;
    if (stopped) RunFlow(c, index);
  }
  if (stopped) HoldAgain(c, index);
}

void Router::Advance(TimePoint now) {
  state_.now = std::max(state_.now, now);
  if (state_.now < next_due_) return;
  next_due_ = kNever;
  for (auto& [key, c] : state_.cases) {
    SendDue(c);
    RunDue(c);
  }
}

void Router::SetPlan(std::shared_ptr<const Plan> plan) {
  plan_ = std::move(plan);
  for (auto& [key, c] : state_.cases) Follow(c);
}

// The escalations of routes that are gone are not what is configured any more; whoever takes their
// alerts now is told.
void Router::Follow(Case& c) {
  bool any = false;
  for (Flow& flow : c.flows) {
    if (c.stopped || flow.done || flow.own || FindRoute(*plan_, flow.origin)) continue;
    Say(c.page, "stopped", fmt::format("route {} is no longer configured", flow.origin));
    flow.done = any = true;
  }
  if (!any) return;
  dirty_.insert(KeyOf(c.page.tenant, c.page.incident_id));
  std::erase_if(c.waiting, [&](const Waiting& waiting) {
    return !FindRoute(*plan_, c.flows.at(static_cast<size_t>(waiting.who.flow)).origin);
  });
  for (const Taken& taken : RoutesOf(*plan_, Whole(c))) {
    if (FlowOf(c, taken) == nullptr) Begin(c, c.flows.emplace_back(), taken);
  }
  Schedule(c);  // what is told with the plan may say that it is over
}

// --- the life of a case

void Router::Open(const model::Page& page) {
  const Key key{page.tenant, page.incident_id};
  const auto known = state_.cases.find(key);
  if (known == state_.cases.end() && state_.cases.size() >= options_.cases_max) {
    return Direct(page, fmt::format("{} incidents are followed already", options_.cases_max));
  }
  Case& c = known == state_.cases.end() ? state_.cases[key] : known->second;
  Keep(page, c);
  dirty_.insert(KeyOf(page.tenant, page.incident_id));
  TellOf(c, page, RoutesOf(*plan_, page));
}

// Begins what is to be begun, and tells the others what is news to them.
void Router::TellOf(Case& c, const model::Page& page, const std::vector<Taken>& routes) {
  const std::set<int64_t> begun = BeginRoutes(c, page, routes);
  for (const int64_t index : begun) {
    if (c.stopped) TellOnce(c, static_cast<size_t>(index));
  }
  RunDue(c);
  TellAgain(c, page, begun);
}

// Begins of these routes those that are new or whose alerts have become worse, and where the page
// opens the incident, or repeats that, those that are through. While somebody has the incident in
// hand, a page that calls for people begins only what has told nobody: the others are news to those
// who know. Which flows that were.
std::set<int64_t> Router::BeginRoutes(Case& c, const model::Page& page,
                                      const std::vector<Taken>& routes) {
  std::set<int64_t> begun;
  const bool opens = page.kind == PageKind::kOpened;
  const bool in_hand = c.stopped && !c.told.empty() && CallsForPeople(page.kind);
  for (const Taken& taken : routes) {
    Flow* flow = FlowOf(c, taken);
    if (flow == nullptr) {
      flow = &c.flows.emplace_back();
    } else {
      const bool known = std::ranges::any_of(
          c.told, [&](const Told& told) { return IsToldBy(told, flow - c.flows.data()); });
      const bool worse = PageFor(*plan_, page, {flow->origin}).severity > flow->severity;
      const bool again = flow->over || (opens && (flow->done || taken.policy.empty()));
      const bool begins = in_hand ? worse && !known : worse || again;
      if (!begins) {
        if (opens && !in_hand) {
          Say(page, "continues", fmt::format("route {}: the escalation goes on", taken.name));
        }
        continue;
      }
    }
    begun.insert(flow - c.flows.data());
    Begin(c, *flow, taken);
  }
  return begun;
}

void Router::Begin(Case& c, Flow& flow, const Taken& taken, std::optional<model::Page> own) {
  const int64_t index = &flow - c.flows.data();
  std::erase_if(c.waiting, [&](const Waiting& w) { return w.who.flow == index; });
  const int64_t turn = flow.turn;
  const std::string origin = flow.origin.empty() ? taken.name : flow.origin;
  flow = Flow{};
  flow.origin = origin;
  flow.route = taken.name;
  flow.policy = taken.policy;
  flow.turn = turn;
  flow.next_at = state_.now;
  flow.own = std::move(own);
  flow.severity = PageOf(c, static_cast<size_t>(index)).severity;
  if (taken.nobody) {
    flow.done = true;
    return Say(c.page, "nobody", fmt::format("route {} tells nobody of what it takes", taken.name));
  }
  if (!taken.Defers(flow.severity)) return;
  flow.next_at = NextInside(taken.hours, taken.zone, state_.now).value_or(state_.now);
  if (flow.next_at > state_.now) {
    Say(c.page, "deferred",
        fmt::format("route {}: {} waits for its hours, until {}", taken.name,
                    model::SeverityName(flow.severity), Clock(flow.next_at, taken.zone)));
  }
}

void Router::RunDue(Case& c) {
  for (size_t i = 0; i < c.flows.size() && !c.stopped; ++i) {
    if (IsDue(c.flows[i], state_.now)) RunFlow(c, i);
  }
  SendDue(c);
  Schedule(c);
}

// The next step that reaches somebody.
void Router::RunFlow(Case& c, size_t index) {
  dirty_.insert(KeyOf(c.page.tenant, c.page.incident_id));
  if (!Goes(c, index)) return;
  while (true) {
    Flow& flow = c.flows[index];
    const Policy* policy = plan_->FindPolicy(flow.policy);
    if (policy == nullptr) {
      const std::optional<Taken> taken = FindRoute(*plan_, flow.route);
      flow.done = true;
      const bool told = flow.policy.empty() && taken && taken->policy.empty() &&
                        RunStep(c, index, {.targets = taken->targets});
      if (!told) Finish(c, index);
      return;
    }
    const auto steps = static_cast<int64_t>(policy->steps.size());
    if (flow.step >= steps) {
      if (flow.round > policy->repeats || !flow.reached) return Finish(c, index);
      ++flow.round;
      flow.step = 0;
      flow.reached = false;
    }
    if (RunStep(c, index, policy->steps[static_cast<size_t>(flow.step++)])) return;
  }
}

// Whether there is still anything to wake somebody for.
bool Router::Goes(Case& c, size_t index) {
  Flow& flow = c.flows[index];
  if (const std::optional<Taken> taken = FindRoute(*plan_, flow.route); taken && taken->nobody) {
    flow.done = true;  // since the plan changed
    Say(c.page, "nobody", fmt::format("route {} tells nobody of what it takes", flow.route));
    return false;
  }
  switch (LifeOf(c, index)) {
    case Life::kFires: return true;
    case Life::kMuted:
      flow.muted = true;
      Say(c.page, "held",
          fmt::format("route {}: all that it takes is silenced or inhibited", flow.route));
      return false;
    case Life::kOver:
      flow.done = flow.over = true;
      Say(c.page, "over", fmt::format("route {}: all that it takes has ended", flow.route));
      return false;
  }
  return false;
}

bool Router::RunStep(Case& c, size_t index, const Step& step) {
  Flow& flow = c.flows[index];
  ++flow.turn;
  flow.hopes = 0;
  std::string chain = fmt::format("route {}", flow.route);
  if (!flow.policy.empty()) {
    chain += fmt::format(" > policy {}, step {}", flow.policy, flow.step);
    if (flow.round > 1) chain += fmt::format(", round {}", flow.round);
  }
  Asked asked{c, index, std::move(chain), {}};
  int64_t passed = 0;  // whose turn it was
  for (const Target& target : step.round_robin ? InTurn(flow, step) : step.targets) {
    ++passed;
    Ask(asked, target);
    if (step.round_robin && asked.first) break;
  }
  if (step.round_robin) PassTurn(flow, passed);
  if (!asked.first) {
    if (step.targets.empty()) Say(c.page, "nobody", asked.chain + ": there is nobody to tell");
    return false;
  }
  flow.reached = true;
  flow.next_at = std::max(state_.now, *asked.first) + step.patience;
  return true;
}

// The targets, beginning with the one whose turn it is.
std::vector<Target> Router::InTurn(const Flow& flow, const Step& step) {
  const int64_t next = state_.turns[TurnOf(flow)];
  std::vector<Target> targets = step.targets;
  std::rotate(targets.begin(), targets.begin() + next % static_cast<int64_t>(targets.size()),
              targets.end());
  return targets;
}

// Whom nothing could reach has had a turn too, so that nobody has two.
void Router::PassTurn(const Flow& flow, int64_t count) {
  const std::string key = TurnOf(flow);
  state_.turns[key] += count;
  dirty_.insert(fmt::format("{}{}", kTurnKey, key));
}

void Router::Finish(Case& c, size_t index) {
  Flow& flow = c.flows[index];
  flow.done = true;
  const bool at_the_end = flow.route == kCatchAll;
  if (flow.arrived || at_the_end) {
    Say(c.page, at_the_end && !flow.reached ? "nobody" : "exhausted",
        fmt::format("route {}: no step is left, and nobody has acknowledged", flow.route));
    if (at_the_end && !flow.reached) pending_.notices.push_back(MakeNotice(c.page, {}));
    return;
  }
  Say(c.page, "fell_back",
      fmt::format("route {} is not known to have reached anybody: {}", flow.route, kCatchAll));
  Begin(c, flow, *FindRoute(*plan_, kCatchAll), flow.own);
  RunFlow(c, index);
}

// --- people

void Router::Ask(Asked& asked, const Target& target) {
  const std::string chain = fmt::format("{} > {}", asked.chain, target.ToString());
  switch (target.kind) {
    case TargetKind::kUser: return AskPerson(asked, target.name, asked.chain);
    case TargetKind::kReceiver: {
      Waiting waiting;
      waiting.due = state_.now;
      waiting.who.receiver = target.name;
      waiting.who.why = chain;
      return Order(asked, std::move(waiting));
    }
    case TargetKind::kTeam: {
      const Team* team = plan_->FindTeam(target.name);
      if (team == nullptr) break;
      if (!team->schedule.empty()) {
        Asked of_team{asked.c, asked.index, chain, asked.first};
        Ask(of_team, {TargetKind::kSchedule, team->schedule});
        asked.first = of_team.first;
        return;
      }
      for (const std::string& member : team->members) AskPerson(asked, member, chain);
      return;
    }
    case TargetKind::kSchedule: {
      const routing::Schedule* schedule = plan_->FindSchedule(target.name);
      if (schedule == nullptr) break;
      const Duty duty = OnCall(*schedule, overrides(), state_.now);
      if (!duty.user.empty()) {
        return AskPerson(asked, duty.user, fmt::format("{} ({})", chain, duty.cause));
      }
      Say(asked.c.page, "nobody",
          fmt::format("{}: nobody is on call until {}", chain, Clock(duty.to, schedule->zone)));
      return;
    }
  }
  Say(asked.c.page, "nobody", chain + ": is no longer configured");
}

void Router::AskPerson(Asked& asked, std::string_view name, const std::string& chain) {
  const User* user = plan_->FindUser(name);
  const model::Page& page = asked.c.page;
  const model::Severity severity = asked.c.flows[asked.index].severity;
  const std::string to_person = fmt::format("{} > {}", chain, name);
  if (user == nullptr) return Say(page, "nobody", to_person + ": is no longer configured");
  bool any = false;
  std::optional<TimePoint> quiet_until;
  for (const Contact& contact : user->contacts) {
    if (!contact.Takes(severity)) continue;
    any = true;
    Waiting waiting;
    waiting.due = state_.now + contact.after;
    if (user->quiet && severity < user->quiet->below) {
      const TimePoint awake =
          NextOutside(user->quiet->hours, user->zone, waiting.due).value_or(waiting.due);
      if (awake > waiting.due) quiet_until = waiting.due = awake;
    }
    waiting.who.receiver = contact.receiver;
    waiting.who.to = contact.to;
    waiting.who.person = user->name;
    waiting.who.why = fmt::format("{} > {}", to_person, contact.receiver);
    Order(asked, std::move(waiting));
  }
  if (!any) {
    Say(page, "nobody",
        fmt::format("{}: has no contact for {}", to_person, model::SeverityName(severity)));
  } else if (quiet_until) {
    Say(page, "deferred",
        fmt::format("{}: quiet hours until {}", to_person, Clock(*quiet_until, user->zone)));
  }
}

void Router::Order(Asked& asked, Waiting waiting) {
  Case& c = asked.c;
  Flow& flow = c.flows[asked.index];
  const Receiver* receiver = plan_->FindReceiver(waiting.who.receiver);
  if (receiver == nullptr) {
    return Say(c.page, "nobody", waiting.who.why + ": is no longer configured");
  }
  asked.first = std::min(asked.first.value_or(waiting.due), waiting.due);
  ++flow.hopes;
  const auto index = static_cast<int64_t>(asked.index);
  // News of the same that waits goes with it.
  std::erase_if(c.waiting, [&](const Waiting& other) {
    return other.round == 0 && other.who.flow == index && SameDoor(other.who, waiting.who);
  });
  const auto same = std::ranges::find_if(c.waiting, [&](const Waiting& other) {
    return other.round > 0 && SameDoor(other.who, waiting.who) && other.due <= waiting.due &&
           Covers(c, static_cast<size_t>(other.who.flow), asked.index);
  });
  if (same != c.waiting.end()) {
    same->sent.flows.push_back(index);
    same->sent.turns.push_back(flow.turn);
    return;
  }
  if (c.waiting.size() >= options_.waiting_max) {
    return Say(c.page, "limit", waiting.who.why + ": too many messages wait for this incident");
  }
  waiting.who.channel = receiver->channel;
  waiting.who.route = flow.route;
  waiting.who.policy = flow.policy;
  waiting.who.flow = index;
  waiting.sent = {.key = {}, .flows = {index}, .turns = {flow.turn}};
  waiting.step = flow.policy.empty() ? 0 : flow.step;
  waiting.round = flow.round;
  c.waiting.push_back(std::move(waiting));
}

// To the catch-all at once, without a case.
void Router::Direct(const model::Page& page, const std::string& why) {
  Case c;
  c.page = page;
  Begin(c, c.flows.emplace_back(), *FindRoute(*plan_, kCatchAll), page);
  Say(page, "direct", fmt::format("{}: {}", kCatchAll, why));
  const std::set<std::string> dirty = dirty_;
  RunFlow(c, 0);
  for (Waiting& waiting : c.waiting) waiting.due = state_.now;  // nothing will wait for it
  SendDue(c);
  dirty_ = dirty;
}

void Router::Stop(Case& c, const std::string& why) {
  if (c.stopped) return;
  c.stopped = true;
  dirty_.insert(KeyOf(c.page.tenant, c.page.incident_id));
  const bool under_way = !c.waiting.empty() || std::any_of(c.flows.begin(), c.flows.end(),
                                                           [](const Flow& f) { return !f.done; });
  c.waiting.clear();
  for (Flow& flow : c.flows) {
    flow.done = true;
    flow.muted = flow.over = false;
  }
  if (under_way) Say(c.page, "stopped", why);
}

void Router::End(const Key& key) {
  state_.cases.erase(key);
  dirty_.insert(KeyOf(key.first, key.second));
}

void Router::Say(const model::Page& page, std::string kind, std::string text) {
  pending_.remarks.push_back({page.tenant, page.incident_id, state_.now, std::move(kind),
                              base::OneLine(text, kTextBytesMax)});
}

void Router::Schedule(const Case& c) {
  for (const Waiting& waiting : c.waiting) next_due_ = std::min(next_due_, waiting.due);
  for (const Flow& flow : c.flows) {
    if (!flow.done && !flow.muted) next_due_ = std::min(next_due_, flow.next_at);
  }
}

Case* Router::Find(const model::TenantName& tenant, const std::string& incident_id) {
  const auto it = state_.cases.find({tenant, incident_id});
  return it == state_.cases.end() ? nullptr : &it->second;
}

}  // namespace vedette::notify::routing
