#include "incident/engine.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "incident/engine_index.h"
#include "incident/wording.h"

namespace vedette::incident {
namespace {

using model::IncidentState;

// When time alone changes this incident next.
base::TimePoint DueAt(const Tracked& tracked, const EngineOptions& options) {
  const base::TimePoint held = tracked.held_until.value_or(kNever);
  if (IsResolved(tracked)) {
    const base::TimePoint resolved_at = tracked.incident.resolved_at.value_or(base::TimePoint{});
    const base::TimePoint forget = resolved_at + options.reopen_window;
    return std::min(held, tracked.open_ids.empty() ? forget : tracked.repeat_at.value_or(kNever));
  }
  if (!tracked.group_key.empty()) return std::min(held, tracked.flush_at.value_or(kNever));
  if (tracked.quiet_since) {
    return tracked.held_by_person ? held
                                  : std::min(held, *tracked.quiet_since + options.resolve_after);
  }
  return std::min(held, tracked.repeat_at.value_or(kNever));
}

}  // namespace

int64_t PagesOf(const Tracked& tracked, model::PageKind kind) {
  const auto it = tracked.pages.find(std::string(model::PageKindName(kind)));
  return it == tracked.pages.end() ? 0 : it->second;
}

Engine::Engine(EngineOptions options)
    : state_(std::make_unique<State>()), index_(std::make_unique<Index>()) {
  state_->options = std::move(options);
}
Engine::Engine(std::unique_ptr<State> state)
    : state_(std::move(state)), index_(std::make_unique<Index>()) {
  Rebuild();
}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

base::Result<> Engine::Apply(const Input& input) {
  state_->now = std::max(state_->now, input.time);
  state_->seq = input.seq;
  RunDue();
  base::Result<> answer;
  if (const auto* update = std::get_if<model::AnomalyUpdate>(&input.what)) {
    OnAnomaly(input, *update);
  } else if (const auto* command = std::get_if<Command>(&input.what)) {
    answer = OnCommand(input, *command);
  } else if (const auto* result = std::get_if<DeliveryResult>(&input.what)) {
    OnDelivery(*result);
  } else if (const auto* alert = std::get_if<model::Alert>(&input.what)) {
    answer = OnAlert(input, *alert);
  } else if (const auto* silence = std::get_if<SilenceCommand>(&input.what)) {
    answer = OnSilence(input, *silence);
  } else if (std::holds_alternative<Start>(input.what)) {
    OnStart();
  } else if (const auto* options = std::get_if<EngineOptions>(&input.what)) {
    Reconfigure(*options);
  } else if (const auto* dependencies = std::get_if<Dependencies>(&input.what)) {
    answer = OnDependencies(*dependencies);
  } else if (const auto* recall = std::get_if<Recall>(&input.what)) {
    OnRecall(*recall);
  }
  Settle();
  return answer;
}

Decisions Engine::Step(const Input& input) {
  base::IgnoreError(Apply(input), "the caller of Step asks for no answer");
  return Take();
}

// --- what is handed out

Decisions Engine::Take() {
  for (const auto& [tenant, id] : touched_) Hand(state_->tenants[tenant].incidents.at(id));
  touched_.clear();
  for (auto& [key, view] : alerts_touched_) {
    if (!view) {
      const Tenant& tenant = state_->tenants[key.first];
      view = ViewOf(tenant, *tenant.members.find(key.second));
    }
    pending_.alerts.push_back(*std::move(view));
  }
  alerts_touched_.clear();
  for (const auto& [tenant, id] : silences_touched_) {
    pending_.silences.push_back(state_->tenants[tenant].silences.at(id));
  }
  silences_touched_.clear();
  return std::exchange(pending_, {});
}

void Engine::Touch(Tracked& tracked) {
  touched_.insert({tracked.incident.tenant, tracked.incident.id});
  to_schedule_.insert({tracked.incident.tenant, tracked.incident.id});
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

void Engine::HandAlert(const model::TenantName& tenant, const MemberEntry& entry) {
  alerts_touched_[{tenant, entry.first}].reset();
}

AlertView Engine::ViewOf(const Tenant& tenant, const MemberEntry& entry) const {
  const Member& member = entry.second;
  AlertView view{.anomaly_id = entry.first,
                 .incident_id = member.incident_id,
                 .severity = member.severity,
                 .alert = member.alert,
                 .group_labels = {},
                 .silenced_by = member.silenced_by,
                 .inhibited_by = member.inhibited_by,
                 .has_route = member.is_alert && IsPageable(member)};
  const Tracked& tracked = tenant.incidents.at(member.incident_id);
  const auto& groups = tracked.incident.group_labels;
  if (groups.empty() && tracked.group_key.empty()) {
    view.group_labels = model::Labels({{"service", tracked.headline_entity}});
  } else {
    view.group_labels = model::Labels({groups.begin(), groups.end()});
  }
  return view;
}

void Engine::ForEachAlert(const std::function<void(AlertView)>& each) const {
  for (const auto& [name, tenant] : state_->tenants) {
    for (const MemberEntry& entry : tenant.members) each(ViewOf(tenant, entry));
  }
}

void Engine::ForEachSilence(const std::function<void(const model::Silence&)>& each) const {
  for (const auto& [name, tenant] : state_->tenants) {
    for (const auto& [id, silence] : tenant.silences) each(silence);
  }
}

bool Engine::IsOpen(const model::TenantName& tenant, std::string_view id) const {
  const auto place = state_->tenants.find(tenant);
  if (place == state_->tenants.end()) return false;
  const auto found = place->second.incidents.find(id);
  return found != place->second.incidents.end() && !IsResolved(found->second);
}

const model::Silence* Engine::FindSilence(const model::TenantName& tenant,
                                          std::string_view id) const {
  const auto place = state_->tenants.find(tenant);
  if (place == state_->tenants.end()) return nullptr;
  const auto found = place->second.silences.find(id);
  return found == place->second.silences.end() ? nullptr : &found->second;
}

Counts Engine::counts() const {
  Counts counts;
  for (const auto& [name, tenant] : state_->tenants) {
    counts.open_incidents += tenant.open;
    counts.incidents_in_memory += Size(tenant.incidents);
    counts.open_anomalies += Size(tenant.members);
    counts.silences += Size(tenant.silences);
    for (const auto& [id, tracked] : tenant.incidents) {
      counts.anomalies_extra += tracked.anomalies_extra;
      counts.muted += tracked.muted;
      if (tracked.catch_all) counts.in_catch_all += tracked.anomalies;
    }
  }
  return counts;
}

// --- what is found again from the state

Engine::TenantIndex& Engine::IndexOf(const model::TenantName& tenant) {
  return index_->tenants.try_emplace(tenant, state_->options.inhibit_rules).first->second;
}

void Engine::Reconfigure(EngineOptions options) {
  if (options == state_->options) return;
  state_->options = std::move(options);
  state_->options_changed = true;
  pending_.moved = true;
  Rebuild();
}

void Engine::Rebuild() {
  *index_ = {};
  for (auto& [name, tenant] : state_->tenants) {
    TenantIndex& index = IndexOf(name);
    for (auto& [id, tracked] : tenant.incidents) {
      tracked.untold.clear();
      tracked.muted = tracked.pageable = tracked.first_time = tracked.news = 0;
      for (int64_t& count : tracked.loud) count = 0;
      tracked.due.reset();
      Schedule(tracked);
    }
    for (MemberEntry& entry : tenant.members) {
      const Member& member = entry.second;
      index.by_serial[member.serial] = &entry;
      index.labels.Add(member.serial, member.alert.labels);
      index.inhibition.Add(member.serial, member.alert.labels);
      for (const std::string& silence : member.silenced_by) {
        index.hidden[silence].insert(member.serial);
      }
      if (member.ends_by_itself()) {
        index.alerts[member.alert.labels.bytes()] = entry.first;
        ScheduleAt(member.alert.ends_at, DueKind::kAlert, name, entry.first);
      }
      Count(tenant.incidents.at(member.incident_id), entry, 1);
    }
    FindCallers(name);
    for (const auto& [id, silence] : tenant.silences) {
      if (silence.StateAt(state_->now) == model::SilenceState::kActive) index.active.insert(id);
      ScheduleSilence(silence, tenant.silences_warned.contains(id));
    }
  }
}

// --- time

void Engine::ScheduleAt(base::TimePoint time, DueKind kind, const model::TenantName& tenant,
                        const std::string& id) {
  index_->due.insert({time, kind, tenant, id});
}

void Engine::Schedule(Tracked& tracked) {
  const model::Incident& incident = tracked.incident;
  const base::TimePoint at = DueAt(tracked, state_->options);
  if (tracked.due == at) return;
  if (tracked.due) {
    index_->due.erase({*tracked.due, DueKind::kIncident, incident.tenant, incident.id});
  }
  tracked.due = at;
  if (at != kNever) ScheduleAt(at, DueKind::kIncident, incident.tenant, incident.id);
}

// Brings what hangs on the incidents that were touched up to date.
void Engine::Settle() {
  for (const auto& [tenant, id] : to_schedule_) {
    auto& incidents = state_->tenants[tenant].incidents;
    const auto it = incidents.find(id);
    if (it == incidents.end()) continue;
    Tracked& tracked = it->second;
    const bool loud = tracked.loud[0] + tracked.loud[1] + tracked.loud[2] > 0;
    const bool suppressed = tracked.muted > 0 && !loud && !tracked.extra_pageable;
    if (std::exchange(tracked.incident.suppressed, suppressed) != suppressed) {
      touched_.insert({tenant, id});
    }
    Schedule(tracked);
  }
  to_schedule_.clear();
}

std::optional<base::TimePoint> Engine::NextDeadline() const {
  if (state_->options_changed) return state_->now;
  if (index_->due.empty()) return std::nullopt;
  return std::get<0>(*index_->due.begin());
}

void Engine::RunDue() {
  if (state_->options_changed) {
    state_->options_changed = false;
    pending_.moved = true;
    for (auto& [name, tenant] : state_->tenants) {
      std::vector<int64_t> all;
      for (const auto& [serial, entry] : IndexOf(name).by_serial) all.push_back(serial);
      CheckInhibition(tenant, name, all);
    }
  }
  auto& due = index_->due;
  while (!due.empty() && std::get<0>(*due.begin()) <= state_->now) {
    const auto [time, kind, name, id] = *due.begin();
    due.erase(due.begin());
    Tenant& tenant = state_->tenants[name];
    pending_.moved = pending_.moved || kind != DueKind::kAlert;
    switch (kind) {
      case DueKind::kAlert: EndAlert(tenant, id, time); break;
      case DueKind::kSilence: RunDue(tenant, id, time); break;
      case DueKind::kIncident:
        if (const auto it = tenant.incidents.find(id); it != tenant.incidents.end()) {
          it->second.due.reset();
          to_schedule_.insert({name, id});
          RunDue(Place{tenant, it->second});
        }
        break;
    }
    // What this brought about may be due at once, and is run in its turn.
    Settle();
  }
}

void Engine::RunDue(Place place) {
  Tracked& tracked = place.tracked;
  if (tracked.held_until && *tracked.held_until <= state_->now) {
    RunHeld(tracked);
  } else if (IsResolved(tracked)) {
    if (!tracked.open_ids.empty()) return RunStillOpen(place);
    Forget(place.tenant, std::string(tracked.incident.id));
  } else if (!tracked.group_key.empty()) {
    Flush(place);
  } else if (tracked.quiet_since) {
    Resolve(place, kMachine,
            fmt::format("all anomalies closed for {}", Span(state_->options.resolve_after)));
  } else {
    tracked.repeat_at.reset();
    if (tracked.pageable > 0 || tracked.extra_pageable) {
      Tell(tracked, model::PageKind::kOpened);
    } else if (state_->options.repeat_interval.count() > 0) {
      tracked.repeat_at = state_->now + state_->options.repeat_interval;
    }
  }
}

}  // namespace vedette::incident
