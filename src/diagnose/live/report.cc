#include "diagnose/live/report.h"

#include "base/duration.h"

namespace vedette::diagnose::live {
namespace {

using base::JsonWriter;

void WriteClaim(const EvidencedClaim& evidenced, JsonWriter& json) {
  const Claim& claim = evidenced.claim;
  json.BeginObject().Field("kind", ClaimKindName(claim.kind)).Field("text", claim.text);
  json.Field("entity", claim.entity).Field("subject", claim.subject);
  json.Field("statistic", base::NullIfEmpty(claim.statistic));
  json.Field("at", claim.at);
  json.Field("before", claim.before);
  json.Field("after", claim.after);
  json.Field("deviation", claim.deviation);
  json.Field("evidence_id", evidenced.evidence.id).EndObject();
}

void WriteHypothesis(const RankedHypothesis& hypothesis, JsonWriter& json) {
  json.BeginObject().Field("entity", hypothesis.entity);
  json.Field("probability", hypothesis.probability);
  json.Field("status", StatusName(hypothesis.status));
  json.Field("region", base::NullIfEmpty(hypothesis.region));
  json.Key("claims").BeginArray();
  for (const EvidencedClaim& claim : hypothesis.claims) WriteClaim(claim, json);
  json.EndArray().EndObject();
}

}  // namespace

void Write(const Report& report, JsonWriter& json) {
  json.Field("status", report.status).Field("summary", report.summary);
  json.Field("made_at", report.made_at);
  json.Field("from", report.from);
  json.Field("to", report.to);
  json.Field("step_seconds", static_cast<double>(report.step.count()) / 1000);
  json.Field("onset", report.onset);
  json.Field("series", static_cast<uint64_t>(report.series));
  json.Field("engine_ms", report.engine_ms).Field("total_ms", report.total_ms);
  json.Key("hypotheses").BeginArray();
  for (const RankedHypothesis& hypothesis : report.hypotheses) WriteHypothesis(hypothesis, json);
  json.EndArray().Key("inputs").BeginArray();
  for (const InputReport& input : report.inputs) {
    json.BeginObject().Field("name", input.note.name);
    json.Field("state", InputStateName(input.note.state)).Field("text", input.note.text);
    json.Field("evidence_id",
               base::NullIfEmpty(input.evidence ? input.evidence->id : std::string()));
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace vedette::diagnose::live
