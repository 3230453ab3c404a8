#pragma once

#include "diagnose/diagnosis.h"
#include "diagnose/evidence.h"

namespace vedette::diagnose {

// Why something broke: ranked hypotheses with their evidence, or the honest answer that nothing
// here is a cause. Deterministic, no I/O, no clock; linear in series and spans. The same whatever
// the units of the metrics and the names of the entities.
//
// REQUIRES: every Series::window has one value for each of Evidence::times.
Diagnosis Diagnose(const Evidence& evidence);

}  // namespace vedette::diagnose
