#pragma once

#include <vector>

#include "api/route.h"
#include "ingest/ingester.h"
#include "sources/alerts/parser.h"
#include "sources/changes/parser.h"

namespace vedette::api {

// What other systems tell of themselves, beside telemetry: POST /api/v1/events/alertmanager
// (Alertmanager's webhook), /api/v1/events/cloudwatch (CloudWatch alarms through SNS or
// EventBridge), all kept as events; and POST /api/v1/changes. Answers say what became of each item.
// Thread-safe.

struct AlertIntakeOptions {
  sources::alerts::ParseOptions alerts;
  sources::changes::ParseOptions changes;
};

// `ingester` outlives the routes.
std::vector<Route> AlertIntakeRoutes(ingest::Ingester& ingester, AlertIntakeOptions options = {});

}  // namespace vedette::api
