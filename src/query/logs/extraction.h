#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "query/logs/query.h"

namespace vedette::query::logs {

// {"a": 1, "b": {"c": "x"}} gives a=1 and b.c=x; lists are left as JSON. A message that is no JSON
// object gives nothing. At most 200 fields, 8 deep.
std::shared_ptr<const Extraction> JsonExtraction();
// a=1 b="x y" gives a=1 and b=x y.
std::shared_ptr<const Extraction> LogfmtExtraction();
// The named groups of an RE2 expression: (?P<code>\d+). Error: kInvalidArgument.
base::Result<std::shared_ptr<const Extraction>> RegexExtraction(std::string_view expression);

}  // namespace vedette::query::logs
