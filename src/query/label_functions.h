#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/block.h"

namespace vedette::query {

// label_replace and label_join: the same values under other labels. Errors: kFailedPrecondition
// for a bad regular expression or label name, or when two rows end up with the same labels.

struct LabelReplacement {
  std::string_view destination;
  std::string_view replacement;  // with $1, ${1} and ${name}
  std::string_view source;
  std::string_view regex;  // must match the whole value
};
base::Result<Block> ReplaceLabel(const Block& input, const LabelReplacement& replacement,
                                 Budget& budget);

base::Result<Block> JoinLabels(const Block& input, std::string_view destination,
                               std::string_view separator,
                               const std::vector<std::string_view>& sources, Budget& budget);

// The order that people expect of names with numbers: "a2" before "a10".
bool NaturallyLess(std::string_view a, std::string_view b);

}  // namespace vedette::query
