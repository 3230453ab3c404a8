#pragma once

#include <cstdint>

#include "model/labels.h"

namespace vedette::query {

// XXH64 (https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md) of the canonical bytes of a label
// set, which is also how Prometheus hashes labels: limit_ratio takes the same series here and
// there. Pure.
uint64_t HashLabels(model::LabelsView labels);

}  // namespace vedette::query
