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

using model::Silence;
using model::SilenceState;

constexpr size_t kMatchersMax = 100;
constexpr size_t kCommentBytesMax = 4000;
constexpr size_t kShownMax = 5;

std::string MatchersText(const Silence& silence) {
  std::string text;
  for (const model::Matcher& matcher : silence.matchers) {
    text += (text.empty() ? "" : ", ") + matcher.ToString();
  }
  return text;
}

base::Result<> Validate(const Silence& silence, base::TimePoint now) {
  if (silence.matchers.empty()) return base::InvalidArgument("needs a matcher", "matchers");
  if (silence.matchers.size() > kMatchersMax) {
    return base::InvalidArgument(fmt::format("has more than {} matchers", kMatchersMax),
                                 "matchers");
  }
  if (std::ranges::all_of(silence.matchers, &model::Matcher::MatchesEmpty)) {
    return base::InvalidArgument("at least one matcher must not match the empty string",
                                 "matchers");
  }
  if (silence.ends_at <= silence.starts_at) {
    return base::InvalidArgument("start time must be before end time", "ends_at");
  }
  if (silence.ends_at <= now) {
    return base::InvalidArgument("end time can't be in the past", "ends_at");
  }
  if (silence.comment.size() > kCommentBytesMax) {
    return base::InvalidArgument(fmt::format("has more than {} bytes", kCommentBytesMax),
                                 "comment");
  }
  return {};
}

// What is active keeps its start, what is over stays over; whom it hides never changes under the
// same id, since people have been told of it.
bool CanChange(const Silence& before, const Silence& after, base::TimePoint now) {
  if (before.matchers != after.matchers) return false;
  switch (before.StateAt(now)) {
    case SilenceState::kActive: return after.starts_at == before.starts_at;
    case SilenceState::kPending: return after.starts_at >= now;
    case SilenceState::kExpired: break;
  }
  return false;
}

}  // namespace

base::Result<> Engine::OnSilence(const Input& input, const SilenceCommand& command) {
  if (command.kind == SilenceCommand::Kind::kPut) return PutSilence(input, command);
  Tenant& tenant = state_->tenants[command.silence.tenant];
  const auto it = tenant.silences.find(command.silence.id);
  if (it == tenant.silences.end()) return base::NotFound("there is no such silence");
  if (it->second.StateAt(state_->now) != SilenceState::kExpired) {
    Expire(tenant, it->second, command.actor);
  }
  return {};
}

base::Result<> Engine::PutSilence(const Input& input, const SilenceCommand& command) {
  const base::TimePoint now = state_->now;
  Silence silence = command.silence;
  Tenant& tenant = state_->tenants[silence.tenant];
  silence.updated_at = now;
  silence.created_by = base::OneLine(silence.created_by, kActorBytesMax);
  const auto before = tenant.silences.find(silence.id);
  const bool known = !silence.id.empty() && before != tenant.silences.end();
  if (!silence.id.empty() && !known && silence.window.empty()) {
    return base::NotFound("there is no such silence");
  }
  const bool in_place = known && CanChange(before->second, silence, now);
  if (!in_place) silence.starts_at = std::max(silence.starts_at, now);
  VEDETTE_TRY_VOID(Validate(silence, now));
  if (!known && Size(tenant.silences) >= state_->options.silences_max) {
    return base::ResourceExhausted(
        fmt::format("there are {} silences; expire some", Size(tenant.silences)), "silences_max");
  }
  if (in_place) {
    before->second = silence;
    const bool active = IndexOf(silence.tenant).active.contains(silence.id);
    if (!active && silence.StateAt(now) == SilenceState::kActive) Activate(tenant, silence);
  } else {
    if (known) {
      if (before->second.StateAt(now) != SilenceState::kExpired) {
        Expire(tenant, before->second, command.actor);
      }
      silence.id.clear();
    }
    if (silence.id.empty()) silence.id = SilenceId(input.fresh_id);
    tenant.silences[silence.id] = silence;
    if (silence.StateAt(now) == SilenceState::kActive) Activate(tenant, silence);
  }
  tenant.silences_warned.erase(silence.id);
  silences_touched_.insert({silence.tenant, silence.id});
  ScheduleSilence(silence, false);
  return {};
}

// Entries that have become too early do no harm: what is due is looked at again.
void Engine::ScheduleSilence(const Silence& silence, bool warned) {
  const EngineOptions& options = state_->options;
  const auto at = [&](base::TimePoint time) {
    ScheduleAt(time, DueKind::kSilence, silence.tenant, silence.id);
  };
  switch (silence.StateAt(state_->now)) {
    case SilenceState::kPending: at(silence.starts_at); break;
    case SilenceState::kActive:
      at(silence.ends_at);
      if (options.silence_warning.count() > 0 && !warned && silence.window.empty()) {
        const base::TimePoint warning = silence.ends_at - options.silence_warning;
        if (warning > state_->now) at(warning);
      }
      break;
    case SilenceState::kExpired: at(silence.ends_at + options.silence_retention); break;
  }
}

// Each thing at its very time: an entry that a change has left behind does nothing.
void Engine::RunDue(Tenant& tenant, const std::string& silence_id, base::TimePoint due) {
  const auto it = tenant.silences.find(silence_id);
  if (it == tenant.silences.end()) return;
  Silence& silence = it->second;
  const EngineOptions& options = state_->options;
  const bool active = IndexOf(silence.tenant).active.contains(silence_id);
  const bool over = silence.ends_at <= state_->now;
  if (!active && due == silence.starts_at) {
    if (!over) Activate(tenant, silence);
    ScheduleSilence(silence, false);
  } else if (active && due == silence.ends_at) {
    Expire(tenant, silence, kMachine);
  } else if (active && !over && due == silence.ends_at - options.silence_warning) {
    WarnOf(silence);
  } else if (!active && due == silence.ends_at + options.silence_retention) {
    Silence gone = silence;
    gone.matchers.clear();
    pending_.silences.push_back(std::move(gone));
    silences_touched_.erase({silence.tenant, silence_id});
    tenant.silences_warned.erase(silence_id);
    tenant.silences.erase(it);
  }
}

void Engine::Activate(Tenant& tenant, const Silence& silence) {
  TenantIndex& index = IndexOf(silence.tenant);
  index.active.insert(silence.id);
  silences_touched_.insert({silence.tenant, silence.id});
  std::map<std::string, int64_t> hides;  // by incident
  for (const int64_t serial : index.labels.Candidates(silence.matchers)) {
    MemberEntry& entry = *index.by_serial.at(serial);
    if (!model::MatchesAll(silence.matchers, entry.second.alert.labels)) continue;
    index.hidden[silence.id].insert(serial);
    ++hides[entry.second.incident_id];
    Muted(tenant, entry, [&](Member& member) {
      member.silenced_by.push_back(silence.id);
      std::ranges::sort(member.silenced_by);
    });
  }
  for (const auto& [incident, count] : hides) {
    AddRow(tenant.incidents.at(incident), "silenced", silence.created_by,
           base::OneLine(fmt::format("{} of the open anomalies until {} ({}): {}", count,
                                     base::FormatTime(silence.ends_at), MatchersText(silence),
                                     silence.comment),
                         kRowBytesMax));
  }
}

void Engine::Expire(Tenant& tenant, Silence& silence, std::string_view actor) {
  const base::TimePoint now = state_->now;
  TenantIndex& index = IndexOf(silence.tenant);
  // One that never began ends before it did.
  if (silence.starts_at > now) silence.starts_at = now;
  if (silence.ends_at > now) silence.ends_at = silence.updated_at = now;
  index.active.erase(silence.id);
  tenant.silences_warned.erase(silence.id);
  silences_touched_.insert({silence.tenant, silence.id});
  ScheduleSilence(silence, true);
  const auto hidden = index.hidden.extract(silence.id);
  if (!hidden) return;
  std::map<std::string, int64_t> shows;
  for (const int64_t serial : hidden.mapped()) {
    MemberEntry& entry = *index.by_serial.at(serial);
    ++shows[entry.second.incident_id];
    Muted(tenant, entry, [&](Member& member) { std::erase(member.silenced_by, silence.id); });
  }
  for (const auto& [incident, count] : shows) {
    Tracked& tracked = tenant.incidents.at(incident);
    AddRow(tracked, "unsilenced", actor,
           base::OneLine(fmt::format("{} of the open anomalies: the silence of {} has ended", count,
                                     silence.created_by),
                         kRowBytesMax));
    if (!IsResolved(tracked)) PageOpening(tracked);
  }
}

// Whoever answers for what it hides should hear of it before they do.
void Engine::WarnOf(const Silence& silence) {
  Tenant& tenant = state_->tenants[silence.tenant];
  const TenantIndex& index = IndexOf(silence.tenant);
  const auto hidden = index.hidden.find(silence.id);
  if (hidden == index.hidden.end() || hidden->second.empty()) return;
  if (!tenant.silences_warned.insert(silence.id).second) return;
  std::string shown;
  size_t count = 0;
  model::Severity worst = model::Severity::kInfo;
  for (const int64_t serial : hidden->second) {
    const Member& member = index.by_serial.at(serial)->second;
    worst = std::max(worst, member.severity);
    if (++count > kShownMax) break;
    shown += (shown.empty() ? "" : ", ") + member.alert.labels.ToString();
  }
  if (hidden->second.size() > kShownMax) shown += ", ...";
  model::LabelsBuilder labels;
  for (const model::Matcher& matcher : silence.matchers) {
    if (matcher.op() == model::MatchOp::kEqual) labels.Set(matcher.name(), matcher.value());
  }
  model::Page& page = pending_.pages.emplace_back();
  page.dedup_key =
      fmt::format("{}:silence_expiring:{}", silence.id, base::ToMillis(silence.ends_at));
  page.kind = model::PageKind::kSilenceExpiring;
  page.tenant = silence.tenant;
  page.title =
      base::OneLine(fmt::format("A silence ends in {}: {}", Span(silence.ends_at - state_->now),
                                MatchersText(silence)),
                    200);
  page.text = base::OneLine(
      fmt::format("The silence of {} ({}) ends at {}. It hides {} that would page again: {}.",
                  silence.created_by, silence.comment, base::FormatTime(silence.ends_at),
                  hidden->second.size(), shown),
      kRowBytesMax);
  page.severity = worst;
  page.incident_started_at = silence.starts_at;
  page.decided_at = state_->now;
  page.labels = labels.Build();
  page.priority = 5;
}

// --- what is hidden

void Engine::Count(Tracked& tracked, const MemberEntry& entry, int64_t sign) {
  const Member& member = entry.second;
  if (member.muted()) {
    tracked.muted += sign;
  } else {
    tracked.loud[static_cast<size_t>(member.severity)] += sign;
    if (sign < 0 && member.severity >= tracked.told_severity) tracked.worst_until = state_->now;
    const bool pageable = IsPageable(member);
    if (pageable) tracked.pageable += sign;
    if (pageable && !member.again) tracked.first_time += sign;
    const size_t moved = sign < 0      ? tracked.untold.erase(entry.first)
                         : member.told ? 0
                                       : tracked.untold.insert(entry.first).second;
    if (pageable) tracked.news += sign * static_cast<int64_t>(moved);
  }
}

// Changes who mutes a member, and what follows from it.
void Engine::Muted(Tenant& tenant, MemberEntry& entry, const std::function<void(Member&)>& change) {
  Tracked& tracked = tenant.incidents.at(entry.second.incident_id);
  Count(tracked, entry, -1);
  change(entry.second);
  Count(tracked, entry, 1);
  HandAlert(tracked.incident.tenant, entry);
  Touch(tracked);
  // Whom its labels name was not told when it joined; a group tells at its next flush.
  const bool paged = PagesOf(tracked, model::PageKind::kOpened) > 0;
  if (paged && tracked.group_key.empty() && !entry.second.told) Widen(tracked, entry.second);
}

void Engine::MuteNew(Tenant& tenant, MemberEntry& entry) {
  Member& member = entry.second;
  TenantIndex& index = IndexOf(member.alert.tenant);
  member.silenced_by.clear();
  for (const std::string& id : index.active) {
    const Silence& silence = tenant.silences.at(id);
    if (!model::MatchesAll(silence.matchers, member.alert.labels)) continue;
    member.silenced_by.push_back(id);
    index.hidden[id].insert(member.serial);
  }
  member.inhibited_by.clear();
  if (const int64_t source = index.inhibition.HeldBackBy(member.alert.labels); source != 0) {
    const Member& by = index.by_serial.at(source)->second;
    member.inhibited_by.push_back(model::Fingerprint(by.alert.labels));
  }
}

// Takes a member off the silences that hide it; returns those that are left with nothing.
std::vector<std::string> Engine::Unhide(Tenant& tenant, const MemberEntry& entry) {
  std::vector<std::string> bare;
  TenantIndex& index = IndexOf(entry.second.alert.tenant);
  for (const std::string& id : entry.second.silenced_by) {
    const auto hidden = index.hidden.find(id);
    if (hidden == index.hidden.end()) continue;
    hidden->second.erase(entry.second.serial);
    if (!hidden->second.empty()) continue;
    index.hidden.erase(hidden);
    if (tenant.silences.at(id).until_resolved) bare.push_back(id);
  }
  return bare;
}

void Engine::ExpireBare(Tenant& tenant, const std::vector<std::string>& silences) {
  for (const std::string& id : silences) {
    Silence& silence = tenant.silences.at(id);
    if (!IndexOf(silence.tenant).hidden.contains(id)) Expire(tenant, silence, kMachine);
  }
}

void Engine::CheckInhibition(Tenant& tenant, const model::TenantName& name,
                             const std::vector<int64_t>& serials) {
  TenantIndex& index = IndexOf(name);
  std::set<std::string> louder;
  for (const int64_t serial : serials) {
    const auto it = index.by_serial.find(serial);
    if (it == index.by_serial.end()) continue;
    MemberEntry& entry = *it->second;
    std::vector<std::string> by;
    if (const int64_t source = index.inhibition.HeldBackBy(entry.second.alert.labels)) {
      by.push_back(model::Fingerprint(index.by_serial.at(source)->second.alert.labels));
    }
    if (by == entry.second.inhibited_by) continue;
    Muted(tenant, entry, [&](Member& member) { member.inhibited_by = std::move(by); });
    if (!entry.second.muted()) louder.insert(entry.second.incident_id);
  }
  for (const std::string& id : louder) {
    Tracked& tracked = tenant.incidents.at(id);
    if (!IsResolved(tracked)) PageOpening(tracked);
  }
}

std::string Engine::WhyMuted(const Tenant& tenant, const Member& member) const {
  if (!member.silenced_by.empty()) {
    const Silence& silence = tenant.silences.at(member.silenced_by.front());
    return fmt::format("silenced by {} until {}", silence.created_by,
                       base::FormatTime(silence.ends_at));
  }
  return fmt::format("held back by the alert {}", member.inhibited_by.front());
}

}  // namespace vedette::incident
