#include "diagnose/live/report.h"

#include "base/duration.h"

namespace vedette::diagnose::live {
namespace {

using base::JsonWriter;

void WriteTime(JsonWriter& json, std::string_view key, std::optional<base::TimePoint> time) {
  json.Key(key);
  if (time) {
    json.Value(base::FormatTime(*time));
  } else {
    json.Null();
  }
}

void WriteNumber(JsonWriter& json, std::string_view key, std::optional<double> number) {
  json.Key(key);
  if (number) {
    json.Value(*number);
  } else {
    json.Null();
  }
}

void WriteText(JsonWriter& json, std::string_view key, std::string_view text) {
  json.Key(key);
  if (text.empty()) {
    json.Null();
  } else {
    json.Value(text);
  }
}

void WriteClaim(const EvidencedClaim& evidenced, JsonWriter& json) {
  const Claim& claim = evidenced.claim;
  json.BeginObject().Field("kind", ClaimKindName(claim.kind)).Field("text", claim.text);
  json.Field("entity", claim.entity).Field("subject", claim.subject);
  WriteText(json, "statistic", claim.statistic);
  WriteTime(json, "at", claim.at);
  WriteNumber(json, "before", claim.before);
  WriteNumber(json, "after", claim.after);
  WriteNumber(json, "deviation", claim.deviation);
  json.Field("evidence_id", evidenced.evidence.id).EndObject();
}

void WriteHypothesis(const RankedHypothesis& hypothesis, JsonWriter& json) {
  json.BeginObject().Field("entity", hypothesis.entity);
  json.Field("probability", hypothesis.probability);
  json.Field("status", StatusName(hypothesis.status));
  WriteText(json, "region", hypothesis.region);
  json.Key("claims").BeginArray();
  for (const EvidencedClaim& claim : hypothesis.claims) WriteClaim(claim, json);
  json.EndArray().EndObject();
}

}  // namespace

void Write(const Report& report, JsonWriter& json) {
  json.Field("status", report.status).Field("summary", report.summary);
  WriteTime(json, "made_at", report.made_at);
  WriteTime(json, "from", report.from);
  WriteTime(json, "to", report.to);
  json.Field("step_seconds", static_cast<double>(report.step.count()) / 1000);
  WriteTime(json, "onset", report.onset);
  json.Field("series", static_cast<uint64_t>(report.series));
  json.Field("engine_ms", report.engine_ms).Field("total_ms", report.total_ms);
  json.Key("hypotheses").BeginArray();
  for (const RankedHypothesis& hypothesis : report.hypotheses) WriteHypothesis(hypothesis, json);
  json.EndArray().Key("inputs").BeginArray();
  for (const InputReport& input : report.inputs) {
    json.BeginObject().Field("name", input.note.name);
    json.Field("state", InputStateName(input.note.state)).Field("text", input.note.text);
    WriteText(json, "evidence_id", input.evidence ? input.evidence->id : std::string());
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace vedette::diagnose::live
