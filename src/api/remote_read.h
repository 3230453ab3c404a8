#pragma once

#include <cstddef>
#include <vector>

#include "api/route.h"
#include "series/store.h"
#include "sources/remote_read/messages.h"

namespace vedette::api {

struct RemoteReadOptions {
  sources::remote_read::DecodeLimits request;
  uint64_t series_max = 100'000;                // of a query
  size_t samples_max = 5'000'000;               // of an answer
  size_t answer_bytes_max = size_t{128} << 20;  // of samples before compression
};

// POST /api/v1/read: Prometheus' remote read, answered with samples or streamed XOR chunks, as the
// client prefers. Native histograms have no chunks here: where there are some, a client that takes
// samples too gets those, and another one 400. What is beyond a limit is 400 with the limit's
// name. The tenant is the caller's. `store` outlives the routes. Thread-safe.
std::vector<Route> RemoteReadRoutes(series::Store& store, RemoteReadOptions options = {});

}  // namespace vedette::api
