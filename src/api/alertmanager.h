#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/alert_board.h"
#include "api/route.h"
#include "api/silences.h"
#include "base/clock.h"
#include "base/result.h"
#include "ingest/ingester.h"
#include "model/alert.h"

namespace vedette::api {

// Tells the incident engine of alerts and returns what became of each, in order, when that is
// durable. Thread-safe.
using AlertSink =
    std::function<base::Result<std::vector<base::Result<>>>(std::vector<model::Alert>)>;

struct AlertmanagerSources {
  const AlertBoard& board;  // outlives the routes
  AlertSink post;
  SilenceSink silence;
  // Names of the receivers that are told of an alert.
  std::function<std::vector<std::string>(const model::TenantName&, const model::Labels&)> receivers;
  std::function<std::vector<std::string>()> all_receivers;
  ingest::Ingester* events = nullptr;  // keeps what is posted as events; null: nobody does
};

// Alertmanager's API v2, for Prometheus, amtool, Grafana and whatever else speaks to one:
//   GET, POST /api/v2/alerts          GET /api/v2/alerts/groups
//   GET, POST /api/v2/silences        GET, DELETE /api/v2/silence/{id}
//   GET /api/v2/receivers; GET /api/v2/status is in alertmanager_status.h
// Shapes, defaults and errors (a JSON string) are Alertmanager's. The anomalies that Vedette finds
// by itself are listed among the alerts. Thread-safe.
std::vector<Route> AlertmanagerRoutes(AlertmanagerSources sources);

}  // namespace vedette::api
