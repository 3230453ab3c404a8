#pragma once

#include <functional>
#include <vector>

#include "api/family_metadata.h"
#include "api/route.h"
#include "ingest/ingester.h"
#include "model/tenant.h"
#include "sources/events/parser.h"
#include "sources/exposition/parser.h"
#include "sources/logs/parser.h"

namespace vedette::api {

// Telemetry that is pushed: text exposition, events and logs in; and the removal of
// all data of a tenant. Handlers turn bodies into model values with `sources`, hand them to the
// Ingester and say what became of each item. Thread-safe.

struct IntakeOptions {
  sources::exposition::ParseOptions exposition;
  sources::logs::ParseOptions logs;
  sources::events::ParseOptions events;
  FamilyMetadataSink on_metadata;  // may be empty
  // Deletes what other modules hold of a tenant, after its telemetry; may be empty.
  std::function<base::Result<>(const model::TenantName&)> also_delete;
};

// POST /api/v1/import/prometheus, /api/v1/events, /api/v1/logs and
// DELETE /api/v1/admin/tenants/{name}/data. `ingester` outlives the routes.
std::vector<Route> IntakeRoutes(ingest::Ingester& ingester, IntakeOptions options = {});

}  // namespace vedette::api
