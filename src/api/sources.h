#pragma once

#include <functional>
#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "detect/source_board.h"

namespace vedette::api {

// GET /api/v1/sources: who sends, when each was heard last, and which have stopped (state, limit).
// `sources` outlives the routes; `stopped_after` is thread-safe. Thread-safe.
std::vector<Route> SourceRoutes(detect::SourceBoard& sources,
                                std::function<base::Duration()> stopped_after);

}  // namespace vedette::api
