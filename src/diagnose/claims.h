#pragma once

#include <string>

#include "diagnose/change_rank.h"
#include "diagnose/diagnosis.h"
#include "diagnose/event_pairs.h"
#include "diagnose/evidence.h"
#include "diagnose/graph.h"
#include "diagnose/load.h"
#include "diagnose/lost_calls.h"
#include "diagnose/metric_rank.h"
#include "diagnose/span_time.h"

namespace vedette::diagnose {

// Findings as statements that a person can check: each names the table row it came from, and the
// numbers in its text are those in its fields.

// A number as claims show it.
std::string ShownNumber(double value);

Claim MetricClaim(const Evidence& evidence, const Suspect& suspect);

// How the suspect stands to the symptom. REQUIRES: there is a symptom.
Claim SymptomClaim(const Evidence& evidence, const Suspect& suspect);

// What explains the suspect. REQUIRES: `by` is what suspect.explained_by names.
Claim ExplainedClaim(const CallGraph& graph, const Suspect& suspect, const Suspect& by);

Claim TimeClaim(const SlowEntity& slow);
Claim PairClaim(const LostPair& pair);
Claim LostCallsClaim(const LostCalls& calls);
// Who asks for more, read off the requests that show it.
Claim DemandClaim(const Evidence& evidence, const Demand& demand);

// The change itself, its time, and why it is or is not to blame.
Claim ChangeClaim(const Evidence& evidence, const SuspectChange& suspect);

// The first movement of what was changed. REQUIRES: suspect.moved.
Claim MovedClaim(const Evidence& evidence, const SuspectChange& suspect);

}  // namespace vedette::diagnose
