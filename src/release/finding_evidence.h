#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"

namespace vedette::release {

// Keeps the evidence of the findings of a comparison, out of its report in JSON (WriteReport in
// release/compare): what was asked, the window, and the finding with its numbers. It is beside that
// of anomalies, whose store must have been opened if there is any. kInvalidArgument for a text that
// is no JSON, and what the database says.
base::Result<> SaveFindings(sql::Session& session, std::string_view tenant,
                            std::string_view report_json, base::TimePoint taken_at);

}  // namespace vedette::release
