#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/alert.h"
#include "model/incident.h"
#include "model/labels.h"
#include "model/severity.h"
#include "model/tenant.h"

namespace vedette::model {

enum class PageKind {
  kOpened,  // again for an incident that nobody acknowledges
  kSeverityRaised,
  kAcknowledged,
  kResolved,
  kUpdated,          // alerts of a group began or ended
  kSilenceExpiring,  // a silence that hides something ends soon; about no incident
};
std::string_view PageKindName(PageKind kind);  // "opened", "severity_raised", ...
std::optional<PageKind> ParsePageKind(std::string_view name);

// How soon somebody must look: 1 to 5, from the label `priority` ("P1" or "1" to 5), else of the
// severity: critical 1, warning 3, info 5.
int64_t PriorityOf(LabelsView labels, Severity severity);

// The order to tell people about an incident: what the incident engine decides, routing addresses
// and the outbox carries out, once per receiver.
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

  // For routing: the labels on which all members agree; `service` and `severity` are those of the
  // incident where the members do not agree.
  Labels labels = {};
  int64_t priority = 3;
  IncidentState state = IncidentState::kOpen;  // of the incident, when this was decided

  // For receivers that show alerts one by one, as Alertmanager's do.
  bool grouped = false;            // alerts by their labels; else by service and time
  Labels group_labels = {};        // by which they were grouped; may be none
  Labels annotations = {};         // on which all members agree
  std::vector<Alert> alerts = {};  // that fire, or have ended since the page before: the first ones
  // Places in `alerts` of those that fire and take no route of their own: anomalies found here, for
  // which nobody wrote a rule, and alerts that are not bad enough for a page.
  std::vector<int64_t> anomalies = {};
  int64_t alerts_new = 0;  // of them, those at the front that no page has named before
  int64_t alerts_left_out = 0;
};

}  // namespace vedette::model
