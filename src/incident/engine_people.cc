#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <utility>

#include "base/utf8.h"
#include "incident/engine.h"
#include "incident/engine_index.h"
#include "incident/wording.h"

namespace vedette::incident {
namespace {

using model::IncidentPhase;
using model::IncidentState;

constexpr size_t kCommentBytesMax = 40'000;
constexpr size_t kTitleBytesMax = 500;
constexpr int64_t kPartsMax = 200;  // tasks, links, roles of an incident, each
constexpr int64_t kPhasesMax = 100;
constexpr size_t kDeclaredTitleBytesMax = 160;
constexpr int64_t kDeclaredServicesMax = 50;
constexpr size_t kEntityBytesMax = 200;
constexpr base::Duration kToldLaterMax = std::chrono::days(30);

base::Result<> Check(const Command& command, base::TimePoint now) {
  if (command.text.size() > kCommentBytesMax) {
    return base::InvalidArgument(fmt::format("a comment has at most {} bytes", kCommentBytesMax),
                                 "text");
  }
  if (command.kind == CommandKind::kComment && command.text.empty()) {
    return base::InvalidArgument("a comment needs text", "text");
  }
  if (command.at && (*command.at > now || *command.at < now - kToldLaterMax)) {
    return base::InvalidArgument("must be a time of the last 30 days", "at");
  }
  return {};
}

std::optional<int64_t> NumberIn(std::string_view text) {
  int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

void PushPhase(model::Incident& incident, IncidentPhase phase, base::TimePoint now,
               std::string_view by) {
  if (Size(incident.phases) >= kPhasesMax) incident.phases.pop_back();
  incident.phases.push_back({phase, now, std::string(by)});
}

base::Result<> Room(int64_t size, const char* what) {
  if (size < kPartsMax) return {};
  return base::ResourceExhausted(fmt::format("an incident has at most {} {}", kPartsMax, what),
                                 what);
}

}  // namespace

base::Result<> Engine::OnCommand(const Input& input, const Command& command) {
  VEDETTE_TRY_VOID(Check(command, state_->now));
  if (command.kind == CommandKind::kDeclare) return Declare(input, command);
  Tenant* tenant = nullptr;
  Tracked* tracked = nullptr;
  if (const auto it = state_->tenants.find(command.tenant); it != state_->tenants.end()) {
    tenant = &it->second;
    const auto found = tenant->incidents.find(command.incident_id);
    if (found != tenant->incidents.end()) tracked = &found->second;
  }
  if (tracked == nullptr) return base::NotFound("no such incident in memory");
  to_schedule_.insert({command.tenant, command.incident_id});  // a recalled one has no end yet
  const Place place{*tenant, *tracked};
  switch (command.kind) {
    case CommandKind::kAcknowledge:
      if (IsResolved(*tracked)) return base::FailedPrecondition("the incident is resolved");
      if (tracked->incident.state == IncidentState::kOpen) Acknowledge(*tracked, command);
      return {};
    case CommandKind::kUnacknowledge:
      if (IsResolved(*tracked)) return base::FailedPrecondition("the incident is resolved");
      if (tracked->incident.state != IncidentState::kOpen) Unacknowledge(*tracked, command);
      return {};
    case CommandKind::kResolve:
      if (!IsResolved(*tracked)) Resolve(place, command.actor, command.text);
      return {};
    case CommandKind::kReopen:
      if (!IsResolved(*tracked)) return {};
      Reopen(place, command.actor, command.text);
      PageOpening(*tracked);  // what was muted when it was resolved may not be any more
      return {};
    case CommandKind::kStar:
    case CommandKind::kUnstar: return Star(*tracked, command);
    case CommandKind::kMerge: return Merge(place, command);
    case CommandKind::kSplit: return Split(place, command, input.fresh_id);
    default: return Manage(*tracked, command);
  }
}

// It stays until the command that follows, and is forgotten again after that unless it was
// reopened. Then it is an incident of its service, however its alerts were grouped once.
void Engine::OnRecall(const Recall& recall) {
  constexpr int64_t kPagesPerRevision = 1000;  // far more than there can have been
  const model::Incident& incident = recall.incident;
  Tenant& tenant = state_->tenants[incident.tenant];
  if (incident.state != IncidentState::kResolved || tenant.incidents.contains(incident.id)) return;
  pending_.moved = true;
  Tracked& tracked = tenant.incidents[incident.id];
  tracked.incident = incident;
  tracked.incident.timeline.clear();
  tracked.incident.open_anomaly_ids.clear();
  tracked.rows = recall.rows;
  tracked.anomalies = Size(incident.anomaly_ids);
  tracked.wave_at = tracked.last_onset = incident.started_at;
  tracked.last_opening = tracked.last_activity = incident.updated_at;
  tracked.closed_by_person = incident.resolved_by != kMachine;
  tracked.headline = incident.title;
  tracked.headline_entity = incident.entities.empty() ? std::string() : incident.entities.front();
  tracked.headline_severity = tracked.told_severity = incident.severity;
  // How many pages it had is not known: the keys of new ones must be others.
  for (const model::PageKind kind :
       {model::PageKind::kOpened, model::PageKind::kSeverityRaised, model::PageKind::kAcknowledged,
        model::PageKind::kResolved, model::PageKind::kUpdated}) {
    tracked.pages[std::string(model::PageKindName(kind))] = kPagesPerRevision * incident.revision;
  }
  tenant.resolved.push_back(incident.id);
}

// What people write down; all of it whatever the state.
base::Result<> Engine::Manage(Tracked& tracked, const Command& command) {
  model::Incident& incident = tracked.incident;
  if (tracked.rows >= 2 * state_->options.timeline_rows_max) {
    return base::ResourceExhausted("the incident's timeline is full", "timeline_rows_max");
  }
  const std::string text = base::OneLine(command.text, kTitleBytesMax);
  const std::string target = base::OneLine(command.target, kTitleBytesMax);
  const auto row = [&](const char* kind, std::string what) {
    AddRow(tracked, kind, command.actor, std::move(what));
  };
  switch (command.kind) {
    case CommandKind::kComment:
      row("comment", command.text);
      incident.timeline.back().happened_at = command.at;
      break;
    case CommandKind::kSetPhase: {
      const auto phase = model::ParseIncidentPhase(target);
      if (!phase) {
        return base::InvalidArgument(
            "must be one of detection, triage, mitigation, resolution, post_mortem", "phase");
      }
      StartPhase(tracked, *phase, base::OneLine(command.actor, kActorBytesMax));
      if (!text.empty()) row("comment", command.text);
      break;
    }
    case CommandKind::kAssignRole:
      if (target.empty()) return base::InvalidArgument("a role needs a name", "role");
      VEDETTE_TRY_VOID(Room(Size(incident.roles), "roles"));
      if (text.empty()) {
        incident.roles.erase(target);
      } else {
        incident.roles[target] = text;
      }
      row("role", fmt::format("{}: {}", target, text.empty() ? "nobody" : text));
      break;
    case CommandKind::kAddTask: {
      if (text.empty()) return base::InvalidArgument("a task needs a title", "title");
      VEDETTE_TRY_VOID(Room(Size(incident.tasks), "tasks"));
      const int64_t number = incident.tasks.empty() ? 1 : incident.tasks.back().number + 1;
      incident.tasks.push_back({.number = number,
                                .title = text,
                                .assignee = target,
                                .created_at = state_->now,
                                .done_at = {},
                                .done_by = {}});
      row("task", fmt::format("{}: {}{}", number, text, target.empty() ? "" : " (" + target + ")"));
      break;
    }
    case CommandKind::kFinishTask: return FinishTask(tracked, command);
    case CommandKind::kAddLink:
      if (!target.starts_with("https://") && !target.starts_with("http://")) {
        return base::InvalidArgument("must begin with http:// or https://", "url");
      }
      VEDETTE_TRY_VOID(Room(Size(incident.links), "links"));
      incident.links.push_back({.url = target, .title = text});
      row("link", text.empty() ? target : fmt::format("{}: {}", text, target));
      break;
    default: return base::InvalidArgument("is no command", "kind");
  }
  return {};
}

base::Result<> Engine::FinishTask(Tracked& tracked, const Command& command) {
  const int64_t number = NumberIn(command.target).value_or(0);
  std::vector<model::IncidentTask>& tasks = tracked.incident.tasks;
  const auto task = std::ranges::find(tasks, number, &model::IncidentTask::number);
  if (task == tasks.end()) {
    return base::InvalidArgument("the incident has no such task", "task");
  }
  if (task->done_at) return {};
  task->done_at = state_->now;
  task->done_by = base::OneLine(command.actor, kActorBytesMax);
  AddRow(tracked, "task", command.actor, fmt::format("{} is done: {}", number, task->title));
  return {};
}

base::Result<> Engine::Star(Tracked& tracked, const Command& command) {
  const int64_t seq = NumberIn(command.target).value_or(0);
  if (seq < 1 || seq > tracked.rows) {
    return base::InvalidArgument("the incident's timeline has no such row", "seq");
  }
  std::vector<int64_t>& starred = tracked.incident.starred;
  const auto at = std::ranges::lower_bound(starred, seq);
  const bool there = at != starred.end() && *at == seq;
  if (there == (command.kind == CommandKind::kStar)) return {};
  if (there) {
    starred.erase(at);
  } else {
    VEDETTE_TRY_VOID(Room(Size(starred), "starred rows"));
    starred.insert(at, seq);
  }
  tracked.incident.updated_at = state_->now;
  Touch(tracked);
  return {};
}

// --- life

// What nothing has detected: told of as somebody's rule would be, and over when a person says so.
base::Result<> Engine::Declare(const Input& input, const Command& command) {
  const std::string title = base::OneLine(command.target, kTitleBytesMax);
  if (title.find_first_not_of(' ') == std::string::npos || title.size() > kDeclaredTitleBytesMax) {
    return base::InvalidArgument(
        fmt::format("an incident needs a title, of at most {} bytes", kDeclaredTitleBytesMax),
        "title");
  }
  if (Size(command.ids) > kDeclaredServicesMax) {
    return base::InvalidArgument(fmt::format("at most {} services", kDeclaredServicesMax),
                                 "entities");
  }
  Tenant& tenant = state_->tenants[command.tenant];
  if (tenant.open >= state_->options.open_incidents_max) {
    return base::ResourceExhausted(fmt::format("{} incidents are open, and no more may be",
                                               state_->options.open_incidents_max),
                                   "open_incidents_max");
  }
  model::Anomaly like;
  if (!command.ids.empty()) like.entity = base::OneLine(command.ids.front(), kEntityBytesMax);
  like.severity = command.severity;
  like.started_at = state_->now;
  like.summary = title;
  Tracked& tracked = Open(tenant, command.tenant, input.fresh_id, like);
  for (const std::string& id : command.ids) {
    const std::string entity = base::OneLine(id, kEntityBytesMax);
    std::string& home = tenant.home[entity];
    if (home != tracked.incident.id) tracked.incident.entities.push_back(entity);
    home = tracked.incident.id;
  }
  const bool named = like.entity.empty() || title.starts_with(like.entity);
  tracked.headline = named ? title : like.entity + ": " + title;  // whole, as it was said
  tracked.incident.title = Title(tracked);
  tracked.last_opening = tracked.last_activity = state_->now;
  tracked.held_by_person = true;
  AddRow(tracked, "declared", command.actor, command.text);
  CountDeclared(tracked);
  PageOpening(tracked);
  return {};
}

// While nothing was seen of what a person declared, it is bad enough for a page by itself.
void Engine::CountDeclared(Tracked& tracked) {
  if (tracked.anomalies > 0) return;
  tracked.extra_severity = tracked.incident.severity;
  tracked.extra_pageable = tracked.extra_severity >= state_->options.alert_page_severity;
}

// Nobody has it in hand any more: who was told, is told again unless somebody takes it soon.
void Engine::Unacknowledge(Tracked& tracked, const Command& command) {
  model::Incident& incident = tracked.incident;
  incident.state = IncidentState::kOpen;
  incident.acknowledged_at.reset();
  incident.acknowledged_by.clear();
  AddRow(tracked, "unacknowledged", command.actor, command.text);
  if (!incident.phases.empty() && incident.phases.back().phase == IncidentPhase::kTriage &&
      incident.phases.back().by == kMachine) {
    PushPhase(incident, IncidentPhase::kDetection, state_->now, kMachine);
  }
  ReleaseHeld(state_->tenants[incident.tenant], tracked);
  if (PagesOf(tracked, model::PageKind::kOpened) == 0) return PageOpening(tracked);
  RepeatSoon(tracked);
  if (tracked.group_key.empty() || !tracked.repeat_at) return;
  tracked.flush_at = std::min(tracked.flush_at.value_or(kNever), *tracked.repeat_at);
  tracked.last_page = {};  // as if it had been long ago: groups repeat themselves by that
}

// Pages again unless somebody acknowledges it meanwhile.
void Engine::RepeatSoon(Tracked& tracked) {
  const base::Duration patience = state_->options.reopened_page_after;
  if (PagesOf(tracked, model::PageKind::kOpened) == 0 || patience.count() == 0) return;
  tracked.repeat_at = state_->now + patience;
}

void Engine::StartPhase(Tracked& tracked, IncidentPhase phase, std::string_view by) {
  std::vector<model::PhaseStart>& phases = tracked.incident.phases;
  const bool same = !phases.empty() && phases.back().phase == phase;
  if (same && (phases.back().by != kMachine || by == kMachine)) return;
  if (same) {
    phases.back().by = by;
  } else {
    PushPhase(tracked.incident, phase, state_->now, by);
  }
  AddRow(tracked, "phase", by, std::string(model::IncidentPhaseName(phase)));
}

void Engine::Acknowledge(Tracked& tracked, const Command& command) {
  model::Incident& incident = tracked.incident;
  incident.state = IncidentState::kAcknowledged;
  incident.acknowledged_at = state_->now;
  incident.acknowledged_by = base::OneLine(command.actor, kActorBytesMax);
  tracked.repeat_at.reset();
  AddRow(tracked, "acknowledged", command.actor, command.text);
  if (incident.phases.empty() || incident.phases.back().phase == IncidentPhase::kDetection) {
    PushPhase(incident, IncidentPhase::kTriage, state_->now, kMachine);
  }
  if (tracked.resolution_owed && state_->options.page_acknowledged) {
    Page(tracked, model::PageKind::kAcknowledged);
  }
}

void Engine::Resolve(Place place, std::string_view actor, std::string text) {
  auto& [tenant, tracked] = place;
  model::Incident& incident = tracked.incident;
  incident.state = IncidentState::kResolved;
  incident.resolved_at = state_->now;
  incident.resolved_by = base::OneLine(actor, kActorBytesMax);
  PushPhase(incident, IncidentPhase::kResolution, state_->now, incident.resolved_by);
  tracked.closed_by_person = actor != kMachine;
  tracked.held_by_person = false;
  ReleaseHeld(tenant, tracked);
  tracked.extra_pageable = false;
  tracked.extra_severity = model::Severity::kInfo;
  tracked.repeat_at.reset();
  AddRow(tracked, "resolved", actor, std::move(text));
  if (tracked.resolution_owed) Tell(tracked, model::PageKind::kResolved);
  if (!tracked.open_ids.empty()) HoldStillOpen(tracked);
  --tenant.open;
  if (tenant.catch_all == incident.id) tenant.catch_all.clear();
  tenant.resolved.push_back(incident.id);
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
  incident.merged_into.clear();
  PushPhase(incident, IncidentPhase::kDetection, state_->now, kMachine);
  ReleaseHeld(tenant, tracked);
  tracked.wave_at = state_->now;
  tracked.delivered = false;
  tracked.hold_until.reset();
  tracked.closed_by_person = false;
  tracked.held_by_person = actor != kMachine;
  CountDeclared(tracked);
  RepeatSoon(tracked);
  if (!tracked.group_key.empty()) {
    const AlertGrouping grouping = GroupingOfRule(state_->options, tracked.group_rule);
    tracked.flush_at = state_->now + grouping.group_wait;
  }
  ++tenant.open;
  std::erase(tenant.resolved, incident.id);
  AddRow(tracked, "reopened", actor, std::move(text));
}

// --- one incident or two

void Engine::MoveMember(Tenant& tenant, MemberEntry& entry, Tracked& to) {
  Tracked& from = tenant.incidents.at(entry.second.incident_id);
  Count(from, entry, -1);
  from.open_ids.erase(entry.first);
  entry.second.incident_id = to.incident.id;
  entry.second.again = to.past.contains(model::Fingerprint(entry.second.alert.labels));
  to.open_ids.insert(entry.first);
  Count(to, entry, 1);
  ++to.anomalies;
  const int64_t listed_max = state_->options.anomalies_listed_max;
  const auto add = [&](std::vector<std::string>& list, const std::string& item) {
    if (Size(list) < listed_max && std::ranges::find(list, item) == list.end()) {
      list.push_back(item);
    }
  };
  add(to.incident.anomaly_ids, entry.first);
  add(to.incident.entities, entry.second.entity);
  if (to.group_key.empty()) tenant.home[entry.second.entity] = to.incident.id;
  to.incident.severity = std::max(to.incident.severity, entry.second.severity);
  to.incident.started_at = std::min(to.incident.started_at, entry.second.alert.starts_at);
  to.quiet_since.reset();
  to.last_activity = state_->now;
  pending_.joined.push_back({to.incident.tenant, to.incident.id, entry.first});
  HandAlert(to.incident.tenant, entry);
}

base::Result<> Engine::Merge(Place place, const Command& command) {
  auto& [tenant, tracked] = place;
  const auto other = tenant.incidents.find(command.target);
  if (other == tenant.incidents.end()) {
    return base::InvalidArgument("there is no such incident in memory", "incident");
  }
  if (&other->second == &tracked) {
    return base::InvalidArgument("an incident cannot take over itself", "incident");
  }
  if (IsResolved(tracked) || IsResolved(other->second)) {
    return base::FailedPrecondition("both incidents must be open");
  }
  Tracked& taken = other->second;
  // Who was told of it hears where it went, and of the end of the other one.
  if (taken.resolution_owed) {
    Page(taken, model::PageKind::kUpdated);
    pending_.pages.back().text = base::OneLine(
        fmt::format("It is part of {} now: {}", tracked.incident.id, tracked.incident.title),
        kRowBytesMax);
    pending_.pages.back().alerts_new = Size(pending_.pages.back().alerts);  // there, that is
    taken.resolution_owed = false;
    tracked.resolution_owed = true;
  }
  const std::vector<std::string> ids(taken.open_ids.begin(), taken.open_ids.end());
  for (const std::string& id : ids) MoveMember(tenant, *tenant.members.find(id), tracked);
  for (auto& [entity, home] : tenant.home) {
    if (home == command.target) home = tracked.incident.id;
  }
  for (auto& [key, home] : tenant.groups) {
    if (home == command.target) home = tracked.incident.id;
  }
  taken.incident.merged_into = tracked.incident.id;
  AddRow(tracked, "merged", command.actor,
         base::OneLine(fmt::format("took over {} ({}){}{}", command.target, taken.incident.title,
                                   command.text.empty() ? "" : ": ", command.text),
                       kRowBytesMax));
  AddRow(taken, "merged", command.actor, "into " + tracked.incident.id);
  tracked.incident.title = Title(tracked);
  PageOpening(tracked);
  Resolve({tenant, taken}, command.actor, "merged into " + tracked.incident.id);
  return {};
}

base::Result<> Engine::Split(Place place, const Command& command, const std::string& fresh_id) {
  auto& [tenant, tracked] = place;
  if (command.ids.empty()) return base::InvalidArgument("which anomalies?", "anomaly_ids");
  for (const std::string& id : command.ids) {
    if (!tracked.open_ids.contains(id)) {
      return base::FailedPrecondition(
          fmt::format("{} is no open anomaly of the incident", base::OneLine(id, 100)));
    }
  }
  if (std::set<std::string>(command.ids.begin(), command.ids.end()).size() ==
      tracked.open_ids.size()) {
    return base::FailedPrecondition("one anomaly at least must stay");
  }
  const Member& first = tenant.members.find(command.ids.front())->second;
  model::Anomaly like;
  like.tenant = tracked.incident.tenant;
  like.entity = first.entity;
  like.severity = first.severity;
  like.started_at = first.alert.starts_at;
  like.summary = NameOf(first);
  const std::string from = tracked.incident.id;
  Tracked& made = Open(tenant, like.tenant, fresh_id, like);
  made.common_labels = first.alert.labels;
  for (const std::string& id : command.ids) {
    MemberEntry& entry = *tenant.members.find(id);
    if (entry.second.incident_id != made.incident.id) MoveMember(tenant, entry, made);
  }
  made.last_opening = state_->now;
  made.incident.title = Title(made);
  NameAfterRest(tenant, tracked);
  AddRow(made, "split", command.actor, "from " + from);
  AddRow(tracked, "split", command.actor,
         fmt::format("{} {} left for {}", command.ids.size(),
                     command.ids.size() == 1 ? "anomaly" : "anomalies", made.incident.id));
  if (tracked.resolution_owed) {
    Page(tracked, model::PageKind::kUpdated);
    pending_.pages.back().text = base::OneLine(
        fmt::format("{} of its anomalies {} part of {} now: {}", command.ids.size(),
                    command.ids.size() == 1 ? "is" : "are", made.incident.id, made.incident.title),
        kRowBytesMax);
    pending_.pages.back().alerts_new = Size(pending_.pages.back().alerts);  // all hear of it
  }
  PageOpening(made);
  return {};
}

// What left an incident took its services with it, and the title and the labels where they were
// its.
void Engine::NameAfterRest(const Tenant& tenant, Tracked& tracked) {
  model::Incident& incident = tracked.incident;
  std::set<std::string> entities;
  const Member* worst = nullptr;
  tracked.common_labels.reset();
  for (const std::string& id : tracked.open_ids) {
    const Member& member = tenant.members.find(id)->second;
    const model::Alert& alert = member.alert;
    entities.insert(member.entity);
    const bool first = worst == nullptr;
    tracked.common_annotations =
        first ? alert.annotations
              : model::CommonLabels(tracked.common_annotations, alert.annotations);
    tracked.common_labels =
        first ? alert.labels : model::CommonLabels(*tracked.common_labels, alert.labels);
    const bool earlier = !first && member.serial < worst->serial;
    const bool worse = !first && member.severity > worst->severity;
    if (first || worse || (member.severity == worst->severity && earlier)) worst = &member;
  }
  std::erase_if(incident.entities,
                [&](const std::string& entity) { return !entities.contains(entity); });
  if (!entities.contains(tracked.headline_entity)) {
    model::Anomaly like;
    like.entity = worst->entity;
    like.summary = NameOf(*worst);
    tracked.headline = Headline(like);
    tracked.headline_entity = worst->entity;
    tracked.headline_severity = worst->severity;
  }
  incident.title = Title(tracked);
}

// --- receivers

void Engine::OnDelivery(const DeliveryResult& result) {
  std::string kind = result.ok ? "page_sent" : "page_failed";
  std::string text = DeliveryText(result);
  Tenant& tenant = state_->tenants[result.tenant];
  const auto it = tenant.incidents.find(result.incident_id);
  if (it != tenant.incidents.end()) {
    const std::optional<model::PageKind> about = KindOfKey(result.dedup_key);
    const bool of_the_end =
        about == model::PageKind::kResolved || about == model::PageKind::kAcknowledged;
    if (result.ok && !of_the_end) it->second.delivered = true;
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
