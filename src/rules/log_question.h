#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "model/labels.h"
#include "rules/record_rule.h"

namespace vedette::rules {

// What an alert of a rule over log lines counted, as questions that anyone can ask. Pure.
struct LogQuestion {
  std::string query;     // a log query that counts (docs/guide/logs.md)
  base::TimePoint from;  // both inclusive: the rule's window, as of when the alert had its value
  base::TimePoint to;
  base::Duration step;   // the window: it is counted as a whole
  std::string recorded;  // PromQL: the same count over time, as the rule recorded it
};

// Of bursts and new patterns. Nothing for contracts, whose conditions on records no log query says,
// and for groups that cannot be told from others: by a value that was cut, or a label that two
// fields share.
std::optional<LogQuestion> LogQuestionOf(const RecordRule& rule, model::LabelsView labels,
                                         base::TimePoint at);

}  // namespace vedette::rules
