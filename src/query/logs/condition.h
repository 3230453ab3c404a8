#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "records/log_condition.h"

namespace vedette::query::logs {

// Conditions on one field, as the parser meets them. `op` is =, !=, =~, !~, >, >=, < or <=. Errors:
// kInvalidArgument.
base::Result<records::LogCondition> Compare(std::string_view field, std::string_view op,
                                            const std::string& value);

// A negated condition.
records::LogCondition Not(records::LogCondition condition);

}  // namespace vedette::query::logs
