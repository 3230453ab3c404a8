#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/duration.h"
#include "base/utf8.h"
#include "incident/engine.h"
#include "incident/engine_index.h"
#include "incident/wording.h"

namespace vedette::incident {
namespace {

using model::IncidentState;
using model::PageKind;

constexpr size_t kLookedAtMax = 2000;  // members, to find those

// What routes look at.
model::Labels PageLabels(const Tracked& tracked) {
  const model::Labels none;
  const model::Labels& common = tracked.common_labels ? *tracked.common_labels : none;
  model::LabelsBuilder builder(common);
  if (common.Get("service").empty() && !tracked.headline_entity.empty()) {
    builder.Set("service", tracked.headline_entity);
  }
  if (common.Get("severity").empty()) {
    builder.Set("severity", model::SeverityName(tracked.incident.severity));
  }
  return builder.Build();
}

}  // namespace

model::Severity WorstLoud(const Tracked& tracked) {
  model::Severity worst = tracked.extra_severity;
  if (tracked.loud[1] > 0) worst = std::max(worst, model::Severity::kWarning);
  if (tracked.loud[2] > 0) worst = std::max(worst, model::Severity::kCritical);
  return worst;
}

bool Engine::IsPageable(const Member& member) const {
  return member.severity >=
         (member.is_alert ? state_->options.alert_page_severity : state_->options.page_severity);
}

// Groups of alerts speak when they flush.
void Engine::PageOpening(Tracked& tracked) {
  if (!tracked.group_key.empty()) return;
  if (tracked.pageable == 0 && !tracked.extra_pageable) {
    SayHeld(tracked);
  } else if (PagesOf(tracked, PageKind::kOpened) == 0) {
    Tell(tracked, PageKind::kOpened);
  } else if (WorstLoud(tracked) > tracked.told_severity || tracked.relapsed) {
    Tell(tracked, PageKind::kSeverityRaised);
  } else if (!tracked.resolution_owed && tracked.first_time > 0) {
    Tell(tracked, PageKind::kOpened);  // they have heard of an end, and not of this
  }
}

// A group tells what is new, or again what nobody has taken, and ends when all has ended.
void Engine::Flush(Place place) {
  Tracked& tracked = place.tracked;
  const AlertGrouping grouping = GroupingOfRule(state_->options, tracked.group_rule);
  tracked.flush_at =
      state_->now + std::max<base::Duration>(grouping.group_interval, std::chrono::seconds(1));
  if (tracked.open_ids.empty()) {
    if (!tracked.held_by_person) {
      Resolve(place, kMachine, "all alerts of the group have ended");
    }
    return;
  }
  const bool loud = tracked.pageable > 0 || tracked.extra_pageable;
  if (!loud) {
    SayHeld(tracked);
    if (tracked.resolution_owed && !tracked.ended_told.empty()) Tell(tracked, PageKind::kUpdated);
  } else if (!tracked.resolution_owed) {
    Tell(tracked, PageKind::kOpened);
  } else if (WorstLoud(tracked) > tracked.told_severity) {
    Tell(tracked, PageKind::kSeverityRaised);
  } else if (tracked.news > 0 || !tracked.ended_told.empty()) {
    Tell(tracked, PageKind::kUpdated);
  } else if (tracked.incident.state == IncidentState::kOpen &&
             grouping.repeat_interval.count() > 0 &&
             state_->now - tracked.last_page >= grouping.repeat_interval) {
    Tell(tracked, PageKind::kOpened);
  }
}

// Once for each time that nobody is told because all is muted.
void Engine::SayHeld(Tracked& tracked) {
  if (tracked.muted == 0 || tracked.held_said) return;
  const Tenant& tenant = state_->tenants[tracked.incident.tenant];
  for (const std::string& id : tracked.open_ids) {
    const Member& member = tenant.members.find(id)->second;
    if (!member.muted() || !IsPageable(member)) continue;
    tracked.held_said = true;
    AddRow(tracked, "page_held", kMachine,
           base::OneLine("nobody is told: " + WhyMuted(tenant, member), kRowBytesMax), id);
    return;
  }
}

// Pages, unless there were too many lately and this one is no news of a worse kind.
void Engine::Tell(Tracked& tracked, PageKind kind) {
  const EngineOptions& options = state_->options;
  std::deque<base::TimePoint>& recent = tracked.recent_pages;
  while (!recent.empty() && recent.front() + options.flap_window <= state_->now) {
    recent.pop_front();
  }
  const bool first = kind == PageKind::kOpened && PagesOf(tracked, kind) == 0;
  // That nobody has taken it yet is no news, and comes as often as somebody has asked for.
  if (kind == PageKind::kOpened && tracked.resolution_owed) return Page(tracked, kind);
  if (first && HoldBehind(tracked)) return;
  const bool worse =
      kind == PageKind::kSeverityRaised && WorstLoud(tracked) > tracked.told_severity;
  const bool limited = options.flap_pages_max > 0 && Size(recent) >= options.flap_pages_max;
  if (first || worse || !limited) {
    recent.push_back(state_->now);
    Page(tracked, kind);
    return;
  }
  const base::TimePoint until = recent.front() + options.flap_window;
  if (tracked.held_until != until) {
    tracked.held_until = until;
    AddRow(tracked, "page_held", kMachine,
           fmt::format("flapping: {} pages in {}; the next waits until {}", recent.size(),
                       Span(options.flap_window), base::FormatTime(until)));
  }
}

// Says what is so now, if that is still news.
void Engine::RunHeld(Tracked& tracked) {
  tracked.held_until.reset();
  if (IsResolved(tracked)) {
    if (tracked.resolution_owed) Tell(tracked, PageKind::kResolved);
  } else if (tracked.pageable > 0 || tracked.extra_pageable) {
    if (PagesOf(tracked, PageKind::kOpened) == 0) {
      if (tracked.incident.state == IncidentState::kOpen) Tell(tracked, PageKind::kOpened);
      return;
    }
    const bool grouped = !tracked.group_key.empty();
    const bool news = tracked.news > 0 || !tracked.ended_told.empty();
    const bool repeat = tracked.incident.state == IncidentState::kOpen && !tracked.repeat_at;
    if (grouped && news) {
      Tell(tracked, tracked.resolution_owed ? PageKind::kUpdated : PageKind::kOpened);
    }
    if (!grouped && tracked.relapsed) return Tell(tracked, PageKind::kSeverityRaised);
    if (!grouped && repeat) Tell(tracked, PageKind::kOpened);
  }
}

// Resolved by a person although not all has ended; who wants quiet for longer has silences.
void Engine::HoldStillOpen(Tracked& tracked) {
  const base::Duration repeat =
      tracked.group_key.empty()
          ? state_->options.repeat_interval
          : GroupingOfRule(state_->options, tracked.group_rule).repeat_interval;
  if (repeat.count() > 0) tracked.repeat_at = state_->now + repeat;
  const std::string until = tracked.repeat_at
                                ? fmt::format("it opens again at {} unless they end before",
                                              base::FormatTime(*tracked.repeat_at))
                                : "nobody is told of them again";
  AddRow(tracked, "page_held", kMachine,
         fmt::format("resolved with anomalies open: {}; {} (repeat_interval)",
                     tracked.open_ids.size(), until));
}

void Engine::RunStillOpen(Place place) {
  Tracked& tracked = place.tracked;
  if (tracked.pageable == 0) return HoldStillOpen(tracked);
  Reopen(place, kMachine,
         base::OneLine(fmt::format("resolved by {}, and anomalies are still open: {}",
                                   tracked.incident.resolved_by, tracked.open_ids.size()),
                       kRowBytesMax));
  Tell(tracked, PageKind::kOpened);
}

void Engine::Page(Tracked& tracked, PageKind kind) {
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
  page.annotations = tracked.common_annotations;
  const auto& groups = incident.group_labels;
  page.group_labels = model::Labels({groups.begin(), groups.end()});
  page.grouped = !tracked.group_key.empty();
  Touch(tracked);
  FillAlerts(tracked, page);
  if (kind == PageKind::kAcknowledged) return;
  tracked.relapsed = false;
  tracked.held_said = false;
  tracked.held_until.reset();
  tracked.last_page = state_->now;
  if (kind == PageKind::kResolved) {
    tracked.resolution_owed = false;
    return;
  }
  tracked.resolution_owed = true;
  const model::Severity before =
      kind == PageKind::kOpened ? model::Severity::kInfo : tracked.told_severity;
  tracked.told_severity = std::max(before, WorstLoud(tracked));
  const base::Duration repeat = state_->options.repeat_interval;
  const bool repeats = incident.state == IncidentState::kOpen && repeat.count() > 0;
  tracked.repeat_at = repeats ? std::optional(state_->now + repeat) : std::nullopt;
}

// First what no page has named, then what has ended, then what is known.
void Engine::FillAlerts(Tracked& tracked, model::Page& page) {
  Tenant& tenant = state_->tenants[tracked.incident.tenant];
  const auto name = [&](const Member& member) {
    if (page.alerts.size() >= kAlertsMax) return;
    if (!member.is_alert || !IsPageable(member)) page.anomalies.push_back(Size(page.alerts));
    page.alerts.push_back(member.alert);
  };
  const std::set<std::string> fresh = tracked.untold;
  page.alerts_new = Size(fresh);
  for (const std::string& id : fresh) name(tenant.members.find(id)->second);
  for (const model::Alert& alert : tracked.ended) {
    if (page.alerts.size() < 2 * kAlertsMax) page.alerts.push_back(alert);
  }
  size_t looked_at = 0;
  for (const std::string& id : tracked.open_ids) {
    if (page.alerts.size() >= kAlertsMax || ++looked_at > kLookedAtMax) break;
    const Member& member = tenant.members.find(id)->second;
    const bool owed = page.kind == PageKind::kResolved && member.told;
    if ((owed || !member.muted()) && !fresh.contains(id)) name(member);
  }
  const int64_t firing = tracked.loud[0] + tracked.loud[1] + tracked.loud[2];
  page.alerts_left_out = std::max<int64_t>(0, firing + Size(tracked.ended) - Size(page.alerts));
  if (page.kind == PageKind::kAcknowledged) return;
  for (const std::string& id : fresh) {
    Member& member = tenant.members.find(id)->second;
    member.told = true;
    if (looked_at++ < kLookedAtMax) Widen(tracked, member);
  }
  tracked.untold.clear();
  tracked.news = 0;
  tracked.ended.clear();
  tracked.ended_told.clear();
}

// Who wrote the rule of an alert said by its labels who shall hear of it. That is not always who
// hears of the incident: its pages have the labels on which all members agree.
void Engine::Widen(const Tracked& tracked, const Member& member) {
  const model::Incident& incident = tracked.incident;
  if (!member.is_alert || member.muted() || !IsPageable(member) || IsResolved(tracked)) return;
  model::Page& page = pending_.widened.emplace_back();
  page.kind = PageKind::kUpdated;
  page.tenant = incident.tenant;
  page.incident_id = incident.id;
  page.title = base::OneLine(fmt::format("{}: {}", member.entity, NameOf(member)), kRowBytesMax);
  page.text = base::OneLine(
      fmt::format("{}. Since {}. It is part of {}: {}", NameOf(member),
                  base::FormatTime(member.alert.starts_at), incident.id, incident.title),
      kRowBytesMax);
  page.severity = member.severity;
  page.entities = {member.entity};
  page.incident_started_at = incident.started_at;
  page.decided_at = state_->now;
  page.labels = member.alert.labels;
  page.annotations = member.alert.annotations;
  page.alerts = {member.alert};
  page.alerts_new = 1;
  page.priority = model::PriorityOf(page.labels, page.severity);
  page.state = incident.state;
}

void Engine::AddRow(Tracked& tracked, std::string kind, std::string_view actor, std::string text,
                    std::string anomaly_id) {
  model::Incident& incident = tracked.incident;
  incident.updated_at = state_->now;
  Touch(tracked);
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
  row.actor = base::OneLine(actor, kActorBytesMax);
  row.text = std::move(text);
  row.anomaly_id = std::move(anomaly_id);
}

}  // namespace vedette::incident
