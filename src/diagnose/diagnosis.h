#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace vedette::diagnose {

// How far the evidence carries. Set by rules on the evidence, never by a person's or a model's
// word.
enum class Status { kConfirmed, kLikely, kInconclusive, kRuledOut };
std::string_view StatusName(Status status);

enum class ClaimKind { kMetric, kEdge, kChange, kLogTemplate, kEventPair, kSpan, kAbsence };
std::string_view ClaimKindName(ClaimKind kind);

// One statement that can be checked against the tables it came from.
struct Claim {
  ClaimKind kind = ClaimKind::kMetric;
  std::string text;     // for people
  std::string entity;   // of the metric, template or span; the caller of an edge
  std::string subject;  // metric, callee, change id, template, pair
  std::string statistic;
  std::optional<base::TimePoint> at;  // when it moved, or was made
  std::optional<double> before;       // usual value
  std::optional<double> after;        // value in the incident
  std::optional<double> deviation;    // in robust standard deviations
  std::vector<std::string> pair;      // of a pair of events: the operation, the first, the second
};

struct Hypothesis {
  std::string entity;
  double probability = 0;
  Status status = Status::kInconclusive;
  std::string region;  // the resource, change or pair of events within the entity; may be empty
  std::vector<Claim> claims;
};

struct Diagnosis {
  bool abstained = false;                // nothing here is a cause; ruled-out ones may be listed
  std::vector<Hypothesis> hypotheses;    // best first
  std::optional<base::TimePoint> onset;  // the first row of the incident
  std::optional<base::TimePoint> usual_until;  // rows before it are usual; nothing: as the onset
  std::optional<base::TimePoint> until;        // and the last that was looked at
};

}  // namespace vedette::diagnose
