#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/anomaly.h"
#include "sql/database.h"

namespace vedette::release {

// Keeps evidence beside that of anomalies, whose store must have been opened if there is any.
// Errors are the database's.
base::Result<> SaveAll(sql::Session& session, std::string_view tenant,
                       const std::vector<model::Evidence>& evidence);

}  // namespace vedette::release
