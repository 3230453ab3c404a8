#include <algorithm>
#include <set>
#include <utility>

#include "base/json_fields.h"
#include "incident/engine.h"
#include "incident/options_json.h"
#include "incident/state.h"
#include "incident/value_fields.h"
#include "model/json_fields.h"

namespace vedette::incident {
namespace {

using base::JsonIn;
using base::JsonOut;

constexpr int64_t kVersion = 1;

}  // namespace

template <typename Archive>
void Fields(Archive& archive, Tracked& tracked) {
  archive("incident", tracked.incident);
  archive("open_ids", tracked.open_ids);
  archive("opened_at", tracked.wave_at);  // as it was called
  archive("last_onset", tracked.last_onset);
  archive("last_opening", tracked.last_opening);
  archive("last_activity", tracked.last_activity);
  archive("quiet_since", tracked.quiet_since);
  archive("repeat_at", tracked.repeat_at);
  archive("closed_by_person", tracked.closed_by_person);
  archive("held_by_person", tracked.held_by_person);
  archive("catch_all", tracked.catch_all);
  archive("headline", tracked.headline);
  archive("headline_entity", tracked.headline_entity);
  archive("headline_severity", tracked.headline_severity);
  archive("resolution_owed", tracked.resolution_owed);
  archive("pages", tracked.pages);
  archive("rows", tracked.rows);
  archive("rows_dropped", tracked.rows_dropped);
  archive("anomalies", tracked.anomalies);
  archive("anomalies_extra", tracked.anomalies_extra);
  archive.Since("extra_pageable", tracked.extra_pageable);
  archive.Since("extra_severity", tracked.extra_severity);
  archive.Since("group_key", tracked.group_key);
  archive.Since("group_rule", tracked.group_rule);
  archive.Since("flush_at", tracked.flush_at);
  archive.Since("common_labels", tracked.common_labels);
  archive.Since("common_annotations", tracked.common_annotations);
  archive.Since("told_severity", tracked.told_severity);
  archive.Since("ended", tracked.ended);
  archive.Since("ended_told", tracked.ended_told);
  archive.Since("past", tracked.past);
  archive.Since("worst_until", tracked.worst_until);
  archive.Since("relapsed", tracked.relapsed);
  archive.Since("recent_pages", tracked.recent_pages);
  archive.Since("held_until", tracked.held_until);
  archive.Since("last_page", tracked.last_page);
  archive.Since("held_said", tracked.held_said);
  archive.Since("delivered", tracked.delivered);
  archive.Since("hold_until", tracked.hold_until);
  archive.Since("held_behind", tracked.held_behind);
  archive.Since("holds", tracked.holds);
}

template <typename Archive>
void Fields(Archive& archive, Member& member) {
  archive("incident", member.incident_id);
  archive("entity", member.entity);
  archive("severity", member.severity);
  archive.Since("serial", member.serial);
  archive.Since("is_alert", member.is_alert);
  archive.Since("alert", member.alert);
  archive.Since("silenced_by", member.silenced_by);
  archive.Since("inhibited_by", member.inhibited_by);
  archive.Since("told", member.told);
  archive.Since("again", member.again);
}

template <typename Archive>
void Fields(Archive& archive, Tenant& tenant) {
  archive("incidents", tenant.incidents);
  archive("members", tenant.members);
  archive("home", tenant.home);
  archive("resolved", tenant.resolved);
  archive("youngest", tenant.youngest);
  archive("catch_all", tenant.catch_all);
  archive("open", tenant.open);
  archive.Since("groups", tenant.groups);
  archive.Since("silences", tenant.silences);
  archive.Since("silences_warned", tenant.silences_warned);
  archive.Since("last_serial", tenant.last_serial);
  archive.Since("callees", tenant.callees);
}

template <typename Archive>
void Fields(Archive& archive, State& state) {
  archive("options", state.options);
  archive("seq", state.seq);
  archive("now", state.now);
  archive("tenants", state.tenants);
  archive.Since("options_changed", state.options_changed);
}

namespace {

// The engine follows these references without looking: a snapshot whose parts do not fit together
// must not get in.
bool FitsTogether(const Tenant& tenant) {
  const auto known = [&](const auto& entry) { return tenant.incidents.contains(entry.second); };
  std::set<int64_t> serials;
  for (const auto& [id, member] : tenant.members) {
    const auto it = tenant.incidents.find(member.incident_id);
    if (it == tenant.incidents.end() || !it->second.open_ids.contains(id)) return false;
    if (!serials.insert(member.serial).second) return false;
    for (const std::string& silence : member.silenced_by) {
      if (!tenant.silences.contains(silence)) return false;
    }
  }
  for (const auto& [id, tracked] : tenant.incidents) {
    for (const std::string& open : tracked.open_ids) {
      if (!tenant.members.contains(open)) return false;
    }
  }
  if (!std::ranges::all_of(tenant.home, known)) return false;
  if (!std::ranges::all_of(tenant.groups, known)) return false;
  for (const std::string& id : tenant.resolved) {
    if (!tenant.incidents.contains(id)) return false;
  }
  return (tenant.youngest.empty() || tenant.incidents.contains(tenant.youngest)) &&
         (tenant.catch_all.empty() || tenant.incidents.contains(tenant.catch_all));
}

// Members of before there were silences and groups know less of themselves.
void Complete(const model::TenantName& name, Tenant& tenant) {
  for (auto& [id, member] : tenant.members) {
    if (member.serial != 0) continue;
    member.serial = ++tenant.last_serial;
    member.told = true;
    member.alert.tenant = name;
    member.alert.labels = model::Labels(
        {{"service", member.entity}, {"severity", std::string(SeverityName(member.severity))}});
  }
}

}  // namespace

std::string StateToJson(const State& state) {
  JsonOut out;
  out("version", kVersion);
  out("state", state);
  return out.Finish();
}

base::Result<State> StateFromJson(std::string_view text) {
  const base::Result<base::Json> json = base::ParseJson(text);
  if (!json.ok()) return base::DataLoss("snapshot: " + json.error().message);
  int64_t version = 0;
  State state;
  JsonIn in(*json);
  in("version", version);
  if (in.result().ok() && version != kVersion) {
    return base::DataLoss("snapshot: version " + std::to_string(version) + " is not known");
  }
  in("state", state);
  if (const base::Result<> read = in.result(); !read.ok()) return read.error().With("snapshot");
  for (auto& [name, tenant] : state.tenants) {
    Complete(name, tenant);
    if (!FitsTogether(tenant)) {
      return base::DataLoss("snapshot: tenant '" + name + "' refers to what is not in it");
    }
  }
  return state;
}

std::string Engine::Snapshot() const { return StateToJson(*state_); }

base::Result<Engine> Engine::Restore(std::string_view snapshot) {
  VEDETTE_TRY(State state, StateFromJson(snapshot));
  return Engine(std::make_unique<State>(std::move(state)));
}

}  // namespace vedette::incident
