#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vedette::relabel {

// What a step of relabelling does, by Prometheus' names.
enum class Action {
  kReplace,
  kKeep,
  kDrop,
  kKeepEqual,
  kDropEqual,
  kHashMod,
  kLabelMap,
  kLabelDrop,
  kLabelKeep,
  kLowercase,
  kUppercase,
};

std::string_view ActionName(Action action);  // "replace"
// Any case, as Prometheus takes them.
std::optional<Action> ParseAction(std::string_view name);

// One step as people write it, with Prometheus' names and defaults.
struct Config {
  std::vector<std::string> source_labels = {};
  std::string separator = ";";
  std::string target_label = {};
  std::string regex = "(.*)";  // RE2; the whole text must match it, and . matches a newline
  uint64_t modulus = 0;
  std::string replacement = "$1";
  Action action = Action::kReplace;

  // kInvalidArgument with the name of the field for what Prometheus 3 refuses too: what the action
  // needs and does not have, and what it has no use for.
  base::Result<> Validate() const;
  friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace vedette::relabel
