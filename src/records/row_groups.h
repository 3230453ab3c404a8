#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "records/log_batch.h"
#include "records/log_block.h"

namespace vedette::records {

// Which lines come into blocks together: those of a service, and those of all services that have
// less than `own_bytes` each. The lines of a group ascend by time, then id. The batches must
// outlive the rows. Pure function.
std::vector<std::vector<LogRowRef>> GroupRows(
    std::span<const std::shared_ptr<const LogBatch>> batches, size_t own_bytes);

}  // namespace vedette::records
