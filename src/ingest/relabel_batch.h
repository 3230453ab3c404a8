#pragma once

#include <cstdint>
#include <vector>

#include "model/write_batch.h"
#include "relabel/rules.h"

namespace vedette::ingest {

// A copy of a batch whose series have been relabelled; what the rules drop is left out, with its
// histograms and exemplars. `kept_entries` gets, for each entry of the copy, which of the batch it
// was. Pure and thread-safe.
model::WriteBatch RelabelBatch(const model::WriteBatch& batch, const relabel::Rules& rules,
                               std::vector<uint32_t>& kept_entries);

}  // namespace vedette::ingest
