#pragma once

#include "model/write_batch.h"
#include "relabel/rules.h"

namespace vedette::ingest {

// A copy of a batch whose series have been relabelled; what the rules drop is left out, with its
// histograms and exemplars. Pure and thread-safe.
model::WriteBatch RelabelBatch(const model::WriteBatch& batch, const relabel::Rules& rules);

}  // namespace vedette::ingest
