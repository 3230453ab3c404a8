#pragma once

#include <vector>

#include "api/family_metadata.h"
#include "api/route.h"
#include "ingest/ingester.h"
#include "sources/remote_write/decoder.h"

namespace vedette::api {

// Prometheus remote write, 1.0 and 2.0 at one path; the Content-Type says which. Answers are those
// of the specifications: 204 when all is stored; 400 when something is refused for good, the rest
// being stored; 415 for another protocol or encoding; 429 and 503 when sending again may help. To
// 2.0 every answer says in X-Prometheus-Remote-Write-{Samples,Histograms,Exemplars}-Written what
// was stored. Thread-safe.

struct RemoteWriteOptions {
  sources::remote_write::DecoderOptions decoder;
  FamilyMetadataSink on_metadata;  // may be empty
};

// POST /api/v1/write. `ingester` outlives the routes.
std::vector<Route> RemoteWriteRoutes(ingest::Ingester& ingester, RemoteWriteOptions options = {});

}  // namespace vedette::api
