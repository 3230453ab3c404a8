#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "detect/feedback.h"
#include "model/anomaly.h"
#include "model/severity.h"

namespace vedette::detect {

// What other weights would have made of findings that there were: each anomaly of the baseline is
// judged again by the grounds that it was found on (grounds.h), each incident by what is left of
// its anomalies, and a page by its incident. Findings that weights below what they were kept from
// being stored are not seen: what more sensitive groups would have found beside them is not known.
// Pure.

struct PreviewIncident {
  std::string id;
  std::string title;
  model::Severity severity = model::Severity::kInfo;
  std::vector<std::string> anomaly_ids;
};

struct PreviewInput {
  std::vector<model::Anomaly> anomalies;  // with evidence
  std::vector<PreviewIncident> incidents;
  FeedbackTable before;
  FeedbackTable after;
  model::Severity opens = model::Severity::kWarning;   // an incident
  model::Severity pages = model::Severity::kCritical;  // an incident's severity
  size_t listed_max = 100;                             // of each list
};

// before = kept + lowered + raised + dropped.
struct EffectTally {
  int64_t before = 0;
  int64_t kept = 0;
  int64_t lowered = 0;  // in severity
  int64_t raised = 0;
  int64_t dropped = 0;
  void Add(model::Severity was, std::optional<model::Severity> would_be);
};

struct GroupEffect {
  std::string service;
  std::string metric;
  std::string detector;
  EffectTally anomalies;
  int64_t without_grounds = 0;  // of those kept: found by rules, or before grounds were kept
  Standing before;
  Standing after;
};

struct ChangedFinding {
  std::string id;
  std::string text;
  model::Severity was = model::Severity::kInfo;
  std::optional<model::Severity> would_be;  // none: not found
};

struct PageTally {
  int64_t before = 0;
  int64_t kept = 0;
  int64_t dropped = 0;
  int64_t added = 0;
};

struct FeedbackPreview {
  EffectTally anomalies;
  int64_t without_grounds = 0;
  EffectTally incidents;
  PageTally pages;
  std::vector<GroupEffect> groups;  // those that change first, then by number
  std::vector<ChangedFinding> changed_anomalies;
  std::vector<ChangedFinding> changed_incidents;
};

FeedbackPreview Preview(const PreviewInput& input);

}  // namespace vedette::detect
