#pragma once

#include <vector>

#include "base/result.h"
#include "detect/rules/rule.h"
#include "rules/backtest/backtest.h"

namespace vedette::rules::backtest {

// The same for thresholds of detect/rules: each stored value of each series that they are about
// goes through the step that the shards use. Of absence rules the report says that it cannot be
// known, since it is not stored when values arrived. Errors as those of Rehearse, and of the store.
base::Result<Report> RehearseLimits(const std::vector<detect::rules::Rule>& rules,
                                    const Options& options, const Data& data);

}  // namespace vedette::rules::backtest
