#include "base/duration.h"
#include "diagnose/live/impact.h"

namespace vedette::diagnose::live {
namespace {

using base::JsonWriter;

void WriteRequests(const RequestsHurt& hurt, JsonWriter& json) {
  json.BeginObject().Field("entity", hurt.entity).Field("total", hurt.total);
  json.Field("failed", hurt.failed).Field("failed_usually", hurt.failed_usually);
  json.Field("hurt", hurt.hurt).Field("total_evidence_id", hurt.total_evidence.id);
  json.Field("failed_evidence_id", hurt.failed_evidence.id).EndObject();
}

void WriteHurt(const Impact& impact, JsonWriter& json) {
  json.Key("requests");
  if (impact.requests) {
    WriteRequests(*impact.requests, json);
  } else {
    json.Null();
  }
  json.Key("users");
  if (impact.users) {
    json.BeginObject().Field("field", impact.users->field).Field("hurt", impact.users->count);
    json.Field("evidence_id", impact.users->evidence.id).EndObject();
  } else {
    json.Null();
  }
  json.Key("error_budget");
  if (impact.budget) {
    json.BeginObject().Field("objective", impact.budget->objective);
    json.Field("period", base::FormatDuration(impact.budget->period));
    json.Field("burnt", impact.budget->burnt);
    json.Field("evidence_id", impact.requests->failed_evidence.id).EndObject();
  } else {
    json.Null();
  }
}

void WriteEntities(const Impact& impact, JsonWriter& json) {
  json.Key("entities").BeginArray();
  for (const HurtEntity& entity : impact.entities) {
    json.BeginObject().Field("entity", entity.entity).Field("role", RoleName(entity.role));
    json.Field("first_seen", base::FormatTime(entity.first_seen)).Field("text", entity.text);
    json.Field("evidence_id", entity.evidence_id).EndObject();
  }
  json.EndArray();
}

void WriteDifferences(const Impact& impact, JsonWriter& json) {
  json.Key("differences").BeginArray();
  for (const Difference& difference : impact.differences) {
    json.BeginObject().Field("entity", difference.entity);
    json.Field("dimension", difference.dimension).Field("value", difference.value);
    json.Field("inside", difference.inside).Field("outside", difference.outside);
    json.Field("text", difference.text).Field("evidence_id", difference.bad.id);
    json.Field("all_evidence_id", difference.all.id).EndObject();
  }
  json.EndArray();
}

void WriteComparisons(const Impact& impact, JsonWriter& json) {
  json.Key("report").BeginArray();
  for (const Comparison& line : impact.report) {
    json.BeginObject();
    json.Field("entity", base::NullIfEmpty(line.entity));
    json.Field("metric", line.metric);
    json.Field("statistic", base::NullIfEmpty(line.statistic));
    json.Field("kind", line.kind);
    json.Field("unit", base::NullIfEmpty(line.unit));
    json.Field("normal", line.normal);
    json.Field("during", line.during);
    json.Field("percent", line.percent);
    json.Field("evidence_id", line.evidence.id).EndObject();
  }
  json.EndArray();
}

}  // namespace

void Write(const Impact& impact, const Report& report, JsonWriter& json) {
  json.Field("status", "ready").Field("made_at", base::FormatTime(report.made_at));
  json.Field("from", base::FormatTime(report.from)).Field("to", base::FormatTime(report.to));
  json.Key("onset");
  if (report.onset) {
    json.Value(base::FormatTime(*report.onset));
  } else {
    json.Null();
  }
  json.Key("severity").BeginObject().Field("score", impact.severity_score);
  json.Field("level", SeverityLevel(impact.severity_score)).EndObject();
  WriteEntities(impact, json);
  WriteHurt(impact, json);
  WriteDifferences(impact, json);
  WriteComparisons(impact, json);
}

void CollectEvidence(const Impact& impact, std::vector<model::Evidence>& out) {
  for (const Comparison& line : impact.report) out.push_back(line.evidence);
  for (const Difference& difference : impact.differences) {
    out.push_back(difference.bad);
    out.push_back(difference.all);
  }
  if (impact.users) out.push_back(impact.users->evidence);
  if (!impact.requests) return;
  out.push_back(impact.requests->total_evidence);
  out.push_back(impact.requests->failed_evidence);
}

}  // namespace vedette::diagnose::live
