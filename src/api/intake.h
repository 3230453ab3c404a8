#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "api/route.h"
#include "ingest/ingester.h"
#include "model/tenant.h"
#include "sources/events/parser.h"
#include "sources/exposition/parser.h"
#include "sources/logs/parser.h"
#include "sources/remote_write/decoder.h"

namespace vedette::api {

// Telemetry that is pushed: remote write, text exposition, events and logs in; and the removal of
// all data of a tenant. Handlers turn bodies into model values with `sources`, hand them to the
// Ingester and say what became of each item. Thread-safe.

// What a sender says of a metric family; the views live during the call.
struct FamilyMetadata {
  std::string_view family;
  std::string_view type;
  std::string_view help;
  std::string_view unit;
};

struct IntakeOptions {
  sources::remote_write::DecoderOptions remote_write;
  sources::exposition::ParseOptions exposition;
  sources::logs::ParseOptions logs;
  sources::events::ParseOptions events;
  // Called on workers; may be empty.
  std::function<void(const model::TenantName&, const FamilyMetadata&)> on_metadata;
  // Deletes what other modules hold of a tenant, after its telemetry; may be empty.
  std::function<base::Result<>(const model::TenantName&)> also_delete;
};

// POST /api/v1/write, /api/v1/import/prometheus, /api/v1/events, /api/v1/logs and
// DELETE /api/v1/admin/tenants/{name}/data. `ingester` outlives the routes.
std::vector<Route> IntakeRoutes(ingest::Ingester& ingester, IntakeOptions options = {});

}  // namespace vedette::api
