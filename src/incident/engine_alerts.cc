#include <algorithm>
#include <fmt/core.h>
#include <limits>
#include <utility>

#include "incident/engine.h"
#include "incident/engine_index.h"
#include "incident/wording.h"

namespace vedette::incident {
namespace {

double ScoreOf(model::Severity severity) {
  switch (severity) {
    case model::Severity::kCritical: return 0.95;
    case model::Severity::kWarning: return 0.8;
    case model::Severity::kInfo: break;
  }
  return 0.5;
}

// An alert of another system as what it is to Vedette.
model::Anomaly AnomalyOf(const model::Alert& alert, std::string id) {
  model::Anomaly anomaly;
  anomaly.id = std::move(id);
  anomaly.tenant = alert.tenant;
  anomaly.kind = model::AnomalyKind::kAlert;
  anomaly.entity = model::EntityOfAlert(alert.labels);
  anomaly.labels = alert.labels;
  anomaly.severity = model::SeverityOfAlert(alert.labels);
  anomaly.score = ScoreOf(anomaly.severity);
  anomaly.started_at = alert.starts_at;
  anomaly.updated_at = alert.updated_at;
  anomaly.ended_at = alert.ends_at;
  anomaly.observed = std::numeric_limits<double>::quiet_NaN();
  anomaly.expected_low = -std::numeric_limits<double>::infinity();
  anomaly.expected_high = std::numeric_limits<double>::infinity();
  anomaly.detector = alert.labels.Get("alertname");
  anomaly.summary = model::SummaryOfAlert(alert);
  anomaly.annotations = alert.annotations;
  anomaly.generator_url = alert.generator_url;
  return anomaly;
}

}  // namespace

base::Result<> Engine::OnAlert(const Input& input, const model::Alert& told) {
  if (told.labels.empty()) return base::InvalidArgument("an alert needs a label", "labels");
  model::Alert alert = told;
  alert.updated_at = state_->now;
  if (alert.starts_at == base::TimePoint{}) alert.starts_at = state_->now;
  if (alert.ends_at == base::TimePoint{}) {
    alert.ends_at = state_->now + state_->options.resolve_timeout;
  }
  Tenant& tenant = state_->tenants[alert.tenant];
  TenantIndex& index = IndexOf(alert.tenant);
  if (const auto known = index.alerts.find(alert.labels.bytes()); known != index.alerts.end()) {
    TellAgain(tenant, *tenant.members.find(known->second), alert);
    return {};
  }
  if (alert.ResolvedAt(state_->now)) {
    TellEndAgain(tenant, alert);
    return {};
  }
  if (Size(tenant.members) >= state_->options.open_anomalies_max) {
    return base::ResourceExhausted(
        fmt::format("{} alerts fire; no more are followed", Size(tenant.members)),
        "open_anomalies_max");
  }
  model::AnomalyUpdate update{model::AnomalyTransition::kOpened,
                              AnomalyOf(alert, "an_" + input.fresh_id)};
  OnNewAnomaly(input, tenant, update);
  index.alerts[alert.labels.bytes()] = update.anomaly.id;
  ScheduleAt(alert.ends_at, DueKind::kAlert, alert.tenant, update.anomaly.id);
  update.anomaly.ended_at.reset();
  pending_.anomalies.push_back(std::move(update));
  return {};
}

// The earliest beginning and the latest word about the end.
void Engine::TellAgain(Tenant& tenant, MemberEntry& entry, const model::Alert& alert) {
  model::Alert& known = entry.second.alert;
  known.starts_at = std::min(known.starts_at, alert.starts_at);
  known.annotations = alert.annotations;
  known.generator_url = alert.generator_url;
  if (alert.ResolvedAt(state_->now)) {
    CloseAlert(tenant, entry, alert.ends_at);
    return;
  }
  known.updated_at = alert.updated_at;
  // A later end is found when the earlier one comes.
  if (alert.ends_at < known.ends_at) {
    ScheduleAt(alert.ends_at, DueKind::kAlert, alert.tenant, entry.first);
  }
  known.ends_at = alert.ends_at;
  HandAlert(alert.tenant, entry);
}

// The latest word about an end of which no page has told yet; nobody has heard of any other alert
// that is over.
void Engine::TellEndAgain(Tenant& tenant, const model::Alert& alert) {
  Tracked* const last = LastHome(tenant, model::EntityOfAlert(alert.labels), alert.labels,
                                 GroupingOf(state_->options, alert.labels));
  if (last == nullptr) return;
  const auto known = std::ranges::find(last->ended, alert.labels, &model::Alert::labels);
  if (known == last->ended.end()) return;
  known->starts_at = std::min(known->starts_at, alert.starts_at);
  known->ends_at = std::max(known->ends_at, alert.ends_at);
  known->annotations = alert.annotations;
  known->generator_url = alert.generator_url;
  pending_.moved = true;
}

// Only at its very end, so that what else is due comes in the same order whatever was told when.
void Engine::EndAlert(Tenant& tenant, const std::string& id, base::TimePoint due) {
  const auto it = tenant.members.find(id);
  if (it == tenant.members.end()) return;
  const model::Alert& alert = it->second.alert;
  if (alert.ends_at > due) {
    ScheduleAt(alert.ends_at, DueKind::kAlert, alert.tenant, id);
  } else if (alert.ends_at == due) {
    CloseAlert(tenant, *it, alert.ends_at);
  }
}

void Engine::CloseAlert(Tenant& tenant, MemberEntry& entry, base::TimePoint ended_at) {
  Tracked& tracked = tenant.incidents.at(entry.second.incident_id);
  model::Anomaly anomaly = AnomalyOf(entry.second.alert, entry.first);
  anomaly.state = model::AnomalyState::kClosed;
  anomaly.updated_at = state_->now;
  anomaly.ended_at = ended_at;
  Close({tenant, tracked}, entry, ended_at, Headline(anomaly));
  pending_.anomalies.push_back({model::AnomalyTransition::kClosed, std::move(anomaly)});
}

// While the server was down nobody could put off the ends.
void Engine::OnStart() {
  pending_.moved = true;  // when the server was away is part of the record
  const base::TimePoint least = state_->now + state_->options.resolve_timeout;
  for (auto& [name, tenant] : state_->tenants) {
    for (MemberEntry& entry : tenant.members) {
      if (!entry.second.ends_by_itself() || entry.second.alert.ends_at >= least) continue;
      entry.second.alert.ends_at = least;
      HandAlert(name, entry);
    }
  }
}

}  // namespace vedette::incident
