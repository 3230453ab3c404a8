#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "query/logs/query.h"
#include "rules/condition.h"
#include "rules/rule.h"
#include "yaml/reader.h"

namespace vedette::rules {

// Rules over events and log lines. What they count at a time follows from the stored records alone:
// nothing is remembered between two evaluations, so a restart changes nothing, and a back-test
// gives what the live evaluation gave. Each is a recording rule, whose series says how many, and an
// alerting rule on that series. docs/guide/contracts.md. Plain values, immutable.

// Which records. Either events or log lines.
struct RecordSelector {
  bool logs = false;
  std::string service;  // of events; empty: all
  std::string type;     // of events; empty: all
  std::string text;     // of log lines: the query
  std::optional<query::logs::Query> query;
  std::optional<Condition> where;
};

struct RecordRule {
  enum class Kind {
    kContract,    // `then` holds for all records of `input` for which `when` does
    kSequence,    // each record of `input` is followed by one of `output` with the same key
    kBurst,       // log lines come `factor` times as often as over `baseline` before
    kNewPattern,  // log lines of a kind that was never seen before
  };
  Kind kind = Kind::kContract;
  std::string name;
  RecordSelector input;
  std::vector<std::string> by = {"service"};        // fields; one count for each of their values
  base::Duration window = std::chrono::minutes(5);  // that is counted over

  // kContract.
  std::optional<Condition> when;
  std::optional<Condition> then;

  // kSequence. Counted are the records whose deadline lay in the window.
  RecordSelector output;
  std::string input_key;  // a field
  std::string output_key;
  base::Duration within{0};
  std::vector<std::pair<std::string, base::Duration>> deadlines;  // of services, before `within`

  // kBurst and kNewPattern.
  double min_count = 1;
  double factor = 3;
  base::Duration baseline = std::chrono::hours(1);
  base::Duration known_for = std::chrono::hours(1);  // a service; before, all its patterns are new

  base::Duration Deadline(std::string_view service) const;
  base::Duration LongestDeadline() const;
  // How far back an evaluation looks.
  base::Duration Lookback() const;
};

// The label that the value of a field becomes: the last part of its path, in letters, digits and _.
std::string FieldLabel(std::string_view field);

// The series in which the counts are recorded, with the label `contract` or `rule`.
inline constexpr std::string_view kContractViolations = "contract_violations";
inline constexpr std::string_view kLogBurst = "log_burst_lines";
inline constexpr std::string_view kNewPattern = "log_new_pattern_lines";

// Read an entry of the sections `contracts`, `log_bursts` and `new_log_patterns`, and make the
// groups of rules that watch it.
std::vector<RuleGroup> ReadContract(yaml::YamlReader& reader, const std::string& file);
std::vector<RuleGroup> ReadLogBurst(yaml::YamlReader& reader, const std::string& file);
std::vector<RuleGroup> ReadNewLogPattern(yaml::YamlReader& reader, const std::string& file);

}  // namespace vedette::rules
