#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/labels.h"
#include "model/severity.h"
#include "model/tenant.h"
#include "query/engine.h"
#include "records/store.h"
#include "rules/group.h"
#include "rules/rule.h"
#include "series/store.h"

namespace vedette::rules::backtest {

// What rules would have done over stored data, had they been there: the groups have their turns at
// the times, in the order and with the state machine of the live evaluation (scheduler.h), so that
// the alerts are those that the live evaluation gives over the same data. Data that arrived late is
// there from its own time on. Recording rules that alerts read are evaluated too, into memory;
// nothing is written. Before `from` the rules run for as long as the longest `for` and
// `keep_firing_for` and 60 turns (an hour at most), a day at most in all, so that they come to it
// in the state that they would be in; when an alert that fires then began is known no further back.

struct Options {
  base::TimePoint from;
  base::TimePoint to;
  RuleContext context = {};           // its outage_tolerance does not count
  size_t episodes_max = 1000;         // listed of each rule, the first; all are counted
  uint64_t recorded_max = 1'000'000;  // samples of recording rules in memory
  uint64_t turns_max = 1'000'000;
  base::SteadyPoint deadline = base::SteadyPoint::max();  // then what is known so far is the answer
};

// What is asked; all outlive the back-test.
struct Data {
  model::TenantName tenant;
  series::Store& metrics;
  const base::Clock& clock;  // how long it takes
  query::EngineOptions limits;
  records::Store* records = nullptr;     // for rules over events and logs; may be null
  std::function<bool()> cancelled = {};  // may be empty
};

// From when an alert fired until it was over.
struct Episode {
  model::Labels labels;
  Texts annotations = {};                             // as it ended
  model::Severity severity = model::Severity::kInfo;  // the worst
  base::TimePoint active_at;                          // pending, or beyond its limit, since
  base::TimePoint fired_at;
  std::optional<base::TimePoint> resolved_at = {};  // none: it fires on at the end
  double peak = 0;                                  // the worst value: the lowest where low is bad
};

// What happened on a day of UTC, by severity: alerts that began to fire within the time asked for.
using Day = std::array<uint64_t, 3>;

struct RuleReport {
  std::string kind;   // "alert", "threshold"
  std::string group;  // of an alert
  std::string name;
  std::string query;
  int line = 0;
  bool lower_is_worse = false;
  uint64_t evaluations = 0;
  uint64_t failures = 0;
  std::string last_error = {};
  uint64_t episodes_total = 0;
  base::Duration firing{0};            // of all episodes together, within the time asked for
  std::vector<Episode> episodes = {};  // by the time at which they fired
  std::map<int64_t, Day> days = {};    // by the number of days since 1970
};

struct Report {
  base::TimePoint from;
  base::TimePoint to;
  base::TimePoint reached;  // `to`, unless a limit ended it
  std::string limit = {};   // which; empty: none
  std::vector<RuleReport> rules = {};
  uint64_t recorded = 0;  // samples of recording rules
};

// Sorts and counts the episodes of a rule, and drops what is beyond episodes_max.
void Summarize(RuleReport& rule, const Options& options, base::TimePoint reached);

// Error: kInvalidArgument for a range that ends before it begins, or has too many turns;
// kUnavailable when cancelled. A rule that fails says so in its report.
base::Result<Report> Rehearse(const std::vector<RuleGroup>& groups, const Options& options,
                              const Data& data);

}  // namespace vedette::rules::backtest
