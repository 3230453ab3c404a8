#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "diagnose/diagnosis.h"
#include "diagnose/live/exhibit.h"
#include "diagnose/live/gather.h"
#include "model/anomaly.h"

namespace vedette::diagnose::live {

// What is said of an incident's cause. Plain values; every claim has the evidence that it was read
// off, with the answer and, where it has numbers, how they were read (evidence/reading.h).

struct EvidencedClaim {
  Claim claim;
  model::Evidence evidence;
};

struct RankedHypothesis {
  std::string entity;
  double probability = 0;
  Status status = Status::kInconclusive;
  std::string region;  // a metric of a resource, the id of a change; may be empty
  std::vector<EvidencedClaim> claims;
};

struct InputReport {
  InputNote note;
  std::optional<model::Evidence> evidence;  // of a source that stopped
};

struct Report {
  // "confirmed", "likely", "inconclusive": of the first hypothesis; "unknown" where nothing here is
  // a cause.
  std::string status;
  std::string summary;  // one sentence
  base::TimePoint made_at;
  base::TimePoint from;
  base::TimePoint to;
  base::Duration step{0};
  std::optional<base::TimePoint> onset;
  double engine_ms = 0;  // what the diagnosis itself took
  double total_ms = 0;   // with the gathering
  size_t series = 0;
  std::vector<RankedHypothesis> hypotheses;  // best first, ruled out ones last
  std::vector<InputReport> inputs;
};

// Turns the engine's answer into a report: each claim gets its evidence, and a claim without one is
// left out. Claims of new failures in the logs are added to whom they concern.
Report Conclude(const Gathered& gathered, const Diagnosis& diagnosis, const Exhibits& exhibits,
                base::TimePoint now);

// Members of a JSON object, as openapi.json's Diagnosis has them: all but the incident's id.
void Write(const Report& report, base::JsonWriter& json);

}  // namespace vedette::diagnose::live
