#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "diagnose/live/store.h"
#include "incident/journal/journal.h"
#include "records/store.h"
#include "release/book.h"

namespace vedette::app {

// What a stored diagnosis (StoredDiagnosis::body) says of changes that tell of one release.
struct BodyOpinion {
  bool suspects = false;                  // one of them may be the cause
  std::optional<release::Doubt> cleared;  // one of them is not; the incident is still to be named
};
// Of an incident that began before `since` nothing: it knows no more than that it was there before.
BodyOpinion OpinionIn(std::string_view body, const std::set<std::string>& changes,
                      base::TimePoint since);

// Whether the diagnoses of the incidents that the release's service had since say that it is not
// the cause, and none says that it may be. Errors are those of the stores.
base::Result<std::optional<release::Doubt>> RuledOutBy(
    const release::Release& release, const incident::journal::Journal& journal,
    const diagnose::live::DiagnosisStore& diagnoses, records::Store& records);

}  // namespace vedette::app
