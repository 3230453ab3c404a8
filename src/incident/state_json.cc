#include <utility>

#include "base/json_fields.h"
#include "incident/engine.h"
#include "incident/state.h"
#include "model/json_fields.h"

namespace vedette::model {

template <typename Archive>
void Fields(Archive& archive, Incident& incident) {
  archive("id", incident.id);
  archive("tenant", incident.tenant);
  archive("title", incident.title);
  archive("severity", incident.severity);
  archive("state", incident.state);
  archive("entities", incident.entities);
  archive("anomaly_ids", incident.anomaly_ids);
  archive("started_at", incident.started_at);
  archive("updated_at", incident.updated_at);
  archive("acknowledged_at", incident.acknowledged_at);
  archive("resolved_at", incident.resolved_at);
  archive("acknowledged_by", incident.acknowledged_by);
  archive("resolved_by", incident.resolved_by);
  archive("revision", incident.revision);
}

}  // namespace vedette::model

namespace vedette::incident {
namespace {

using base::JsonIn;
using base::JsonOut;

constexpr int64_t kVersion = 1;

}  // namespace

template <typename Archive>
void Fields(Archive& archive, EngineOptions& options) {
  archive("group_window", options.group_window);
  archive("group_across_services", options.group_across_services);
  archive("across_window", options.across_window);
  archive("across_span_max", options.across_span_max);
  archive("resolve_after", options.resolve_after);
  archive("reopen_window", options.reopen_window);
  archive("reopened_page_after", options.reopened_page_after);
  archive("repeat_interval", options.repeat_interval);
  archive("open_severity", options.open_severity);
  archive("page_severity", options.page_severity);
  archive("page_acknowledged", options.page_acknowledged);
  archive("open_incidents_max", options.open_incidents_max);
  archive("resolved_incidents_max", options.resolved_incidents_max);
  archive("open_anomalies_max", options.open_anomalies_max);
  archive("anomalies_listed_max", options.anomalies_listed_max);
  archive("timeline_rows_max", options.timeline_rows_max);
}

template <typename Archive>
void Fields(Archive& archive, Tracked& tracked) {
  archive("incident", tracked.incident);
  archive("open_ids", tracked.open_ids);
  archive("opened_at", tracked.opened_at);
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
}

template <typename Archive>
void Fields(Archive& archive, Member& member) {
  archive("incident", member.incident_id);
  archive("entity", member.entity);
  archive("severity", member.severity);
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
}

template <typename Archive>
void Fields(Archive& archive, State& state) {
  archive("options", state.options);
  archive("seq", state.seq);
  archive("now", state.now);
  archive("tenants", state.tenants);
}

namespace {

// The engine follows these references without looking: a snapshot whose parts do not fit together
// must not get in.
bool FitsTogether(const Tenant& tenant) {
  const auto known = [&](const std::string& id) { return tenant.incidents.contains(id); };
  for (const auto& [id, member] : tenant.members) {
    const auto it = tenant.incidents.find(member.incident_id);
    if (it == tenant.incidents.end() || !it->second.open_ids.contains(id)) return false;
  }
  for (const auto& [entity, id] : tenant.home) {
    if (!known(id)) return false;
  }
  for (const std::string& id : tenant.resolved) {
    if (!known(id)) return false;
  }
  return (tenant.youngest.empty() || known(tenant.youngest)) &&
         (tenant.catch_all.empty() || known(tenant.catch_all));
}

}  // namespace

std::string StateToJson(const State& state) {
  JsonOut out;
  out("version", kVersion);
  out("state", state);
  return base::DumpJson(out.value());
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
  for (const auto& [name, tenant] : state.tenants) {
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
