#pragma once

#include <string_view>

#include "diagnose/live/store.h"
#include "incident/journal/journal.h"
#include "release/book.h"

namespace vedette::app {

// Whether the members of a stored diagnosis (StoredDiagnosis::body) say that a change is no cause.
bool BodyRulesOut(std::string_view body, std::string_view change_id);

// Whether the diagnosis of an incident that the release's service has now rules the release out.
// False where that cannot be read.
bool IsRuledOut(const release::Release& release, const incident::journal::Journal& journal,
                const diagnose::live::DiagnosisStore& diagnoses);

}  // namespace vedette::app
