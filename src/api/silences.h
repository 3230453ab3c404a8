#pragma once

#include <functional>
#include <vector>

#include "api/alert_board.h"
#include "api/route.h"
#include "base/result.h"
#include "incident/input.h"
#include "model/silence.h"

namespace vedette::api {

// Runs a person's command on a silence where the incident engine lives and returns the silence as
// it is when that is durable. Thread-safe.
using SilenceSink = std::function<base::Result<model::Silence>(incident::SilenceCommand)>;

// Vedette's own paths of silences:
//   GET /api/v1/silences         with what each hides; `state`: active, pending (both unless it
//                                says otherwise), expired
//   POST /api/v1/silences        JSON of matchers (["service=\"payment\""]), comment, ends_at or
//                                duration, and optionally id, starts_at, until_resolved,
//                                created_by; with dry_run it only says what it would hide
//   GET, DELETE /api/v1/silences/{id}
// `board` outlives the routes. Thread-safe.
std::vector<Route> SilenceRoutes(const AlertBoard& board, SilenceSink sink);

}  // namespace vedette::api
