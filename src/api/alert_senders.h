#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "api/alert_board.h"
#include "api/route.h"
#include "base/result.h"
#include "model/alert.h"
#include "sources/senders/mapping.h"

namespace vedette::api {

// Thread-safe; the board outlives the routes.
struct SenderSources {
  std::function<std::shared_ptr<const std::vector<sources::senders::Mapping>>()> mappings;
  const AlertBoard& board;
  // What became of each alert, in order, once it is durable.
  std::function<base::Result<std::vector<base::Result<>>>(std::vector<model::Alert>)> post;
};

// The webhooks of other systems as alerts, by a mapping per sender.
//
// GET  /api/v1/intake                   the senders that are known, and how to set them up
// POST /api/v1/intake/{sender}          a message of the sender: JSON, a form, or query parameters
// POST /api/v1/intake/{sender}/preview  what it would become; nothing is kept
// POST /api/v1/intake/preview           {"mapping": YAML, "payload": text or JSON, "content_type"}:
//                                       the same for a mapping that is being written, with what is
//                                       wrong with it and with its own examples
//
// Alerts of one key are one alert, whatever becomes of their severity or words on the way.
std::vector<Route> AlertSenderRoutes(SenderSources sources);

}  // namespace vedette::api
