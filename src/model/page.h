#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/incident.h"
#include "model/severity.h"
#include "model/tenant.h"

namespace vedette::model {

enum class PageKind { kOpened, kSeverityRaised, kAcknowledged, kResolved };
std::string_view PageKindName(PageKind kind);  // "opened", "severity_raised", ...
std::optional<PageKind> ParsePageKind(std::string_view name);

// The order to tell people about an incident: what the incident engine decides and the outbox
// carries out, once per receiver.
struct Page {
  std::string dedup_key;  // incident id, kind and count: equal orders have equal keys
  PageKind kind = PageKind::kOpened;
  TenantName tenant;
  std::string incident_id;
  std::string title;
  std::string text;  // one paragraph: what is wrong, since when, what was expected
  Severity severity = Severity::kInfo;
  std::vector<std::string> entities;
  base::TimePoint incident_started_at;
  base::TimePoint decided_at;
};

}  // namespace vedette::model
