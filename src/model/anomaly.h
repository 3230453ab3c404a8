#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/labels.h"
#include "model/severity.h"
#include "model/tenant.h"

namespace vedette::model {

enum class AnomalyKind {
  kBaseline,   // a series left the range that is normal for it
  kThreshold,  // a configured limit is passed
  kAbsence,    // data stopped
  kRule,       // an alerting rule fires
  kAlert,      // another system says that a rule of its own fires
};
std::string_view AnomalyKindName(AnomalyKind kind);  // "baseline", "threshold", ...
std::optional<AnomalyKind> ParseAnomalyKind(std::string_view name);

enum class AnomalyState { kOpen, kClosed };
std::string_view AnomalyStateName(AnomalyState state);  // "open", "closed"

// The question that an observation answered, so that anyone can ask it again.
struct Evidence {
  std::string id;     // "ev_" and a ULID
  std::string query;  // in its language
  base::TimePoint from;
  base::TimePoint to;
  std::string language = "promql";  // one of evidence/question.h
  base::Duration step{0};           // of a range; 0: as the values came
  std::string result_json;          // what was seen, when it was taken
  base::TimePoint taken_at;
};

// A finding about one series or source: opened once, updated while it lasts, closed once.
struct Anomaly {
  std::string id;  // "an_" and a ULID; the same from open to close
  TenantName tenant;
  AnomalyKind kind = AnomalyKind::kBaseline;
  std::string entity;  // whom it concerns: the service
  Labels labels;       // the series
  double score = 0;    // 0 to 1: the severity scale
  Severity severity = Severity::kInfo;
  AnomalyState state = AnomalyState::kOpen;
  base::TimePoint started_at;  // first sample outside the expected range
  base::TimePoint updated_at;
  std::optional<base::TimePoint> ended_at;
  double observed = 0;
  double expected_low = 0;
  double expected_high = 0;
  std::string detector;  // "baseline", or the rule's name
  std::string summary;   // one sentence for a person
  Evidence evidence;
  Labels annotations;         // of an alert
  std::string generator_url;  // of an alert: the page of the rule
};

enum class AnomalyTransition { kOpened, kUpdated, kClosed };
std::string_view AnomalyTransitionName(AnomalyTransition transition);

// What detectors emit.
struct AnomalyUpdate {
  AnomalyTransition transition = AnomalyTransition::kOpened;
  Anomaly anomaly;
  // Counted up when the update is kept for good, by who keeps it; may be null.
  std::shared_ptr<std::atomic<uint64_t>> receipt = nullptr;
};

}  // namespace vedette::model
