#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "model/anomaly.h"
#include "model/tenant.h"
#include "records/store.h"
#include "release/book.h"
#include "release/observation.h"

namespace vedette::release {

// Answers the question of a piece of evidence (evidence::Asker::Ask). May block.
using Answer =
    std::function<base::Result<std::string>(const model::TenantName&, const model::Evidence&)>;

// Adds the kinds of log lines that the release's service wrote for the first time since, the most
// frequent first, counted until then. Only of a service whose logs were known before: else all of
// its patterns would be new. Errors: of the records, and of the answer.
base::Result<> ReadPatterns(records::Store& records, const Answer& answer, const Release& release,
                            base::TimePoint until, Observation& out);

}  // namespace vedette::release
