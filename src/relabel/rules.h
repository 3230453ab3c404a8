#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/labels.h"
#include "relabel/config.h"

namespace vedette::relabel {

// The texts that relabelling makes: a LabelsBuilder holds views into it (and
// into the Rules). Both must outlive the Build.
using Texts = std::deque<std::string>;

// Steps of relabelling, ready to run. Copies share what was compiled. Thread-safe: constant after
// it was made.
class Rules {
 public:
  Rules() = default;
  // kInvalidArgument names the step ("step 2: ...") and the field.
  static base::Result<Rules> Compile(const std::vector<Config>& configs);

  bool empty() const { return steps_ == nullptr; }

 private:
  friend bool Apply(const Rules& rules, model::LabelsBuilder& labels, Texts& texts);
  struct Step;
  std::shared_ptr<const std::vector<Step>> steps_;  // null for none
};

// Runs the steps in order, as Prometheus 3 does. False when one of them drops the labels, which are
// then left half-way. `lowercase` and `uppercase` change ASCII letters only.
// REQUIRES: the names in `labels` are unique.
bool Apply(const Rules& rules, model::LabelsBuilder& labels, Texts& texts);

}  // namespace vedette::relabel
