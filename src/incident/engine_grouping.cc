#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/utf8.h"
#include "incident/engine.h"
#include "incident/engine_index.h"
#include "incident/wording.h"

namespace vedette::incident {
namespace {

using model::AnomalyKind;

bool IsAlert(const model::Anomaly& anomaly) {
  return anomaly.kind == AnomalyKind::kRule || anomaly.kind == AnomalyKind::kAlert;
}

bool AddUnique(std::vector<std::string>& list, const std::string& item, int64_t size_max) {
  if (Size(list) >= size_max) return false;
  if (std::find(list.begin(), list.end(), item) != list.end()) return false;
  list.push_back(item);
  return true;
}

// The labels by which people silence, inhibit and route: an alert's own; those of an anomaly's
// series, completed by what an alert would have.
model::Labels LabelsOf(const model::Anomaly& anomaly) {
  if (IsAlert(anomaly)) return anomaly.labels;
  model::LabelsBuilder builder(anomaly.labels);
  builder.Remove(model::kMetricName);
  const auto complete = [&](std::string_view name, std::string_view value) {
    if (anomaly.labels.Get(name).empty() && !value.empty()) builder.Set(name, value);
  };
  const bool learned = anomaly.kind == AnomalyKind::kBaseline;
  complete("alertname", learned && !anomaly.labels.metric_name().empty()
                            ? anomaly.labels.metric_name()
                            : std::string_view(anomaly.detector));
  complete("service", anomaly.entity);
  complete("severity", model::SeverityName(anomaly.severity));
  return builder.Build();
}

model::Alert AlertOf(const model::Anomaly& anomaly) {
  model::Alert alert{.tenant = anomaly.tenant,
                     .labels = LabelsOf(anomaly),
                     .annotations = anomaly.annotations,
                     .starts_at = anomaly.started_at,
                     .ends_at = {},
                     .updated_at = anomaly.updated_at,
                     .generator_url = anomaly.generator_url};
  if (anomaly.kind != AnomalyKind::kAlert && alert.annotations.empty() &&
      !anomaly.summary.empty()) {
    alert.annotations = model::Labels({{"summary", anomaly.summary}});
  }
  if (anomaly.kind == AnomalyKind::kAlert) alert.ends_at = anomaly.ended_at.value_or(alert.ends_at);
  return alert;
}

// The labels of its group; all of them where the configuration says so.
model::Labels GroupLabels(const AlertGrouping& grouping, model::LabelsView labels) {
  model::LabelsBuilder builder;
  for (const model::Label& label : labels) {
    const bool wanted = std::ranges::any_of(grouping.group_by, [&](const std::string& name) {
      return name == "..." || name == label.name;
    });
    if (wanted) builder.Append(label.name, label.value);
  }
  return builder.Build();
}

constexpr base::Duration kSameMoment{1};                // in which what is decided together arrives
constexpr base::Duration kOneRequest{100};              // in which the alerts of one request arrive
constexpr std::string_view kCatchAllKey = "catch-all";  // those of groups have braces

void SetHeadline(Tracked& tracked, const model::Anomaly& anomaly) {
  tracked.headline = Headline(anomaly);
  tracked.headline_entity = anomaly.entity;
  tracked.headline_severity = anomaly.severity;
}

// Never empty: a group without a label has a key too.
std::string GroupKey(const GroupingChoice& choice, const model::Labels& labels) {
  return std::string(choice.rule) + (labels.empty() ? "{}" : labels.ToString());
}

// Whether it has fired for as long as its group would wait for others.
bool HasWaited(const model::Anomaly& anomaly, const AlertGrouping& grouping, base::TimePoint now) {
  return anomaly.started_at + grouping.group_wait <= now;
}

}  // namespace

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
  if (closes) {
    Close(place, *member, anomaly.ended_at.value_or(state_->now), Headline(anomaly));
  } else {
    Update(place, *member, anomaly);
  }
}

// Null when it is nobody's business.
Tracked* Engine::OnNewAnomaly(const Input& input, Tenant& tenant,
                              const model::AnomalyUpdate& update) {
  const model::Anomaly& anomaly = update.anomaly;
  if (anomaly.severity < state_->options.open_severity && !IsAlert(anomaly)) return nullptr;
  std::string reason;
  Tracked* home = FindHome(tenant, anomaly, reason);
  const bool room = Size(tenant.members) < state_->options.open_anomalies_max;
  if (home != nullptr && !room && update.transition == model::AnomalyTransition::kUpdated) {
    Raise({tenant, *home}, anomaly);  // counted when it opened
    return home;
  }
  if (home == nullptr) home = &Open(tenant, anomaly.tenant, input.fresh_id, anomaly);
  Join({tenant, *home}, anomaly, reason);
  return home;
}

// Open, or resolved by itself a moment ago.
bool Engine::TakesMore(const Tracked& tracked) const {
  if (!IsResolved(tracked)) return true;
  const base::TimePoint resolved_at = tracked.incident.resolved_at.value_or(state_->now);
  const bool fresh = state_->now - resolved_at <= state_->options.reopen_window;
  return fresh && !tracked.closed_by_person;
}

// The incident that was the last of its group, or of its service; null when none is in memory.
Tracked* Engine::LastHome(Tenant& tenant, std::string_view entity, model::LabelsView labels,
                          const GroupingChoice& choice) {
  const bool by_labels = choice.grouping != nullptr;
  const auto& homes = by_labels ? tenant.groups : tenant.home;
  const auto last = by_labels ? homes.find(GroupKey(choice, GroupLabels(*choice.grouping, labels)))
                              : homes.find(entity);
  return last == homes.end() ? nullptr : &tenant.incidents.at(last->second);
}

Tracked* Engine::FindHome(Tenant& tenant, const model::Anomaly& anomaly, std::string& reason) {
  const EngineOptions& options = state_->options;
  const GroupingChoice choice =
      IsAlert(anomaly) ? GroupingOf(options, anomaly.labels) : GroupingChoice{};
  const bool by_labels = choice.grouping != nullptr;
  Tracked* const last = LastHome(tenant, anomaly.entity, anomaly.labels, choice);
  const bool takes = last != nullptr && TakesMore(*last);
  // What ended without a word to anybody is opened again where nothing else goes on.
  const bool unheard = takes && IsResolved(*last) && PagesOf(*last, model::PageKind::kOpened) == 0;
  if (takes && !unheard) {
    if (by_labels || IsResolved(*last) || GoesOn(*last, anomaly.severity)) return last;
  }
  if (!by_labels) {
    if (Tracked* tracked = FindAcross(tenant, anomaly, reason)) return tracked;
  }
  if (unheard) return last;
  if (tenant.open >= options.open_incidents_max && !tenant.catch_all.empty()) {
    reason = fmt::format("too many incidents are open ({})", tenant.open);
    return &tenant.incidents.at(tenant.catch_all);
  }
  return nullptr;
}

// Whether something new is part of what goes on there. What is left of an incident, once the worst
// is over, is not to keep people from hearing of the next one.
bool Engine::GoesOn(const Tracked& tracked, model::Severity severity) const {
  if (tracked.anomalies == 0) return true;  // declared, and nothing was seen of it so far
  if (state_->now - tracked.last_activity <= state_->options.group_window) return true;
  const bool told =
      PagesOf(tracked, model::PageKind::kOpened) > 0 && severity <= tracked.told_severity;
  const bool over = tracked.muted == 0 && WorstLoud(tracked) < severity;
  return !tracked.open_ids.empty() && !(told && over);
}

// The incident that began on another service: one next to it, or at the same time.
Tracked* Engine::FindAcross(Tenant& tenant, const model::Anomaly& anomaly, std::string& reason) {
  const EngineOptions& options = state_->options;
  if (!options.group_across_services) return nullptr;
  if (Tracked* next = FindNextTo(tenant, anomaly, reason)) return next;
  if (tenant.youngest.empty()) return nullptr;
  Tracked& tracked = tenant.incidents.at(tenant.youngest);
  if (IsResolved(tracked) || state_->now - tracked.wave_at > options.across_span_max ||
      !SameMoment(tracked, anomaly) || AreStrangers(tenant, tracked, anomaly)) {
    return nullptr;
  }
  reason = fmt::format("{} was found, or began, within {} of {}", anomaly.entity,
                       Span(options.across_window), tracked.headline_entity);
  return &tracked;
}

// Found within seconds, or (as detectors need more or less time to be sure) begun within seconds.
bool Engine::SameMoment(const Tracked& tracked, const model::Anomaly& anomaly) const {
  const base::Duration window = state_->options.across_window;
  return state_->now - tracked.last_opening <= window ||
         (anomaly.started_at >= tracked.incident.started_at - window &&
          anomaly.started_at <= tracked.last_onset + window);
}

Tracked& Engine::Open(Tenant& tenant, const model::TenantName& name, const std::string& fresh_id,
                      const model::Anomaly& anomaly) {
  const std::string id = IncidentId(fresh_id);
  Tracked& tracked = tenant.incidents[id];
  model::Incident& incident = tracked.incident;
  incident.id = id;
  incident.tenant = name;
  incident.severity = anomaly.severity;
  incident.started_at = tracked.last_onset = anomaly.started_at;
  incident.phases = {{model::IncidentPhase::kDetection, state_->now, std::string(kMachine)}};
  tracked.wave_at = state_->now;
  SetHeadline(tracked, anomaly);
  AddRow(tracked, "opened", kMachine, tracked.headline, anomaly.id);
  if (tenant.open >= state_->options.open_incidents_max) {
    // Told of like a group of everything: at once, and of what is new at each turn.
    tracked.catch_all = true;
    tenant.catch_all = id;
    tracked.group_key = kCatchAllKey;
    tracked.flush_at = state_->now + kSameMoment;
  } else if (IsAlert(anomaly)) {
    BeginGroup(tenant, tracked, anomaly);
  }
  ++tenant.open;
  return tracked;
}

// Where alerts like this one are grouped by labels.
void Engine::BeginGroup(Tenant& tenant, Tracked& tracked, const model::Anomaly& anomaly) {
  const GroupingChoice choice = GroupingOf(state_->options, anomaly.labels);
  if (choice.grouping == nullptr) return;
  model::Incident& incident = tracked.incident;
  const model::Labels labels = GroupLabels(*choice.grouping, anomaly.labels);
  for (const model::Label& label : labels) incident.group_labels.emplace(label.name, label.value);
  tracked.group_rule = choice.rule;
  tracked.group_key = GroupKey(choice, labels);
  tenant.groups[tracked.group_key] = incident.id;
  const bool waited = HasWaited(anomaly, *choice.grouping, state_->now);
  const base::Duration wait = waited ? base::Duration(0) : choice.grouping->group_wait;
  tracked.flush_at = state_->now + std::max(wait, kOneRequest);
  AddRow(tracked, "grouped", kMachine,
         base::OneLine(
             fmt::format("alerts with the same {} belong together ({})",
                         labels.empty() ? "tenant" : labels.ToString(),
                         choice.rule.empty() ? "notify.group_by"
                                             : fmt::format("{} of notify.grouping", choice.rule)),
             kRowBytesMax));
}

void Engine::Join(Place place, const model::Anomaly& anomaly, const std::string& reason) {
  auto& [tenant, tracked] = place;
  model::Incident& incident = tracked.incident;
  const bool reopens = IsResolved(tracked);
  if (reopens) {
    Reopen(place, kMachine, "an anomaly opened soon after the resolution");
    SetHeadline(tracked, anomaly);  // the old one is over
  }

  ++tracked.anomalies;
  const bool room = Size(tenant.members) < state_->options.open_anomalies_max;
  if (room) {
    tracked.quiet_since.reset();
  } else {
    ++tracked.anomalies_extra;
    if (tracked.open_ids.empty()) tracked.quiet_since = state_->now;
  }
  const bool paused = state_->now - tracked.last_opening > state_->options.group_window;
  if (paused && !tracked.resolution_owed) tracked.wave_at = state_->now;
  tracked.last_opening = tracked.last_activity = state_->now;
  if (tracked.group_key.empty()) {
    tenant.youngest = incident.id;
    tenant.home[anomaly.entity] = incident.id;
  } else if (PagesOf(tracked, model::PageKind::kOpened) == 0 &&
             HasWaited(anomaly, GroupingOfRule(state_->options, tracked.group_rule), state_->now)) {
    tracked.flush_at = std::min(tracked.flush_at.value_or(kNever), state_->now + kOneRequest);
  }
  incident.started_at = std::min(incident.started_at, anomaly.started_at);
  tracked.last_onset = std::max(tracked.last_onset, anomaly.started_at);
  AddUnique(incident.anomaly_ids, anomaly.id, state_->options.anomalies_listed_max);
  const bool news =
      AddUnique(incident.entities, anomaly.entity, state_->options.anomalies_listed_max);
  pending_.joined.push_back({incident.tenant, incident.id, anomaly.id});
  AddRow(tracked, "anomaly_opened", kMachine, Headline(anomaly), anomaly.id);
  if (news && !reason.empty()) {
    AddRow(tracked, "grouped", kMachine, base::OneLine(reason, kRowBytesMax), anomaly.id);
  }
  if (room) AddMember(place, anomaly);
  Raise(place, anomaly);
  // Of an alert people hear at once that it is back, if they have heard of the end.
  const bool back = reopens && IsAlert(anomaly) && tracked.pageable > 0;
  if (back && tracked.group_key.empty() && !tracked.resolution_owed) {
    Tell(tracked, model::PageKind::kOpened);
  }
  const bool told = tracked.group_key.empty() && PagesOf(tracked, model::PageKind::kOpened) > 0;
  if (room && told) Widen(tracked, tenant.members.find(anomaly.id)->second);
}

void Engine::AddMember(Place place, const model::Anomaly& anomaly) {
  auto& [tenant, tracked] = place;
  const auto [it, added] = tenant.members.try_emplace(anomaly.id);
  Member& member = it->second;
  member.incident_id = tracked.incident.id;
  member.entity = anomaly.entity;
  member.severity = anomaly.severity;
  member.serial = ++tenant.last_serial;
  member.is_alert = IsAlert(anomaly);
  member.alert = AlertOf(anomaly);
  tracked.open_ids.insert(anomaly.id);
  const model::Labels& labels = member.alert.labels;
  // It fires again before anybody has heard of its end.
  std::erase_if(tracked.ended, [&](const model::Alert& ended) { return ended.labels == labels; });
  if (tracked.ended_told.erase(model::Fingerprint(labels)) > 0 && !tracked.group_key.empty()) {
    member.told = true;
    AddRow(tracked, "page_held", kMachine, "fires again before its end was told: it is no news",
           anomaly.id);
  }
  tracked.common_labels =
      tracked.common_labels ? model::CommonLabels(*tracked.common_labels, labels) : labels;
  tracked.common_annotations =
      tracked.anomalies == 1
          ? member.alert.annotations
          : model::CommonLabels(tracked.common_annotations, member.alert.annotations);
  TenantIndex& index = IndexOf(anomaly.tenant);
  index.by_serial[member.serial] = &*it;
  index.labels.Add(member.serial, labels);
  const std::vector<int64_t> held = index.inhibition.Add(member.serial, labels);
  MuteNew(tenant, *it);
  Compare(tracked, member);
  Count(tracked, *it, 1);
  HandAlert(anomaly.tenant, *it);
  CheckInhibition(tenant, anomaly.tenant, held);
}

// What its incident knows of it, before it counts: whether it was told of before, and whether it
// comes after a calm in which people would have heard of the end, but for lesser things that went
// on. Alerts tell for themselves (Widen).
void Engine::Compare(Tracked& tracked, Member& member) const {
  const EngineOptions& options = state_->options;
  member.again = tracked.past.contains(model::Fingerprint(member.alert.labels));
  const bool as_bad = !member.is_alert && !member.muted() && IsPageable(member) &&
                      member.severity >= tracked.told_severity;
  const base::Duration calm = state_->now - tracked.worst_until;
  tracked.relapsed =
      tracked.relapsed ||
      (as_bad && tracked.resolution_owed && WorstLoud(tracked) < tracked.told_severity &&
       calm > (member.again ? options.group_window : options.resolve_after));
}

// An open anomaly is told of again.
void Engine::Update(Place place, MemberEntry& entry, const model::Anomaly& anomaly) {
  auto& [tenant, tracked] = place;
  Member& member = entry.second;
  member.alert.updated_at = anomaly.updated_at;
  if (!anomaly.annotations.empty()) member.alert.annotations = anomaly.annotations;
  HandAlert(anomaly.tenant, entry);
  if (anomaly.severity <= member.severity) return;
  tracked.last_activity = state_->now;
  TenantIndex& index = IndexOf(anomaly.tenant);
  // Its labels may say how bad it is.
  Count(tracked, entry, -1);
  const std::vector<std::string> bare = Unhide(tenant, entry);
  index.labels.Remove(member.serial, member.alert.labels);
  std::vector<int64_t> held = index.inhibition.Remove(member.serial, member.alert.labels);
  member.severity = anomaly.severity;
  member.alert.labels = LabelsOf(anomaly);
  index.labels.Add(member.serial, member.alert.labels);
  const std::vector<int64_t> more = index.inhibition.Add(member.serial, member.alert.labels);
  held.insert(held.end(), more.begin(), more.end());
  tracked.common_labels =
      model::CommonLabels(tracked.common_labels.value_or(member.alert.labels), member.alert.labels);
  MuteNew(tenant, entry);
  Compare(tracked, member);
  Count(tracked, entry, 1);
  ExpireBare(tenant, bare);
  CheckInhibition(tenant, anomaly.tenant, held);
  Raise(place, anomaly);
}

// The incident takes over the anomaly's severity if that is worse, and pages if it is bad enough.
void Engine::Raise(Place place, const model::Anomaly& anomaly) {
  Tracked& tracked = place.tracked;
  model::Incident& incident = tracked.incident;
  const bool relapse = tracked.relapsed && anomaly.severity >= tracked.told_severity;
  if (anomaly.severity > tracked.headline_severity || relapse) SetHeadline(tracked, anomaly);
  incident.title = Title(tracked);
  if (anomaly.severity > incident.severity) {
    if (IsResolved(tracked)) Reopen(place, kMachine, "its anomaly became worse");
    AddRow(tracked, "severity_changed", kMachine,
           fmt::format("{} to {}", model::SeverityName(incident.severity),
                       model::SeverityName(anomaly.severity)),
           anomaly.id);
    incident.severity = anomaly.severity;
  }
  if (!place.tenant.members.contains(anomaly.id)) {
    tracked.extra_severity = std::max(tracked.extra_severity, anomaly.severity);
    const model::Severity least =
        IsAlert(anomaly) ? state_->options.alert_page_severity : state_->options.page_severity;
    tracked.extra_pageable = tracked.extra_pageable || anomaly.severity >= least;
  }
  if (!IsResolved(tracked)) PageOpening(tracked);
  Touch(tracked);
}

void Engine::Close(Place place, MemberEntry& entry, base::TimePoint ended_at, std::string text) {
  Tracked& tracked = place.tracked;
  tracked.last_activity = state_->now;
  // Who was told of it hears of its end, whatever mutes it by now.
  if (tracked.ended.size() < kAlertsMax && (entry.second.told || !entry.second.muted())) {
    tracked.ended.push_back(entry.second.alert);
    tracked.ended.back().ends_at = ended_at;
  }
  const std::string fingerprint = model::Fingerprint(entry.second.alert.labels);
  if (entry.second.told) tracked.ended_told.insert(fingerprint);
  const bool known = PagesOf(tracked, model::PageKind::kOpened) > 0 &&
                     (entry.second.told || !entry.second.muted());
  if (known && IsPageable(entry.second) &&
      Size(tracked.past) < state_->options.anomalies_listed_max) {
    tracked.past.insert(fingerprint);
  }
  AddRow(tracked, "anomaly_closed", kMachine, std::move(text), entry.first);
  RemoveMember(place, entry, ended_at);
  if (tracked.open_ids.empty()) tracked.quiet_since = state_->now;
}

// Ends the engine's interest in an anomaly. `entry` is no more.
void Engine::RemoveMember(Place place, MemberEntry& entry, base::TimePoint ended_at) {
  auto& [tenant, tracked] = place;
  const std::string id = entry.first;
  const Member& member = entry.second;
  const model::TenantName name = tracked.incident.tenant;
  AlertView view = ViewOf(tenant, entry);
  view.open = false;
  view.alert.ends_at = view.alert.updated_at = ended_at;
  alerts_touched_[{name, id}] = std::move(view);

  Count(tracked, entry, -1);
  TenantIndex& index = IndexOf(name);
  const std::vector<std::string> bare = Unhide(tenant, entry);
  index.labels.Remove(member.serial, member.alert.labels);
  const std::vector<int64_t> held = index.inhibition.Remove(member.serial, member.alert.labels);
  index.by_serial.erase(member.serial);
  if (member.ends_by_itself()) index.alerts.erase(member.alert.labels.bytes());
  tracked.open_ids.erase(id);
  tenant.members.erase(id);
  ExpireBare(tenant, bare);
  CheckInhibition(tenant, name, held);
}

void Engine::Forget(Tenant& tenant, const std::string& incident_id) {
  const auto it = tenant.incidents.find(incident_id);
  Tracked& tracked = it->second;
  if (tracked.resolution_owed) Page(tracked, model::PageKind::kResolved);
  while (!tracked.open_ids.empty()) {
    RemoveMember({tenant, tracked}, *tenant.members.find(*tracked.open_ids.begin()), state_->now);
  }
  const std::pair key{tracked.incident.tenant, incident_id};
  if (touched_.erase(key) > 0) Hand(tracked);
  to_schedule_.erase(key);
  if (tracked.due) index_->due.erase({*tracked.due, DueKind::kIncident, key.first, incident_id});
  // Not by the incident's list of entities, which may be cut short.
  std::erase_if(tenant.home, [&](const auto& home) { return home.second == incident_id; });
  std::erase_if(tenant.groups, [&](const auto& group) { return group.second == incident_id; });
  if (tenant.youngest == incident_id) tenant.youngest.clear();
  std::erase(tenant.resolved, incident_id);
  tenant.incidents.erase(it);
}

}  // namespace vedette::incident
