#pragma once

#include <vector>

#include "api/route.h"
#include "base/result.h"
#include "series/store.h"

namespace vedette::api {

// What a request of Prometheus' HTTP API selects, read from its parameters. Pure. Errors:
// kInvalidArgument, which names the parameter.

// The caller's tenant from `start` to `end`, without them since and for ever; no matchers yet.
base::Result<series::SelectRequest> SelectionOf(const Call& call);

// One for each match[]; none when there is no match[].
base::Result<std::vector<series::SelectRequest>> SelectionsOf(const Call& call);

}  // namespace vedette::api
