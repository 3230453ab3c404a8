#include "rules/group.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "base/log.h"
#include "model/sample.h"
#include "query/parser.h"
#include "query/printer.h"
#include "rules/alert_series.h"
#include "rules/group_output.h"

namespace vedette::rules {
namespace {

// FNV-1a: where in its interval a group has its turn must not change between builds.
uint64_t Fnv(std::string_view text, uint64_t hash = 14695981039346656037ULL) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

std::string HistogramText(const model::Histogram& histogram) {
  return fmt::format("{{count:{}, sum:{}}}", histogram.count, histogram.sum);
}

// The elements of a vector or scalar.
base::Result<std::vector<query::VectorSample>> ToVector(query::QueryResult result) {
  if (result.type == query::ValueType::kVector) return std::move(result.vector);
  if (result.type != query::ValueType::kScalar) {
    return base::InvalidArgument("rule result is not a vector or scalar");
  }
  std::vector<query::VectorSample> vector(1);
  vector[0].value = result.scalar;
  return vector;
}

}  // namespace

std::string_view AlertStateName(AlertState state) {
  switch (state) {
    case AlertState::kInactive: return "inactive";
    case AlertState::kPending: return "pending";
    case AlertState::kFiring: return "firing";
  }
  return "inactive";
}

std::string_view RuleHealthName(RuleHealth health) {
  switch (health) {
    case RuleHealth::kUnknown: return "unknown";
    case RuleHealth::kOk: return "ok";
    case RuleHealth::kError: return "err";
  }
  return "unknown";
}

Group::Group(RuleGroup definition, std::shared_ptr<const RuleContext> context)
    : definition_(std::make_shared<const RuleGroup>(std::move(definition))),
      context_(std::move(context)) {
  for (const Rule& rule : definition_->rules) states_.push_back(MakeState(rule));
  FindTriggers();
}

Group::RuleState Group::MakeState(const Rule& rule) {
  RuleState state;
  base::Result<query::ExprPtr> expr = query::Parse(rule.expr);
  state.query = expr.ok() ? query::Print(**expr) : rule.expr;
  if (!rule.alerting) return state;
  const auto parse = [&](const Texts& texts, auto& out) {
    for (const auto& [name, text] : texts) {
      base::Result<Template> parsed = Template::Parse("__alert_" + rule.name, text);
      if (parsed.ok()) out.emplace_back(name, *std::move(parsed));
    }
  };
  parse(rule.labels, state.labels);
  parse(rule.annotations, state.annotations);
  return state;
}

base::Duration Group::interval() const {
  return definition_->interval.value_or(context_->interval);
}
base::Duration Group::query_offset() const {
  return definition_->query_offset.value_or(context_->query_offset);
}

base::TimePoint Group::TurnAt(base::TimePoint now) const {
  const int64_t every = interval().count();
  const auto offset = static_cast<int64_t>(Fnv(definition_->name, Fnv(definition_->file)) %
                                           static_cast<uint64_t>(every));
  const int64_t since = base::ToMillis(now) - offset;
  return base::FromMillis(since - ((since % every) + every) % every + offset);
}

std::vector<AlertChange> Group::Evaluate(base::TimePoint now, const EvaluationIo& io) {
  const base::SteadyPoint begun = io.steady ? io.steady() : base::SteadyPoint{};
  std::vector<AlertChange> changes = std::exchange(orphans_, {});
  if (!abandoned_.empty()) {
    const base::Result<> ended = Finish(abandoned_, now, io, {});
    if (ended.ok()) {
      abandoned_.clear();
    } else {
      base::IgnoreError(ended, "the next evaluation tries again");
    }
  }
  for (size_t i = 0; i < states_.size(); ++i) EvaluateRule(i, now, io, changes);
  last_evaluation_ = now;
  if (io.steady) seconds_ = std::chrono::duration<double>(io.steady() - begun).count();
  return changes;
}

void Group::EvaluateRule(size_t index, base::TimePoint now, const EvaluationIo& io,
                         std::vector<AlertChange>& changes) {
  const base::SteadyPoint begun = io.steady ? io.steady() : base::SteadyPoint{};
  const Rule& rule = definition_->rules[index];
  RuleState& state = states_[index];
  Output output;
  base::Result<> done =
      rule.alerting ? Watch(index, now, io, output) : Record(rule, now, io, output);
  if (done.ok()) done = Finish(state.written, now, io, output);
  std::move(output.changes.begin(), output.changes.end(), std::back_inserter(changes));
  state.health = done.ok() ? RuleHealth::kOk : RuleHealth::kError;
  state.last_error = done.ok() ? std::string() : done.error().message;
  state.last_evaluation = state.last_moment = now;
  if (io.steady) state.seconds = std::chrono::duration<double>(io.steady() - begun).count();
}

base::Result<query::QueryResult> Group::Ask(const Rule& rule, base::TimePoint now,
                                            const EvaluationIo& io) const {
  if (rule.alerting || rule.records == nullptr) {
    return io.query(rule.expr, now - query_offset(), {});
  }
  if (!io.observe) return base::Unimplemented("there are no events and logs here");
  return io.observe(*rule.records, now - query_offset());
}

base::Result<> Group::Record(const Rule& rule, base::TimePoint now, const EvaluationIo& io,
                             Output& output) const {
  VEDETTE_TRY(query::QueryResult result, Ask(rule, now, io));
  VEDETTE_TRY(std::vector<query::VectorSample> vector, ToVector(std::move(result)));
  if (definition_->limit > 0 && vector.size() > static_cast<size_t>(definition_->limit)) {
    return base::ResourceExhausted(
        fmt::format("exceeded limit of {} with {} series", definition_->limit, vector.size()));
  }
  std::set<std::string_view> unique;
  output.samples.reserve(vector.size());
  for (query::VectorSample& sample : vector) {
    model::LabelsBuilder builder(sample.labels);
    builder.Set(model::kMetricName, rule.name);
    for (const auto& [name, value] : rule.labels) builder.Set(name, value);
    output.samples.emplace_back(builder.Build(), std::move(sample));
  }
  for (const auto& [labels, sample] : output.samples) {
    if (!unique.insert(labels.bytes()).second) {
      return base::FailedPrecondition(
          "vector contains metrics with the same labelset after applying rule labels");
    }
  }
  return {};
}

// Writes samples, and stale markers for series that were written last time and not now.
base::Result<> Group::Finish(std::set<model::Labels>& written, base::TimePoint now,
                             const EvaluationIo& io, const Output& output) const {
  const int64_t t_ms = base::ToMillis(now - query_offset());
  model::WriteBatch batch;
  std::set<model::Labels> writing;
  for (const auto& [labels, sample] : output.samples) {
    batch.BeginSeries(labels);
    if (sample.histogram != nullptr) {
      batch.AddHistogram(t_ms, *sample.histogram);
    } else {
      batch.Add(t_ms, sample.value);
    }
    writing.insert(labels);
  }
  for (const model::Labels& labels : written) {
    if (writing.contains(labels)) continue;
    batch.BeginSeries(labels);
    batch.Add(t_ms, model::StaleNan());
  }
  if (io.append && !batch.empty()) VEDETTE_TRY_VOID(io.append(batch));
  written = std::move(writing);
  return {};
}

// --- alerts

base::Result<> Group::Watch(size_t index, base::TimePoint now, const EvaluationIo& io,
                            Output& output) {
  const Rule& rule = definition_->rules[index];
  RuleState& state = states_[index];
  if (!state.restore_until) VEDETTE_TRY_VOID(Restore(rule, state, now, io));
  using Alerts = std::map<model::Labels, Alert>;
  VEDETTE_TRY(Alerts seen, Seen(rule, state, now, io));
  if (now >= *state.restore_until) state.restored.clear();
  Advance(index, std::move(seen), now, output);
  const auto limit = static_cast<size_t>(definition_->limit);
  if (limit == 0 || state.alerts.size() <= limit) return {};
  const size_t count = state.alerts.size();
  output.changes.clear();
  for (const auto& [labels, alert] : state.alerts) {
    if (alert.state != AlertState::kFiring || alert.fired_at == now) continue;
    output.changes.push_back(Change(AlertChange::Kind::kResolved, index, labels, alert));
  }
  state.alerts.clear();
  return base::ResourceExhausted(fmt::format("exceeded limit of {} with {} alerts", limit, count));
}

// What the expression gives at a time, with labels and annotations expanded.
base::Result<std::map<model::Labels, Group::Alert>> Group::Seen(const Rule& rule,
                                                                const RuleState& state,
                                                                base::TimePoint now,
                                                                const EvaluationIo& io) const {
  VEDETTE_TRY(query::QueryResult result, io.query(rule.expr, now - query_offset(), {}));
  VEDETTE_TRY(const std::vector<query::VectorSample> vector, ToVector(std::move(result)));
  const TemplateQuery ask =
      [&](const std::string& promql) -> base::Result<std::vector<TemplateSample>> {
    VEDETTE_TRY(query::QueryResult answer, io.query(promql, now, {}));
    VEDETTE_TRY(std::vector<query::VectorSample> samples, ToVector(std::move(answer)));
    std::vector<TemplateSample> out;
    for (query::VectorSample& s : samples) out.push_back({std::move(s.labels), s.value});
    return out;
  };
  std::map<model::Labels, Alert> seen;
  for (const query::VectorSample& sample : vector) {
    TemplateData data;
    data.labels = sample.labels;
    data.value = sample.value;
    if (sample.histogram != nullptr) data.value_text = HistogramText(*sample.histogram);
    data.external_labels = context_->external_labels;
    data.external_url = context_->external_url;
    data.now = now;
    data.query = &ask;
    const auto expand = [&](const Template& text) {
      base::Result<std::string> expanded = text.Expand(data);
      if (expanded.ok()) return *std::move(expanded);
      base::LogDebug("a template of an alert failed",
                     {{"alert", rule.name}, {"error", expanded.error().message}});
      return fmt::format("<error expanding template: {}>", expanded.error().message);
    };
    Texts labels;
    for (const auto& [name, text] : state.labels) labels.emplace_back(name, expand(text));
    Alert alert{.active_at = now, .value = sample.value, .value_at = now - query_offset()};
    for (const auto& [name, text] : state.annotations) {
      alert.annotations.emplace_back(name, expand(text));
    }
    model::LabelsBuilder builder(sample.labels);
    builder.Remove(model::kMetricName);
    for (const auto& [name, value] : labels) builder.Set(name, value);
    builder.Set(kAlertName, rule.name);
    if (!seen.emplace(builder.Build(), std::move(alert)).second) {
      return base::FailedPrecondition(
          "vector contains metrics with the same labelset after applying alert labels");
    }
  }
  return seen;
}

// The state machine: inactive, pending, firing.
void Group::Advance(size_t index, std::map<model::Labels, Alert> seen, base::TimePoint now,
                    Output& output) {
  const Rule& rule = definition_->rules[index];
  RuleState& state = states_[index];
  for (auto& [labels, alert] : seen) {
    if (const auto known = state.alerts.find(labels); known != state.alerts.end()) {
      known->second.value = alert.value;
      known->second.value_at = alert.value_at;
      known->second.annotations = std::move(alert.annotations);
      continue;
    }
    if (const auto before = state.restored.extract(labels)) alert.active_at = before.mapped();
    state.alerts.emplace(labels, std::move(alert));
  }
  for (auto it = state.alerts.begin(); it != state.alerts.end();) {
    auto& [labels, alert] = *it;
    if (seen.contains(labels)) {
      alert.keep_firing_since.reset();
    } else {
      const bool keeps = alert.state == AlertState::kFiring && rule.keep_firing_for.count() > 0;
      if (keeps && !alert.keep_firing_since) alert.keep_firing_since = now;
      if (!keeps || now - *alert.keep_firing_since >= rule.keep_firing_for) {
        if (alert.state == AlertState::kFiring) {
          output.changes.push_back(Change(AlertChange::Kind::kResolved, index, labels, alert));
        }
        it = state.alerts.erase(it);
        continue;
      }
    }
    if (alert.state == AlertState::kFiring) {
      output.changes.push_back(Change(AlertChange::Kind::kUpdated, index, labels, alert));
    } else if (now - alert.active_at >= rule.for_duration) {
      alert.state = AlertState::kFiring;
      alert.fired_at = now;
      output.changes.push_back(Change(AlertChange::Kind::kFired, index, labels, alert));
    }
    AddSeries(labels, alert, output);
    ++it;
  }
}

model::Labels Group::StateSeries(const model::Labels& labels, AlertState state) {
  model::LabelsBuilder builder(labels);
  builder.Set(model::kMetricName, kAlerts);
  builder.Set(kAlertState, AlertStateName(state));
  return builder.Build();
}

void Group::AddSeries(const model::Labels& labels, const Alert& alert, Output& output) {
  model::LabelsBuilder builder(labels);
  builder.Set(model::kMetricName, kAlertsForState);
  output.Add(builder.Build(), static_cast<double>(base::ToMillis(alert.active_at) / 1000));
  if (alert.keep_firing_since) {
    builder.Set(model::kMetricName, kAlertsKeepFiringSince);
    output.Add(builder.Build(),
               static_cast<double>(base::ToMillis(*alert.keep_firing_since)) / 1000);
  }
  output.Add(StateSeries(labels, alert.state), 1);
}

AlertStatus Group::ToStatus(const model::Labels& labels, const Alert& alert) {
  return {.labels = labels,
          .annotations = alert.annotations,
          .state = alert.state,
          .active_at = alert.active_at,
          .keep_firing_since = alert.keep_firing_since,
          .value = alert.value,
          .value_at = alert.value_at};
}

AlertChange Group::Change(AlertChange::Kind kind, size_t index, const model::Labels& labels,
                          const Alert& alert) const {
  return {.kind = kind,
          .rule = std::shared_ptr<const Rule>(definition_, &definition_->rules[index]),
          .alert = ToStatus(labels, alert),
          .fired_at = alert.fired_at};
}

// --- changes of the definition and of the calendar

void Group::Adopt(Group& other) {
  std::vector<bool> taken(other.states_.size(), false);
  const auto same = [](const Rule& a, const Rule& b) {
    return a.alerting == b.alerting && a.name == b.name && a.labels == b.labels;
  };
  for (size_t i = 0; i < states_.size(); ++i) {
    for (size_t j = 0; j < taken.size(); ++j) {
      if (taken[j] || !same(definition_->rules[i], other.definition_->rules[j])) continue;
      taken[j] = true;
      RuleState& from = other.states_[j];
      states_[i].alerts = std::move(from.alerts);
      states_[i].written = std::move(from.written);
      states_[i].restored = std::move(from.restored);
      states_[i].restore_until = from.restore_until;
      states_[i].last_moment = from.last_moment;
      break;
    }
  }
  abandoned_ = std::move(other.abandoned_);
  orphans_ = std::move(other.orphans_);
  for (size_t j = 0; j < taken.size(); ++j) {
    if (taken[j]) continue;
    RuleState& from = other.states_[j];
    abandoned_.merge(from.written);
    for (const auto& [labels, alert] : from.alerts) {
      if (alert.state != AlertState::kFiring) continue;
      orphans_.push_back(other.Change(AlertChange::Kind::kResolved, j, labels, alert));
    }
  }
}

std::vector<AlertChange> Group::End(base::TimePoint now, const EvaluationIo& io) {
  Group nothing({.file = definition_->file,
                 .name = definition_->name,
                 .interval = interval(),
                 .query_offset = query_offset(),
                 .tenant = definition_->tenant},
                context_);
  nothing.Adopt(*this);
  return nothing.Evaluate(now, io);
}

void Group::Shift(base::Duration step) {
  for (RuleState& state : states_) {
    state.last_moment += step;
    for (auto& [labels, alert] : state.alerts) {
      alert.active_at += step;
      alert.fired_at += step;
      if (alert.keep_firing_since) *alert.keep_firing_since += step;
    }
  }
}

GroupStatus Group::Status() const {
  GroupStatus status{.name = definition_->name,
                     .file = definition_->file,
                     .interval = interval(),
                     .query_offset = query_offset(),
                     .limit = definition_->limit,
                     .tenant = definition_->tenant,
                     .slo = definition_->slo,
                     .evaluation_seconds = seconds_,
                     .last_evaluation = last_evaluation_};
  for (size_t i = 0; i < states_.size(); ++i) {
    const Rule& rule = definition_->rules[i];
    const RuleState& state = states_[i];
    RuleStatus out{.alerting = rule.alerting,
                   .name = rule.name,
                   .query = state.query,
                   .labels = rule.labels,
                   .annotations = rule.annotations,
                   .for_duration = rule.for_duration,
                   .keep_firing_for = rule.keep_firing_for,
                   .health = state.health,
                   .last_error = state.last_error,
                   .on_ingest = !state.plan.triggers.empty(),
                   .polled_because = state.plan.polled_because,
                   .evaluation_seconds = state.seconds,
                   .last_evaluation = state.last_evaluation};
    for (const auto& [labels, alert] : state.alerts) {
      out.state = std::max(out.state, alert.state);
      out.alerts.push_back(ToStatus(labels, alert));
    }
    status.rules.push_back(std::move(out));
  }
  return status;
}

}  // namespace vedette::rules
