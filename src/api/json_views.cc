#include "api/json_views.h"

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/duration.h"

namespace vedette::api {
namespace {

using base::JsonWriter;

std::optional<double> SecondsBetween(base::TimePoint from,
                                     const std::optional<base::TimePoint>& to) {
  if (!to) return std::nullopt;
  return base::ToSeconds(*to - from);
}

// Where the work stands, and what people wrote down.
void WriteWork(JsonWriter& json, const model::Incident& incident) {
  json.Field("status", model::IncidentStatus(incident)).Field("suppressed", incident.suppressed);
  json.Field("time_to_acknowledge_seconds",
             SecondsBetween(model::AwaitedSince(incident), incident.acknowledged_at));
  json.Field("time_to_resolve_seconds", SecondsBetween(incident.started_at, incident.resolved_at));
  json.Key("phases").BeginArray();
  for (const model::PhaseStart& phase : incident.phases) {
    json.BeginObject().Field("phase", model::IncidentPhaseName(phase.phase));
    json.Field("started_at", phase.started_at);
    json.Field("by", phase.by).EndObject();
  }
  json.EndArray();
  json.Field("roles", incident.roles);
  json.Key("tasks").BeginArray();
  for (const model::IncidentTask& task : incident.tasks) {
    json.BeginObject()
        .Field("number", task.number)
        .Field("title", task.title)
        .Field("assignee", task.assignee);
    json.Field("created_at", task.created_at);
    json.Field("done_at", task.done_at);
    json.Field("done_by", task.done_by).EndObject();
  }
  json.EndArray().Key("links").BeginArray();
  for (const model::IncidentLink& link : incident.links) {
    json.BeginObject().Field("url", link.url).Field("title", link.title).EndObject();
  }
  json.EndArray().Key("starred").BeginArray();
  for (const int64_t seq : incident.starred) json.Value(seq);
  json.EndArray().Field("merged_into", incident.merged_into);
  json.Field("group_labels", incident.group_labels);
}

void WriteSummaryMembers(JsonWriter& json, const model::Incident& incident) {
  json.Field("id", incident.id)
      .Field("title", incident.title)
      .Field("severity", model::SeverityName(incident.severity))
      .Field("state", model::IncidentStateName(incident.state));
  json.Field("entities", incident.entities);
  json.Field("anomaly_ids", incident.anomaly_ids);
  json.Field("open_anomaly_ids", incident.open_anomaly_ids);
  json.Field("started_at", incident.started_at);
  json.Field("updated_at", incident.updated_at);
  json.Field("acknowledged_at", incident.acknowledged_at);
  json.Field("resolved_at", incident.resolved_at);
  json.Field("acknowledged_by", incident.acknowledged_by)
      .Field("resolved_by", incident.resolved_by)
      .Field("revision", incident.revision);
  WriteWork(json, incident);
}

void WriteSeen(JsonWriter& json, const model::Anomaly& anomaly) {
  const bool stopped = anomaly.kind == model::AnomalyKind::kAbsence;
  std::optional<double> observed;
  if (!stopped) observed = anomaly.observed;
  json.Field("observed", observed).Key("expected").BeginObject();
  if (stopped) {
    json.Key("low").Null().Key("high").Null();
  } else {
    json.Field("low", anomaly.expected_low).Field("high", anomaly.expected_high);
  }
  json.EndObject();
}

template <typename WriteRow>
std::string Patch(std::string_view topic, const std::string& id, int64_t revision,
                  const WriteRow& write_row) {
  std::string text;
  JsonWriter json(text);
  json.BeginObject().Field("topic", topic).Field("id", id).Field("rev", revision).Key("patch");
  write_row(json);
  json.EndObject();
  return text;
}

}  // namespace

void WriteIncidentSummary(JsonWriter& json, const model::Incident& incident) {
  json.BeginObject();
  WriteSummaryMembers(json, incident);
  json.EndObject();
}

void WriteIncident(JsonWriter& json, const model::Incident& incident) {
  json.BeginObject();
  WriteSummaryMembers(json, incident);
  json.Key("timeline").BeginArray();
  for (const model::TimelineEntry& row : incident.timeline) {
    json.BeginObject().Field("seq", row.seq);
    json.Field("time", row.time);
    json.Field("kind", row.kind)
        .Field("actor", row.actor)
        .Field("text", row.text)
        .Field("anomaly_id", row.anomaly_id);
    if (row.happened_at) json.Field("happened_at", *row.happened_at);
    json.EndObject();
  }
  json.EndArray().EndObject();
}

void WriteAnomaly(JsonWriter& json, const model::Anomaly& anomaly, std::string_view unit) {
  json.BeginObject()
      .Field("id", anomaly.id)
      .Field("kind", model::AnomalyKindName(anomaly.kind))
      .Field("entity", anomaly.entity)
      .Field("labels", anomaly.labels)
      .Field("score", anomaly.score)
      .Field("severity", model::SeverityName(anomaly.severity))
      .Field("state", model::AnomalyStateName(anomaly.state));
  json.Field("started_at", anomaly.started_at);
  json.Field("updated_at", anomaly.updated_at);
  json.Field("ended_at", anomaly.ended_at);
  WriteSeen(json, anomaly);
  json.Field("unit", base::NullIfEmpty(std::string(unit)))
      .Field("detector", anomaly.detector)
      .Field("summary", anomaly.summary)
      .Field("evidence_id", anomaly.evidence.id)
      .EndObject();
}

void WriteEvidenceMembers(JsonWriter& json, const model::Evidence& evidence) {
  json.Field("id", evidence.id).Field("language", evidence.language);
  std::optional<double> step;
  if (evidence.step.count() > 0) step = base::ToSeconds(evidence.step);
  json.Field("query", evidence.query).Field("step_seconds", step);
  json.Field("from", evidence.from);
  json.Field("to", evidence.to);
  json.Key("result").Raw(evidence.result_json.empty() ? "null" : evidence.result_json);
  json.Field("taken_at", evidence.taken_at);
}

std::string IncidentPatch(const model::Incident& incident) {
  return Patch("incidents", incident.id, incident.revision,
               [&](JsonWriter& json) { WriteIncident(json, incident); });
}

std::string AnomalyPatch(const model::Anomaly& anomaly, std::string_view unit) {
  // Closing may carry the time of the last update: it still is the later one.
  const bool closed = anomaly.state == model::AnomalyState::kClosed;
  const int64_t revision = 2 * base::ToMillis(anomaly.updated_at) + (closed ? 1 : 0);
  return Patch("anomalies", anomaly.id, revision,
               [&](JsonWriter& json) { WriteAnomaly(json, anomaly, unit); });
}

}  // namespace vedette::api
