#pragma once

#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "model/anomaly.h"
#include "model/incident.h"

namespace vedette::api {

// The one form in which incidents and anomalies leave the server, in answers and in the stream
// (openapi.json: Incident, Anomaly, Evidence, StreamPatch). Each writes one JSON object,
// unless it says otherwise.

void WriteIncidentSummary(base::JsonWriter& json, const model::Incident& incident);
void WriteIncident(base::JsonWriter& json, const model::Incident& incident);  // with its timeline
// `unit` of its values, empty when it is not known: api/units.h. Nothing was observed where data
// stopped, and nothing is said to be expected where no detector had a range or a limit.
void WriteAnomaly(base::JsonWriter& json, const model::Anomaly& anomaly, std::string_view unit);
// The members of an object that the caller has begun.
void WriteEvidenceMembers(base::JsonWriter& json, const model::Evidence& evidence);

// What a change of a row looks like in the stream. An incident's timeline holds only new rows, as
// the incident engine hands them out.
std::string IncidentPatch(const model::Incident& incident);
std::string AnomalyPatch(const model::Anomaly& anomaly, std::string_view unit);

}  // namespace vedette::api
