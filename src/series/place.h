#pragma once

#include <cstdint>

#include "model/labels.h"
#include "series/format.h"
#include "series/hash.h"

namespace vedette::series {

// The hash that says in which shard a series lives: its own, but for the buckets of a classic
// histogram (a name that ends with _bucket, and `le`) that of its labels without `le`. So the
// observer of one shard sees all buckets of a histogram. `own` is the hash of the labels.
uint64_t PlaceOf(const SeriesHash& hash, uint64_t own, TenantId tenant, model::LabelsView labels);

}  // namespace vedette::series
