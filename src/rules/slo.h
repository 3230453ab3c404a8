#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "rules/rule.h"
#include "rules/status.h"
#include "yaml/reader.h"

namespace vedette::rules {

// A service level objective: so large a share of requests is to be good over a time, and what may
// be bad is its error budget. People are told by how fast the budget burns, over a long window (it
// is worth it) and over a short one (it still burns), as in Google's "Site Reliability Workbook",
// chapter 5, section 6. A rate of 1 uses up the budget exactly in the objective's window.
// docs/guide/slo.md. Plain values.

struct BurnAlert {
  base::Duration long_window;
  base::Duration short_window;
  double factor = 0;     // of the rate at which the budget would just last
  std::string severity;  // of the alert
  friend bool operator==(const BurnAlert&, const BurnAlert&) = default;
};

struct Slo {
  std::string name;
  std::string description;
  double objective = 99.9;  // percent
  base::Duration window = std::chrono::hours(24 * 30);
  Texts labels;
  std::vector<std::string> by;  // one budget for each of their values
  // PromQL with $window for the length of a window; either total and one of errors and good, or the
  // ratio.
  std::string total;
  std::string errors;
  std::string good;
  std::string ratio;
  double min_errors = 5;  // in the long window, or nobody is told
  std::vector<BurnAlert> alerts;
  friend bool operator==(const Slo&, const Slo&) = default;

  double budget() const;  // the share that may be bad: 0.001
  // PromQL: the share of a window that was bad; nothing where there was no traffic.
  std::string ErrorRatio(base::Duration over) const;
  // PromQL: how many were bad. Empty when only the ratio is known.
  std::string Errors(base::Duration over) const;
  // PromQL: what is left of the budget: 1 all, 0 nothing, less when it is overdrawn.
  std::string BudgetLeft() const;
};

// The series in which BudgetLeft is recorded, with the label `slo`.
inline constexpr std::string_view kBudgetLeft = "slo_error_budget_remaining";
// The alerts' name; they have the label `slo` too.
inline constexpr std::string_view kBurnAlert = "ErrorBudgetBurn";

// Reads an entry of the section `slos` and makes the groups of rules that watch it: the record of
// its budget, and its alerts.
std::vector<RuleGroup> ReadSlo(yaml::YamlReader& reader, const std::string& file);

}  // namespace vedette::rules
