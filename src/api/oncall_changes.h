#pragma once

#include <memory>
#include <vector>

#include "api/oncall.h"
#include "base/json_writer.h"

namespace vedette::api {

// Overrides, imports of calendars and test pages: the part of OnCallRoutes that changes something.
std::vector<Route> OnCallChangeRoutes(std::shared_ptr<const OnCallSources> sources);

void WriteOverride(base::JsonWriter& json, const notify::routing::Override& override);

// The schedule that the path names; kNotFound.
base::Result<const notify::routing::Schedule*> FindScheduleOf(const notify::routing::Plan& plan,
                                                              const Call& call);

}  // namespace vedette::api
