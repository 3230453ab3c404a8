#pragma once

#include "app/engine_loop.h"
#include "base/result.h"
#include "topology/atlas.h"

namespace vedette::app {

// Tells the engine who waits for whom, so that pages about what only suffers can wait behind what
// is in hand. To be called every few seconds; what has not changed costs nothing.
base::Result<> TellDependencies(topology::Atlas& atlas, EngineLoop& loop);

}  // namespace vedette::app
