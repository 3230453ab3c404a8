#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "model/labels.h"
#include "model/tenant.h"

namespace vedette::rules {

struct Slo;  // slo.h

// What the rules are doing, as plain values for /api/v1/rules and /api/v1/alerts and for tests. A
// snapshot: nothing in it changes.

enum class AlertState { kInactive, kPending, kFiring };
enum class RuleHealth { kUnknown, kOk, kError };
std::string_view AlertStateName(AlertState state);   // "inactive", "pending", "firing"
std::string_view RuleHealthName(RuleHealth health);  // "unknown", "ok", "err"

using Texts = std::vector<std::pair<std::string, std::string>>;  // sorted by name

// An alert that is pending or firing.
struct AlertStatus {
  model::Labels labels;  // with alertname
  Texts annotations;     // expanded
  AlertState state = AlertState::kPending;
  base::TimePoint active_at;
  std::optional<base::TimePoint> keep_firing_since = {};
  double value = 0;
  base::TimePoint value_at = {};  // as of when the expression gave it
};

struct RuleStatus {
  bool alerting = false;  // else a recording rule
  std::string name;
  std::string query;               // PromQL in its canonical form
  Texts labels;                    // as written, not expanded
  Texts annotations;               // as written; alerting rules only
  base::Duration for_duration{0};  // alerting rules only
  base::Duration keep_firing_for{0};
  AlertState state = AlertState::kInactive;  // the worst of its alerts
  std::vector<AlertStatus> alerts = {};      // sorted by labels
  RuleHealth health = RuleHealth::kUnknown;
  std::string last_error = {};
  bool on_ingest = false;           // looked at when samples come, not only at its turns
  std::string polled_because = {};  // of an alerting rule that is not
  double evaluation_seconds = 0;    // how long the last evaluation took
  std::optional<base::TimePoint> last_evaluation = {};
};

struct GroupStatus {
  std::string name;
  std::string file;
  base::Duration interval{0};
  base::Duration query_offset{0};
  int64_t limit = 0;  // of the series or alerts of one rule; 0: none
  model::TenantName tenant = {};
  std::vector<RuleStatus> rules = {};
  std::shared_ptr<const Slo> slo = nullptr;  // of the group that watches one
  double evaluation_seconds = 0;
  std::optional<base::TimePoint> last_evaluation = {};
};

}  // namespace vedette::rules
