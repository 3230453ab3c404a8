#pragma once

#include <fmt/core.h>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/page.h"

namespace vedette::notify::delivery {

// A page as the incident engine makes it.
inline model::Page PageAbout(std::string_view incident_id,
                             model::PageKind kind = model::PageKind::kOpened,
                             base::TimePoint decided_at = base::FromMillis(1'700'000'000'000)) {
  return {.dedup_key = fmt::format("{}:{}:1", incident_id, model::PageKindName(kind)),
          .kind = kind,
          .tenant = "default",
          .incident_id = std::string(incident_id),
          .title = "payment: error ratio 0.41, expected 0 to 0.03",
          .text = "payment: error ratio 0.41, expected 0 to 0.03. Anomalies open: 1 of 1.",
          .severity = model::Severity::kCritical,
          .entities = {"payment", "order"},
          .incident_started_at = decided_at - std::chrono::seconds(20),
          .decided_at = decided_at,
          .state = kind == model::PageKind::kResolved ? model::IncidentState::kResolved
                                                      : model::IncidentState::kOpen};
}

}  // namespace vedette::notify::delivery
