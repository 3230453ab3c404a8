#pragma once

#include <string>
#include <vector>

#include "rules/rule.h"
#include "rules/section.h"
#include "yaml/reader.h"

namespace vedette::rules {

// Rules that compare a query with itself at other times. They become alerting rules in PromQL.
// docs/guide/rules.md, contracts.md.

// An entry of the section `comparisons`: against the same time some days ago, by the difference, by
// percent, or both. What was not there then counts as 0, so that what is new is caught; unless the
// metric itself was not there, as after an installation.
std::vector<RuleGroup> ReadComparison(yaml::YamlReader& reader, const std::string& file);

// A contract with `ratio`: it stays within what it was in the same hour of the weeks before.
std::vector<RuleGroup> ReadBand(yaml::YamlReader& reader, const Entry& entry,
                                const std::string& file);

}  // namespace vedette::rules
