#pragma once

#include <vector>

#include "api/family_metadata.h"
#include "api/route.h"
#include "ingest/ingester.h"
#include "sources/otlp/logs.h"
#include "sources/otlp/metrics.h"

namespace vedette::api {

// OTLP/HTTP: metrics, logs and traces of OpenTelemetry, in protobuf and JSON. Answers come in the
// form of the request: 200 with a partial success where something was refused for good, an error as
// google.rpc.Status otherwise; 429 and 503 carry Retry-After. Thread-safe.

struct OtlpOptions {
  sources::otlp::MetricsOptions metrics;
  sources::otlp::RecordOptions records;
  FamilyMetadataSink on_metadata;  // may be empty
};

// POST /v1/metrics, /v1/logs and /v1/traces, and the same below /api/v1/otlp. `ingester` outlives
// the routes.
std::vector<Route> OtlpRoutes(ingest::Ingester& ingester, OtlpOptions options = {});

}  // namespace vedette::api
