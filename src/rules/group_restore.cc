#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "rules/alert_series.h"
#include "rules/group.h"

// How alerts go on where the process before left them: from the series that it wrote.

namespace vedette::rules {
namespace {

// How long after a start an alert of the process before may show up again and go on.
constexpr base::Duration kRestoreWindow = std::chrono::minutes(5);
// Times at which the expression of one rule is asked again, for what alerts said when they held.
constexpr size_t kPastQueriesMax = 100;

std::string Selector(std::string_view metric, const Rule& rule, std::string_view more = {}) {
  std::string out(metric);
  out += '{';
  out += kAlertName;
  out += "=\"";
  for (const char c : rule.name) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  out += '"';
  out += more;
  out += '}';
  return out;
}

model::Labels AlertLabels(model::LabelsView labels) {
  model::LabelsBuilder builder(labels);
  builder.Remove(model::kMetricName);
  builder.Remove(kAlertState);
  return builder.Build();
}

base::TimePoint FromSeconds(double seconds) {
  return base::FromMillis(std::llround(seconds * 1000));
}

}  // namespace

base::Result<std::map<model::Labels, base::TimePoint>> Group::TimesOf(
    const std::string& promql, base::TimePoint now, const EvaluationIo& io) const {
  VEDETTE_TRY(query::QueryResult result,
              io.query(promql, now - query_offset(), context_->outage_tolerance));
  std::map<model::Labels, base::TimePoint> times;
  for (const query::VectorSample& sample : result.vector) {
    if (!(sample.value >= 0 && sample.value * 1000 <= static_cast<double>(base::ToMillis(now)))) {
      continue;
    }
    times.emplace(AlertLabels(sample.labels), FromSeconds(sample.value));
  }
  return times;
}

base::Result<> Group::Restore(const Rule& rule, RuleState& state, base::TimePoint now,
                              const EvaluationIo& io) const {
  if (context_->outage_tolerance.count() > 0) {
    VEDETTE_TRY(state.restored, TimesOf(Selector(kAlertsForState, rule), now, io));
    if (rule.keep_firing_for.count() > 0 && !state.restored.empty()) {
      VEDETTE_TRY_VOID(RestoreFiring(rule, state, now, io));
    }
  }
  state.restore_until =
      now + (context_->outage_tolerance.count() > 0 ? kRestoreWindow : base::Duration(0));
  return {};
}

// What an alert said is asked again as of the last evaluation at which its expression held; that
// also tells the alerts of this rule from those of others with the same name.
base::Result<> Group::RestoreFiring(const Rule& rule, RuleState& state, base::TimePoint now,
                                    const EvaluationIo& io) const {
  const std::string firing = Selector(kAlerts, rule, ",alertstate=\"firing\"");
  using Times = std::map<model::Labels, base::TimePoint>;
  VEDETTE_TRY(const Times written, TimesOf("timestamp(" + firing + ")", now, io));
  VEDETTE_TRY(const Times kept, TimesOf(Selector(kAlertsKeepFiringSince, rule), now, io));
  // When, and which. The last turn at which a kept alert held; before it came to one, the moment of
  // the sample that it began with, to the second.
  std::map<base::TimePoint, std::set<model::Labels>> held;
  for (const auto& [labels, last] : written) {
    const auto since = kept.find(labels);
    const bool keeps = since != kept.end() && since->second <= last + query_offset();
    base::TimePoint when = keeps ? since->second - interval() : last + query_offset();
    if (const auto began = state.restored.find(labels);
        keeps && began != state.restored.end() && began->second > when) {
      when = began->second + std::chrono::seconds(1);
    }
    held[when].insert(labels);
  }
  size_t queries = 0;
  for (const auto& [time, which] : held) {
    if (++queries > kPastQueriesMax) break;
    using Alerts = std::map<model::Labels, Alert>;
    VEDETTE_TRY(Alerts seen, Seen(rule, state, time, io));
    for (auto& [labels, alert] : seen) {
      const auto active = state.restored.find(labels);
      if (!which.contains(labels) || active == state.restored.end()) continue;
      alert.state = AlertState::kFiring;
      alert.active_at = active->second;
      alert.fired_at = active->second + rule.for_duration;
      if (const auto since = kept.find(labels); since != kept.end()) {
        alert.keep_firing_since = since->second;
      }
      state.restored.erase(active);
      state.alerts.emplace(labels, std::move(alert));
    }
  }
  return {};
}

}  // namespace vedette::rules
