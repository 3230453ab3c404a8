#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "model/sample.h"
#include "query/parser.h"
#include "rules/group.h"
#include "rules/group_output.h"

// What happens between two turns of a group. A look is an evaluation like any other, so that what
// it sees is what a turn at that moment would see; but it only begins alerts and has them fire. To
// end them, to count `keep_firing_for` and to renew what they say is left to turns, so that the
// alerts after a turn are those that turns alone would have given.

namespace vedette::rules {

// Series that the group itself records are evaluated right after they are written, at its turns.
void Group::FindTriggers() {
  std::set<std::string> recorded;
  for (const Rule& rule : definition_->rules) {
    if (!rule.alerting) recorded.insert(rule.name);
  }
  for (size_t i = 0; i < states_.size(); ++i) {
    const Rule& rule = definition_->rules[i];
    TriggerPlan& plan = states_[i].plan;
    if (!rule.alerting) continue;
    if (!context_->on_ingest) {
      plan.polled_because = "evaluation on ingest is switched off";
      continue;
    }
    const base::Result<query::ExprPtr> expr = query::Parse(rule.expr);
    if (!expr.ok()) continue;
    plan = TriggersOf(**expr);
    const size_t recorded_here = std::erase_if(
        plan.triggers, [&](const Trigger& each) { return recorded.contains(each.metric); });
    const bool rings =
        std::any_of(plan.triggers.begin(), plan.triggers.end(),
                    [](const Trigger& each) { return each.when != Trigger::When::kNever; });
    if (!rings) plan.triggers.clear();
    if (recorded_here > 0 && !rings) {
      plan.polled_because = "its series are recorded by its own group";
    }
  }
}

std::optional<base::TimePoint> Group::ForIsOver(size_t index) const {
  std::optional<base::TimePoint> first;
  if (states_[index].plan.triggers.empty()) return first;
  for (const auto& [labels, alert] : states_[index].alerts) {
    const base::TimePoint over = alert.active_at + definition_->rules[index].for_duration;
    if (alert.state != AlertState::kPending || over <= states_[index].last_moment) continue;
    first = std::min(first.value_or(over), over);
  }
  return first;
}

base::Result<std::map<model::Labels, Group::Alert>> Group::SeenBetweenTurns(
    const Rule& rule, RuleState& state, base::TimePoint now, const EvaluationIo& io) const {
  if (!state.restore_until) VEDETTE_TRY_VOID(Restore(rule, state, now, io));
  if (now >= *state.restore_until) state.restored.clear();
  using Alerts = std::map<model::Labels, Alert>;
  VEDETTE_TRY(Alerts seen, Seen(rule, state, now, io));
  const auto news = [&](const auto& each) { return !state.alerts.contains(each.first); };
  const auto limit = static_cast<size_t>(definition_->limit);
  const size_t count =
      state.alerts.size() + static_cast<size_t>(std::count_if(seen.begin(), seen.end(), news));
  if (limit > 0 && count > limit) return base::ResourceExhausted("the next turn says so");
  return seen;
}

std::vector<AlertChange> Group::Look(size_t index, base::TimePoint now, const EvaluationIo& io) {
  const Rule& rule = definition_->rules[index];
  RuleState& state = states_[index];
  state.last_moment = now;
  auto seen = SeenBetweenTurns(rule, state, now, io);
  if (!seen.ok()) return {};
  Output output;
  std::set<model::Labels> ended;
  for (auto& [labels, found] : *seen) {
    auto known = state.alerts.find(labels);
    const bool begins = known == state.alerts.end();
    if (begins) {
      if (const auto before = state.restored.extract(labels)) found.active_at = before.mapped();
      known = state.alerts.emplace(labels, found).first;
    }
    Alert& alert = known->second;
    const bool fires =
        alert.state == AlertState::kPending && now - alert.active_at >= rule.for_duration;
    if (!begins && !fires) continue;
    if (fires) {
      if (!begins) ended.insert(StateSeries(labels, AlertState::kPending));
      alert.value = found.value;
      alert.value_at = found.value_at;
      alert.annotations = std::move(found.annotations);
      alert.state = AlertState::kFiring;
      alert.fired_at = now;
      output.changes.push_back(Change(AlertChange::Kind::kFired, index, labels, alert));
    }
    AddSeries(labels, alert, output);
  }
  base::IgnoreError(WriteMore(state, now, io, output, ended), "the next turn writes it again");
  return std::move(output.changes);
}

// Writes samples beside those of the last turn, and ends some of its series.
base::Result<> Group::WriteMore(RuleState& state, base::TimePoint now, const EvaluationIo& io,
                                const Output& output, const std::set<model::Labels>& ended) const {
  if (output.samples.empty()) return {};
  const int64_t t_ms = base::ToMillis(now - query_offset());
  model::WriteBatch batch;
  for (const auto& [labels, sample] : output.samples) {
    batch.BeginSeries(labels);
    batch.Add(t_ms, sample.value);
  }
  for (const model::Labels& labels : ended) {
    batch.BeginSeries(labels);
    batch.Add(t_ms, model::StaleNan());
  }
  if (io.append) VEDETTE_TRY_VOID(io.append(batch));
  for (const auto& [labels, sample] : output.samples) state.written.insert(labels);
  for (const model::Labels& labels : ended) state.written.erase(labels);
  return {};
}

}  // namespace vedette::rules
