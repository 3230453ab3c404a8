#include "incident/engine.h"

#include <algorithm>
#include <fmt/core.h>
#include <type_traits>

#include "incident/wording.h"

namespace vedette::incident {
namespace {

using model::IncidentState;

constexpr std::string_view kMachine = "vedette";
constexpr size_t kActorBytesMax = 200;
constexpr size_t kCommentBytesMax = 40'000;
constexpr size_t kRowBytesMax = 1000;
constexpr base::TimePoint kNever = base::TimePoint::max();

bool IsResolved(const Tracked& tracked) {
  return tracked.incident.state == IncidentState::kResolved;
}

int64_t Size(const auto& container) { return static_cast<int64_t>(container.size()); }

// When time alone changes this incident next.
base::TimePoint DueAt(const Tracked& tracked, const EngineOptions& options) {
  if (IsResolved(tracked)) {
    const base::TimePoint resolved_at = tracked.incident.resolved_at.value_or(base::TimePoint{});
    return tracked.open_ids.empty() ? resolved_at + options.reopen_window : kNever;
  }
  if (tracked.quiet_since) {
    return tracked.held_by_person ? kNever : *tracked.quiet_since + options.resolve_after;
  }
  return tracked.repeat_at.value_or(kNever);
}

int64_t PagesOf(const Tracked& tracked, model::PageKind kind) {
  const auto it = tracked.pages.find(std::string(model::PageKindName(kind)));
  return it == tracked.pages.end() ? 0 : it->second;
}

void AddUnique(std::vector<std::string>& list, const std::string& item, int64_t size_max) {
  if (Size(list) >= size_max) return;
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

// What routes look at.
model::Labels PageLabels(const Tracked& tracked) {
  model::LabelsBuilder builder;
  const std::string severity(model::SeverityName(tracked.incident.severity));
  if (!tracked.incident.entities.empty()) builder.Set("service", tracked.incident.entities[0]);
  builder.Set("severity", severity);
  return builder.Build();
}

}  // namespace

Engine::Engine(EngineOptions options) : state_(std::make_unique<State>()) {
  state_->options = options;
}
Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

base::Result<> Engine::Apply(const Input& input) {
  state_->now = std::max(state_->now, input.time);
  state_->seq = input.seq;
  RunDue();
  if (const auto* update = std::get_if<model::AnomalyUpdate>(&input.what)) {
    OnAnomaly(input, *update);
  } else if (const auto* command = std::get_if<Command>(&input.what)) {
    return OnCommand(*command);
  } else if (const auto* result = std::get_if<DeliveryResult>(&input.what)) {
    OnDelivery(*result);
  }
  return {};
}

Decisions Engine::Step(const Input& input) {
  base::IgnoreError(Apply(input), "the caller of Step asks for no answer");
  return Take();
}

Decisions Engine::Take() {
  for (const auto& [tenant, id] : touched_) Hand(state_->tenants[tenant].incidents.at(id));
  touched_.clear();
  return std::exchange(pending_, {});
}

void Engine::Hand(Tracked& tracked) {
  ++tracked.incident.revision;
  std::vector<model::TimelineEntry> rows = std::exchange(tracked.incident.timeline, {});
  model::Incident& out = pending_.changed.emplace_back(tracked.incident);
  out.timeline = std::move(rows);
  for (const std::string& id : tracked.open_ids) {
    if (Size(out.open_anomaly_ids) >= state_->options.anomalies_listed_max) break;
    out.open_anomaly_ids.push_back(id);
  }
}

void Engine::Reconfigure(EngineOptions options) {
  state_->options = options;
  state_->next_due = {};
}

Counts Engine::counts() const {
  Counts counts;
  for (const auto& [name, tenant] : state_->tenants) {
    counts.open_incidents += tenant.open;
    counts.incidents_in_memory += Size(tenant.incidents);
    counts.open_anomalies += Size(tenant.members);
    for (const auto& [id, tracked] : tenant.incidents) {
      counts.anomalies_extra += tracked.anomalies_extra;
      if (tracked.catch_all) counts.in_catch_all += tracked.anomalies;
    }
  }
  return counts;
}

// --- time

void Engine::RunDue() {
  if (state_->now < state_->next_due) return;
  state_->next_due = kNever;
  for (auto& [name, tenant] : state_->tenants) {
    std::vector<std::string> due;
    for (const auto& [id, tracked] : tenant.incidents) {
      if (DueAt(tracked, state_->options) <= state_->now) {
        due.push_back(id);
      } else {
        Schedule(tracked);
      }
    }
    for (const std::string& id : due) {
      // An earlier one may have pushed this one out of memory.
      if (const auto it = tenant.incidents.find(id); it != tenant.incidents.end()) {
        RunDue(Place{tenant, it->second});
      }
    }
  }
}

void Engine::RunDue(Place place) {
  Tracked& tracked = place.tracked;
  if (IsResolved(tracked)) {
    Forget(place.tenant, std::string(tracked.incident.id));
    return;
  }
  if (tracked.quiet_since) {
    Resolve(place, kMachine,
            fmt::format("all anomalies closed for {}", Span(state_->options.resolve_after)));
    return;
  }
  tracked.repeat_at.reset();
  Page(tracked, model::PageKind::kOpened);
  Schedule(tracked);
}

void Engine::Schedule(const Tracked& tracked) {
  state_->next_due = std::min(state_->next_due, DueAt(tracked, state_->options));
}

// --- anomalies

void Engine::OnAnomaly(const Input& input, const model::AnomalyUpdate& update) {
  const model::Anomaly& anomaly = update.anomaly;
  const bool closes = update.transition == model::AnomalyTransition::kClosed ||
                      anomaly.state == model::AnomalyState::kClosed;
  Tenant& tenant = state_->tenants[anomaly.tenant];
  const auto member = tenant.members.find(anomaly.id);
  if (member == tenant.members.end()) {
    if (!closes) OnNewAnomaly(input, tenant, update);
    return;
  }
  const Place place{tenant, tenant.incidents.at(member->second.incident_id)};
  place.tracked.last_activity = state_->now;
  if (closes) {
    Close(place, anomaly);
  } else if (anomaly.severity > member->second.severity) {
    member->second.severity = anomaly.severity;
    Raise(place, anomaly);
  }
}

void Engine::OnNewAnomaly(const Input& input, Tenant& tenant, const model::AnomalyUpdate& update) {
  const model::Anomaly& anomaly = update.anomaly;
  if (anomaly.severity < state_->options.open_severity) return;
  Tracked* home = FindHome(tenant, anomaly);
  const bool room = Size(tenant.members) < state_->options.open_anomalies_max;
  if (home != nullptr && !room && update.transition == model::AnomalyTransition::kUpdated) {
    Raise({tenant, *home}, anomaly);  // counted when it opened
    return;
  }
  Join({tenant, home != nullptr ? *home : Open(tenant, input, anomaly)}, anomaly);
}

Tracked* Engine::FindHome(Tenant& tenant, const model::Anomaly& anomaly) {
  const EngineOptions& options = state_->options;
  const base::TimePoint now = state_->now;
  if (const auto home = tenant.home.find(anomaly.entity); home != tenant.home.end()) {
    Tracked& tracked = tenant.incidents.at(home->second);
    if (!IsResolved(tracked)) {
      if (!tracked.open_ids.empty() || now - tracked.last_activity <= options.group_window) {
        return &tracked;
      }
    } else if (!tracked.closed_by_person &&
               now - tracked.incident.resolved_at.value_or(now) <= options.reopen_window) {
      return &tracked;
    }
  }
  if (options.group_across_services && !tenant.youngest.empty()) {
    Tracked& tracked = tenant.incidents.at(tenant.youngest);
    if (!IsResolved(tracked) && now - tracked.opened_at <= options.across_span_max &&
        SameMoment(tracked, anomaly)) {
      return &tracked;
    }
  }
  if (tenant.open >= options.open_incidents_max && !tenant.catch_all.empty()) {
    return &tenant.incidents.at(tenant.catch_all);
  }
  return nullptr;
}

// Found within seconds, or (as detectors need more or less time to be sure) begun within seconds.
bool Engine::SameMoment(const Tracked& tracked, const model::Anomaly& anomaly) const {
  const base::Duration window = state_->options.across_window;
  return state_->now - tracked.last_opening <= window ||
         (anomaly.started_at >= tracked.incident.started_at - window &&
          anomaly.started_at <= tracked.last_onset + window);
}

Tracked& Engine::Open(Tenant& tenant, const Input& input, const model::Anomaly& anomaly) {
  const std::string id = "in_" + input.fresh_id;
  Tracked& tracked = tenant.incidents[id];
  model::Incident& incident = tracked.incident;
  incident.id = id;
  incident.tenant = anomaly.tenant;
  incident.severity = anomaly.severity;
  incident.started_at = tracked.last_onset = anomaly.started_at;
  tracked.opened_at = state_->now;
  tracked.headline = Headline(anomaly);
  tracked.headline_entity = anomaly.entity;
  tracked.headline_severity = anomaly.severity;
  if (tenant.open >= state_->options.open_incidents_max) {
    tracked.catch_all = true;
    tenant.catch_all = id;
  }
  ++tenant.open;
  AddRow(tracked, "opened", kMachine, tracked.headline, anomaly.id);
  return tracked;
}

void Engine::Join(Place place, const model::Anomaly& anomaly) {
  auto& [tenant, tracked] = place;
  model::Incident& incident = tracked.incident;
  if (IsResolved(tracked)) Reopen(place, kMachine, "an anomaly opened soon after the resolution");

  ++tracked.anomalies;
  if (Size(tenant.members) < state_->options.open_anomalies_max) {
    tenant.members[anomaly.id] = Member{incident.id, anomaly.entity, anomaly.severity};
    tracked.open_ids.insert(anomaly.id);
    tracked.quiet_since.reset();
  } else {
    ++tracked.anomalies_extra;
    if (tracked.open_ids.empty()) tracked.quiet_since = state_->now;
  }
  tracked.last_opening = tracked.last_activity = state_->now;
  tenant.youngest = incident.id;
  tenant.home[anomaly.entity] = incident.id;
  incident.started_at = std::min(incident.started_at, anomaly.started_at);
  tracked.last_onset = std::max(tracked.last_onset, anomaly.started_at);
  AddUnique(incident.anomaly_ids, anomaly.id, state_->options.anomalies_listed_max);
  AddUnique(incident.entities, anomaly.entity, state_->options.anomalies_listed_max);
  pending_.joined.push_back({incident.tenant, incident.id, anomaly.id});
  AddRow(tracked, "anomaly_opened", kMachine, Headline(anomaly), anomaly.id);
  Raise(place, anomaly);
}

// The incident takes over the anomaly's severity if that is worse, and pages if it is bad enough.
void Engine::Raise(Place place, const model::Anomaly& anomaly) {
  Tracked& tracked = place.tracked;
  model::Incident& incident = tracked.incident;
  if (anomaly.severity > tracked.headline_severity) {
    tracked.headline = Headline(anomaly);
    tracked.headline_entity = anomaly.entity;
    tracked.headline_severity = anomaly.severity;
  }
  incident.title = Title(tracked);
  const bool raised = anomaly.severity > incident.severity;
  if (raised) {
    if (IsResolved(tracked)) Reopen(place, kMachine, "its anomaly became worse");
    AddRow(tracked, "severity_changed", kMachine,
           fmt::format("{} to {}", model::SeverityName(incident.severity),
                       model::SeverityName(anomaly.severity)),
           anomaly.id);
    incident.severity = anomaly.severity;
  }
  if (!IsResolved(tracked)) PageOpening(tracked, raised);
  Schedule(tracked);
}

void Engine::Close(Place place, const model::Anomaly& anomaly) {
  Tracked& tracked = place.tracked;
  place.tenant.members.erase(anomaly.id);
  tracked.open_ids.erase(anomaly.id);
  if (tracked.open_ids.empty()) tracked.quiet_since = state_->now;
  AddRow(tracked, "anomaly_closed", kMachine, Headline(anomaly), anomaly.id);
  Schedule(tracked);
}

// --- life

void Engine::Acknowledge(Tracked& tracked, const Command& command) {
  model::Incident& incident = tracked.incident;
  incident.state = IncidentState::kAcknowledged;
  incident.acknowledged_at = state_->now;
  incident.acknowledged_by = OneLine(command.actor, kActorBytesMax);
  tracked.repeat_at.reset();
  AddRow(tracked, "acknowledged", command.actor, command.text);
  if (tracked.resolution_owed && state_->options.page_acknowledged) {
    Page(tracked, model::PageKind::kAcknowledged);
  }
}

void Engine::Resolve(Place place, std::string_view actor, std::string text) {
  auto& [tenant, tracked] = place;
  model::Incident& incident = tracked.incident;
  incident.state = IncidentState::kResolved;
  incident.resolved_at = state_->now;
  incident.resolved_by = OneLine(actor, kActorBytesMax);
  tracked.closed_by_person = actor != kMachine;
  tracked.held_by_person = false;
  tracked.repeat_at.reset();
  AddRow(tracked, "resolved", actor, std::move(text));
  if (std::exchange(tracked.resolution_owed, false)) Page(tracked, model::PageKind::kResolved);
  --tenant.open;
  if (tenant.catch_all == incident.id) tenant.catch_all.clear();
  tenant.resolved.push_back(incident.id);
  Schedule(tracked);
  if (Size(tenant.resolved) > state_->options.resolved_incidents_max) {
    Forget(tenant, std::string(tenant.resolved.front()));
  }
}

void Engine::Reopen(Place place, std::string_view actor, std::string text) {
  auto& [tenant, tracked] = place;
  model::Incident& incident = tracked.incident;
  incident.state = IncidentState::kOpen;
  incident.resolved_at.reset();
  incident.resolved_by.clear();
  incident.acknowledged_at.reset();
  incident.acknowledged_by.clear();
  tracked.opened_at = state_->now;
  tracked.closed_by_person = false;
  tracked.held_by_person = actor != kMachine;
  const base::Duration patience = state_->options.reopened_page_after;
  if (PagesOf(tracked, model::PageKind::kOpened) > 0 && patience.count() > 0) {
    tracked.repeat_at = state_->now + patience;
  }
  ++tenant.open;
  std::erase(tenant.resolved, incident.id);
  AddRow(tracked, "reopened", actor, std::move(text));
  Schedule(tracked);
}

void Engine::Forget(Tenant& tenant, const std::string& incident_id) {
  const auto it = tenant.incidents.find(incident_id);
  Tracked& tracked = it->second;
  if (touched_.erase({tracked.incident.tenant, incident_id}) > 0) Hand(tracked);
  for (const std::string& id : tracked.open_ids) tenant.members.erase(id);
  // Not by the incident's list of entities, which may be cut short.
  std::erase_if(tenant.home, [&](const auto& home) { return home.second == incident_id; });
  if (tenant.youngest == incident_id) tenant.youngest.clear();
  std::erase(tenant.resolved, incident_id);
  tenant.incidents.erase(it);
}

// --- pages and rows

void Engine::PageOpening(Tracked& tracked, bool raised) {
  if (tracked.incident.severity < state_->options.page_severity) return;
  if (PagesOf(tracked, model::PageKind::kOpened) == 0) {
    Page(tracked, model::PageKind::kOpened);
  } else if (raised) {
    Page(tracked, model::PageKind::kSeverityRaised);
  }
}

void Engine::Page(Tracked& tracked, model::PageKind kind) {
  const model::Incident& incident = tracked.incident;
  const int64_t number = ++tracked.pages[std::string(model::PageKindName(kind))];
  model::Page& page = pending_.pages.emplace_back();
  page.dedup_key = fmt::format("{}:{}:{}", incident.id, model::PageKindName(kind), number);
  page.kind = kind;
  page.tenant = incident.tenant;
  page.incident_id = incident.id;
  page.title = incident.title;
  page.text = PageText(tracked, kind, state_->now);
  page.severity = incident.severity;
  page.entities = incident.entities;
  page.incident_started_at = incident.started_at;
  page.decided_at = state_->now;
  page.labels = PageLabels(tracked);
  page.priority = model::PriorityOf(page.labels, page.severity);
  page.state = incident.state;
  if (kind != model::PageKind::kOpened && kind != model::PageKind::kSeverityRaised) return;
  tracked.resolution_owed = true;
  const base::Duration repeat = state_->options.repeat_interval;
  const bool repeats = incident.state == IncidentState::kOpen && repeat.count() > 0;
  tracked.repeat_at = repeats ? std::optional(state_->now + repeat) : std::nullopt;
}

void Engine::AddRow(Tracked& tracked, std::string kind, std::string_view actor, std::string text,
                    std::string anomaly_id) {
  model::Incident& incident = tracked.incident;
  incident.updated_at = state_->now;
  touched_.insert({incident.tenant, incident.id});
  // Rows that a noisy series or receiver makes without end stop first.
  const bool chatty = kind.starts_with("anomaly_") || kind.starts_with("page_");
  const int64_t rows_max = state_->options.timeline_rows_max * (chatty ? 1 : 2);
  if (tracked.rows >= rows_max) {
    ++tracked.rows_dropped;
    return;
  }
  model::TimelineEntry& row = incident.timeline.emplace_back();
  row.seq = ++tracked.rows;
  row.time = state_->now;
  row.kind = std::move(kind);
  row.actor = OneLine(actor, kActorBytesMax);
  row.text = std::move(text);
  row.anomaly_id = std::move(anomaly_id);
}

// --- people and receivers

base::Result<> Engine::OnCommand(const Command& command) {
  if (command.text.size() > kCommentBytesMax) {
    return base::InvalidArgument(fmt::format("a comment has at most {} bytes", kCommentBytesMax),
                                 "text");
  }
  if (command.kind == CommandKind::kComment && command.text.empty()) {
    return base::InvalidArgument("a comment needs text", "text");
  }
  Tenant* tenant = nullptr;
  Tracked* tracked = nullptr;
  if (const auto it = state_->tenants.find(command.tenant); it != state_->tenants.end()) {
    tenant = &it->second;
    const auto found = tenant->incidents.find(command.incident_id);
    if (found != tenant->incidents.end()) tracked = &found->second;
  }
  if (tracked == nullptr) {
    if (command.kind != CommandKind::kComment) return base::NotFound("no such incident in memory");
    model::TimelineEntry row{.seq = 0,
                             .time = state_->now,
                             .kind = "comment",
                             .actor = OneLine(command.actor, kActorBytesMax),
                             .text = command.text,
                             .anomaly_id = {}};
    pending_.late_rows.push_back({command.tenant, command.incident_id, std::move(row)});
    return {};
  }
  const IncidentState state = tracked->incident.state;
  switch (command.kind) {
    case CommandKind::kAcknowledge:
      if (state == IncidentState::kResolved) {
        return base::FailedPrecondition("the incident is resolved");
      }
      if (state == IncidentState::kOpen) Acknowledge(*tracked, command);
      break;
    case CommandKind::kResolve:
      if (state != IncidentState::kResolved) {
        Resolve({*tenant, *tracked}, command.actor, command.text);
      }
      break;
    case CommandKind::kReopen:
      if (state == IncidentState::kResolved) {
        Reopen({*tenant, *tracked}, command.actor, command.text);
      }
      break;
    case CommandKind::kComment:
      if (tracked->rows >= 2 * state_->options.timeline_rows_max) {
        return base::ResourceExhausted("the incident's timeline is full", "timeline_rows_max");
      }
      AddRow(*tracked, "comment", command.actor, command.text);
      break;
  }
  return {};
}

void Engine::OnDelivery(const DeliveryResult& result) {
  std::string kind = result.ok ? "page_sent" : "page_failed";
  std::string text = OneLine(
      fmt::format("{}: {}{}", result.receiver, result.detail, result.final ? "" : "; trying again"),
      kRowBytesMax);
  Tenant& tenant = state_->tenants[result.tenant];
  const auto it = tenant.incidents.find(result.incident_id);
  if (it != tenant.incidents.end()) {
    AddRow(it->second, std::move(kind), kMachine, std::move(text));
    return;
  }
  model::TimelineEntry row{.seq = 0,
                           .time = state_->now,
                           .kind = std::move(kind),
                           .actor = std::string(kMachine),
                           .text = std::move(text),
                           .anomaly_id = {}};
  pending_.late_rows.push_back({result.tenant, result.incident_id, std::move(row)});
}

}  // namespace vedette::incident
