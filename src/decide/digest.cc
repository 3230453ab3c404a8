#include "base/digest.h"

#include <bit>
#include <cstdint>
#include <map>
#include <optional>
#include <type_traits>

#include "decide/round.h"
#include "model/json_fields.h"

namespace vedette::decide {
namespace {

using incident::Decisions;
using notify::routing::Outcome;

// One text for equal values and different texts for different ones: every text and list has its
// length before it, so that none runs into the next. Takes the lists of fields that the stored
// forms use (base/json_fields.h).
class Canonical {
 public:
  template <typename T>
  void operator()(const char*, const T& value) {
    Put(value);
  }
  template <typename T>
  void Since(const char*, const T& value) {
    Put(value);
  }
  const std::string& text() const { return text_; }

  template <typename... T>
  void All(const T&... values) {
    (Put(values), ...);
  }

  void Put(std::string_view value) {
    Put(static_cast<int64_t>(value.size()));
    text_ += value;
  }
  void Put(const std::string& value) { Put(std::string_view(value)); }
  void Put(int64_t value) { text_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void Put(bool value) { text_ += value ? '\1' : '\0'; }
  void Put(double value) { Put(std::bit_cast<int64_t>(value)); }
  void Put(base::TimePoint value) { Put(base::ToMillis(value)); }
  void Put(const model::Labels& labels) { Put(std::string_view(labels.bytes())); }
  template <typename T>
  void Put(const std::optional<T>& value) {
    Put(value.has_value());
    if (value) Put(*value);
  }
  template <typename T>
  void Put(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      Put(static_cast<int64_t>(value));
    } else if constexpr (requires { value.begin(); }) {
      Put(static_cast<int64_t>(value.size()));
      for (const auto& item : value) Put(item);
    } else if constexpr (requires { value.second; }) {
      All(value.first, value.second);
    } else {
      PutParts(value);
    }
  }

 private:
  void PutParts(const model::TimelineEntry& row) {
    All(row.seq, row.time, row.kind, row.actor, row.text, row.anomaly_id);
    if (row.happened_at) Put(*row.happened_at);  // digests of before there was any stay as they are
  }
  void PutParts(const model::PhaseStart& phase) { All(phase.phase, phase.started_at, phase.by); }
  void PutParts(const model::IncidentTask& task) {
    All(task.number, task.title, task.assignee, task.created_at, task.done_at, task.done_by);
  }
  void PutParts(const model::IncidentLink& link) { All(link.url, link.title); }
  void PutParts(const model::Incident& it) {
    All(it.id, it.tenant, it.title, it.severity, it.state, it.entities, it.open_anomaly_ids);
    All(it.started_at, it.updated_at, it.acknowledged_at, it.resolved_at, it.acknowledged_by);
    All(it.resolved_by, it.revision, it.timeline, it.phases, it.roles, it.tasks, it.links);
    All(it.merged_into, it.suppressed, it.group_labels);
    if (!it.starred.empty()) Put(it.starred);  // likewise
  }
  void PutParts(const model::Alert& alert) { Fields(*this, const_cast<model::Alert&>(alert)); }
  void PutParts(const model::Page& page) { Fields(*this, const_cast<model::Page&>(page)); }
  void PutParts(const incident::Membership& it) { All(it.tenant, it.incident_id, it.anomaly_id); }
  void PutParts(const incident::LateRow& row) { All(row.tenant, row.incident_id, row.entry); }
  void PutParts(const model::AnomalyUpdate& update) {
    const model::Anomaly& it = update.anomaly;
    All(update.transition, it.id, it.tenant, it.entity, it.labels, it.severity, it.state);
    All(it.started_at, it.updated_at, it.ended_at, it.summary);
  }
  void PutParts(const incident::AlertView& view) {
    All(view.anomaly_id, view.open, view.incident_id, view.severity, view.alert);
    All(view.group_labels, view.silenced_by, view.inhibited_by);
  }
  void PutParts(const model::Silence& it) {
    All(it.id, it.tenant, static_cast<int64_t>(it.matchers.size()), it.starts_at, it.ends_at);
    All(it.updated_at, it.created_by, it.comment, it.until_resolved, it.window);
    for (const model::Matcher& matcher : it.matchers) Put(matcher.ToString());
  }
  void PutParts(const notify::routing::Notice& it) {
    All(it.page, it.receiver, it.channel, it.to, it.person, it.route, it.policy, it.step);
    All(it.round, it.why);
  }
  void PutParts(const notify::routing::Remark& it) {
    All(it.tenant, it.incident_id, it.time, it.kind, it.text);
  }

  std::string text_;
};

}  // namespace

std::string Digest(const Decisions& decisions, const Outcome& outcome) {
  Canonical canonical;
  canonical.All(decisions.changed, decisions.pages, decisions.joined, decisions.late_rows);
  canonical.All(decisions.anomalies, decisions.alerts, decisions.silences);
  canonical.All(outcome.notices, outcome.remarks);
  return base::Sha256Hex(canonical.text());
}

}  // namespace vedette::decide
