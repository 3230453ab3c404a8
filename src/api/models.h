#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "base/result.h"
#include "detect/learned/model.h"
#include "model/tenant.h"

namespace vedette::api {

// What a training is asked for; what is not said is the server's choice.
struct TrainingOrder {
  model::TenantName tenant;
  std::vector<std::string> services;      // none: all
  std::vector<learn::NetworkKind> kinds;  // none: the defaults
  std::optional<base::TimePoint> from;
  std::optional<base::TimePoint> to;
  std::optional<base::Duration> step;
  uint64_t seed = 1;
};

// Where the routes get their answers; thread-safe functions.
struct ModelSources {
  // {"models": [...]}, {"state": ...} as JSON.
  std::function<std::string(const model::TenantName&)> list;
  std::function<std::string(const model::TenantName&)> training;
  // kFailedPrecondition while another training runs.
  std::function<base::Result<>(TrainingOrder)> train;
};

// GET /api/v1/models, GET and POST /api/v1/models/training.
std::vector<Route> ModelRoutes(ModelSources sources);

}  // namespace vedette::api
