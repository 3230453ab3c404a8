#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/tenant.h"
#include "rules/status.h"
#include "yaml/reader.h"

namespace vedette::rules {

struct RecordRule;  // record_rule.h
struct Slo;         // slo.h

// Rules as a rule file of Prometheus 3 writes them, checked, and those that stand for what
// Vedette's own sections of it say (slo.h, record_rule.h, comparison.h). Plain values.

struct Rule {
  bool alerting = false;  // else recording
  std::string name;       // of the alert or of the recorded series
  std::string expr;       // PromQL as written; of a rule over records, what it says
  // Of a recording rule over records: what it counts, in place of `expr`. Of the alerting rule that
  // watches its result: the same, for examples. Null for all others.
  std::shared_ptr<const RecordRule> records = nullptr;
  base::Duration for_duration{0};
  base::Duration keep_firing_for{0};
  Texts labels;       // templates in alerting rules; with those of the group, sorted
  Texts annotations;  // templates, sorted
  int line = 0;       // where it stands, for messages; no part of its identity

  // Whether its state may go on under the other one.
  friend bool operator==(const Rule& a, const Rule& b) {
    return a.alerting == b.alerting && a.name == b.name && a.expr == b.expr &&
           a.for_duration == b.for_duration && a.keep_firing_for == b.keep_firing_for &&
           a.labels == b.labels && a.annotations == b.annotations;
  }
};

struct RuleGroup {
  std::string file;
  std::string name;
  std::optional<base::Duration> interval = {};  // none: evaluation_interval
  std::optional<base::Duration> query_offset;   // none: rule_query_offset
  int64_t limit = 0;                            // series or alerts of one rule; 0: none
  std::vector<Rule> rules = {};
  model::TenantName tenant{model::kDefaultTenant};  // whose data it reads and writes
  std::shared_ptr<const Slo> slo = nullptr;         // of the group that watches one

  friend bool operator==(const RuleGroup& a, const RuleGroup& b);
};

// Reads a rule file. What is wrong goes to `problems`, with its place; the result is of use only
// when there are none. What is legal but hardly meant goes to `warnings`.
std::vector<RuleGroup> ParseRuleFile(std::string_view text, const std::string& file,
                                     std::vector<yaml::Diagnostic>& problems,
                                     std::vector<yaml::Diagnostic>& warnings);

struct LoadedRules {
  std::vector<RuleGroup> groups;      // by file, in its order
  std::vector<std::string> warnings;  // "file:line:column: message"
  size_t files = 0;
};

// Reads the files that the patterns name ('*', '?' and [..] in the last part of the path; a path
// without them must exist). Error: kInvalidArgument with one line per problem,
// "file:line:column: message".
base::Result<LoadedRules> LoadRuleFiles(const std::vector<std::string>& patterns);

}  // namespace vedette::rules
