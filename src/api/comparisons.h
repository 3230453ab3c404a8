#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "base/result.h"
#include "release/compare/run_book.h"

namespace vedette::api {

struct ComparisonView {
  std::string name;
  base::Duration window{0};
  base::Duration offset{0};
  base::Duration step{0};
  std::optional<base::TimePoint> next_run_at;           // none: only when asked
  std::optional<release::compare::StoredRun> last_run;  // without its report
};

// What may differ from the configuration for one run; the window ends at `reference`.
struct ComparisonRequest {
  std::optional<base::TimePoint> reference;
  std::optional<base::Duration> window;
  std::optional<base::Duration> offset;
};

struct ComparisonSources {
  using Tenant = model::TenantName;
  using Run = release::compare::StoredRun;
  std::function<base::Result<std::vector<ComparisonView>>(const Tenant&)> list;
  // An empty id: the latest run.
  std::function<base::Result<Run>(const Tenant&, const std::string& name, const std::string& id)>
      get;
  std::function<base::Result<std::vector<Run>>(const Tenant&, const std::string& name,
                                               int64_t limit)>
      runs;
  std::function<base::Result<Run>(const Tenant&, const std::string& name, const ComparisonRequest&)>
      run;
};

// GET /api/v1/comparisons, GET /api/v1/comparisons/{name} (the latest run, or that with `run`),
// GET /api/v1/comparisons/{name}/runs, POST /api/v1/comparisons/{name}/run (at, window, offset).
std::vector<Route> ComparisonRoutes(ComparisonSources sources);

}  // namespace vedette::api
