#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/labels.h"
#include "model/matcher.h"
#include "model/severity.h"

namespace vedette::detect::rules {

// What a person has decided about some series: a limit for their values, or that they must not
// stop. The learned baseline does the rest.

enum class RuleKind : uint8_t {
  kThreshold,  // a value beyond a limit for long enough
  kAbsence,    // no value for long enough
};
enum class Bound : uint8_t { kAbove, kBelow };

struct Rule {
  std::string name;  // unique; the anomaly's detector
  RuleKind kind = RuleKind::kThreshold;
  std::string metric;                    // the series: this name,
  std::vector<model::Matcher> matchers;  // and all of these

  // Threshold: the side of the limit that is bad and the limits themselves: one at least. A value
  // at a limit is beyond it only if `inclusive`. It is broken when that many values in a row, over
  // that long, are beyond. It holds again after close_points values in a row (and as many as it
  // took to break), over close_after, that are not, and with `clear` are not beyond that either: so
  // that values around a limit are one episode.
  Bound bound = Bound::kAbove;
  bool inclusive = false;
  std::optional<double> warning;
  std::optional<double> critical;
  base::Duration lasts{0};
  int points = 1;
  bool per_second = false;      // compare the rate of a counter
  std::optional<double> clear;  // on the good side of the limits
  base::Duration close_after{60'000};
  int close_points = 3;

  // Absence: the series has stopped when nothing came for `lasts` and for five of its usual
  // intervals. Reported with this severity, and forgotten after forget_after.
  model::Severity severity = model::Severity::kWarning;
  base::Duration forget_after{3'600'000};
  bool stale_is_absent = true;  // also when the sender said that the series ended
  friend bool operator==(const Rule&, const Rule&) = default;
};

// "target_down": up below 1 for two values is critical, and over after two that are not.
// "target_gone": up has stopped without being taken out of the configuration, five minutes ago; a
// warning.
std::vector<Rule> DefaultRules();

// Rules by the series that they are about. Immutable and thread-safe.
class RuleSet {
 public:
  // kInvalidArgument that names the rule and the field.
  static base::Result<std::shared_ptr<const RuleSet>> Create(std::vector<Rule> rules);

  const std::vector<Rule>& rules() const { return rules_; }
  // The indices of the rules about a series.
  std::vector<uint16_t> Matching(model::LabelsView labels) const;

 private:
  explicit RuleSet(std::vector<Rule> rules);

  std::vector<Rule> rules_;
  std::unordered_map<std::string, std::vector<uint16_t>> by_metric_;
};

}  // namespace vedette::detect::rules
