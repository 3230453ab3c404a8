#pragma once

#include <string>

#include "base/json_writer.h"
#include "model/anomaly.h"
#include "model/incident.h"

namespace vedette::api {

// The one form in which incidents and anomalies leave the server, in answers and in the stream
// (openapi.json: Incident, Anomaly, Evidence, StreamPatch). Each writes one JSON object,
// unless it says otherwise.

void WriteIncidentSummary(base::JsonWriter& json, const model::Incident& incident);
void WriteIncident(base::JsonWriter& json, const model::Incident& incident);  // with its timeline
void WriteAnomaly(base::JsonWriter& json, const model::Anomaly& anomaly);
// The members of an object that the caller has begun.
void WriteEvidenceMembers(base::JsonWriter& json, const model::Evidence& evidence);

// What a change of a row looks like in the stream. An incident's timeline holds only new rows, as
// the incident engine hands them out.
std::string IncidentPatch(const model::Incident& incident);
std::string AnomalyPatch(const model::Anomaly& anomaly);

}  // namespace vedette::api
