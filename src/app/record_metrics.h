#pragma once

#include "base/metrics.h"
#include "records/embedded_store.h"

namespace vedette::app {

// Serves what the store of records counts as vedette_records_*: docs/guide/configuration.md. Both
// outlive the last export.
void AddRecordMetrics(base::MetricsRegistry& metrics, const records::EmbeddedStore& store);

}  // namespace vedette::app
