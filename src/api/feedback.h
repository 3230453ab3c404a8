#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"
#include "base/result.h"
#include "detect/feedback.h"
#include "detect/feedback_preview.h"
#include "detect/feedback_store.h"
#include "detect/noise_budget.h"

namespace vedette::api {

// What the routes need; references outlive them, functions are thread-safe.
struct FeedbackParts {
  detect::FeedbackStore& store;
  const detect::FeedbackBoard& board;
  const detect::NoiseBudget& budget;
  // Fills in what the mark is about from its target; the kind is "anomaly", "incident" or "page".
  std::function<base::Result<>(detect::Mark& mark)> resolve;
  struct Effect {
    detect::FeedbackPreview preview;
    base::TimePoint from;
    base::TimePoint to;
    int64_t marks = 0;
    bool complete = true;  // false: there was more than is looked at
  };
  // Of the marks that wait, those of `ids`, all when there are none.
  std::function<base::Result<Effect>(const model::TenantName& tenant, int64_t days,
                                     const std::vector<std::string>& ids, base::TimePoint now)>
      preview;
  std::function<base::Result<detect::FeedbackChange>(detect::FeedbackChange change,
                                                     const std::vector<std::string>& ids)>
      apply;
  std::function<base::Result<detect::FeedbackChange>(const model::TenantName& tenant,
                                                     std::string_view id, const std::string& by,
                                                     base::TimePoint now)>
      undo;
};

// POST   /api/v1/feedback                    a person's mark: {"anomaly" | "incident" | "page": id,
//                                            "verdict": "useful" | "noise" | "none", "why", "by"}
// GET    /api/v1/feedback                    marks: state, limit
// DELETE /api/v1/feedback/{id}               takes back one that waits
// GET    /api/v1/feedback/preview            what applying would have done: days, mark
// POST   /api/v1/feedback/apply              {"marks": [id...], "why", "by"}; all without a list
// GET    /api/v1/feedback/changes            what was applied and undone
// POST   /api/v1/feedback/changes/{id}/undo
// GET    /api/v1/noise-budget                where the thresholds stand and why: service, metric
// Thread-safe.
std::vector<Route> FeedbackRoutes(FeedbackParts parts);

}  // namespace vedette::api
