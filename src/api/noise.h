#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/incident.h"
#include "model/severity.h"
#include "model/tenant.h"
#include "notify/routing/router.h"
#include "sql/database.h"

namespace vedette::api {

// A message that asked for somebody, and what became of its incident.
struct NoiseMessage {
  base::TimePoint time;
  std::string person;  // empty: whoever reads the receiver
  std::string receiver;
  std::string incident_id;
  std::string rule;  // "alertname" of the page; empty: not known
  model::Severity severity = model::Severity::kInfo;
  base::TimePoint started_at;  // of the incident
  std::optional<base::TimePoint> acknowledged_at;
  std::string acknowledged_by;
  std::optional<base::TimePoint> resolved_at;
};

struct NoiseTally {
  std::string name;
  int64_t messages = 0;
  int64_t night = 0;  // 22:00 to 06:00 by the clock of the person
  int64_t incidents = 0;
  int64_t acknowledged = 0;  // of these; of a person: by them
  int64_t budget = 0;        // for the time that was looked at
};

// What a change of the rule would have saved in the same time, counted in what was recorded.
struct NoiseFix {
  std::string change;
  int64_t messages_less = 0;
  int64_t acknowledged_lost =
      0;  // incidents that somebody took and that nobody would have heard of
};

struct NoiseReport {
  std::vector<NoiseTally> people;  // most messages first
  struct Rule {
    NoiseTally tally;
    std::vector<NoiseFix> fixes;  // least lost first, then most saved; only of rules over budget
  };
  std::vector<Rule> rules;
};

// Pure. `span` is the time that was looked at.
NoiseReport CountNoise(const std::vector<NoiseMessage>& messages, const notify::routing::Plan& plan,
                       base::Duration span);

struct NoiseSources {
  sql::Database& database;  // with the tables of routing, delivery and incident
  std::function<base::Result<model::Incident>(const model::TenantName&, std::string_view id)> find;
  std::function<std::shared_ptr<const notify::routing::View>()> view;
};

// GET /api/v1/notify/noise?from&to  by default the last seven days. Thread-safe.
std::vector<Route> NoiseRoutes(NoiseSources sources);

}  // namespace vedette::api
