#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/result.h"
#include "kv/db.h"
#include "records/store.h"
#include "series/engine.h"

namespace vedette::app {

// Keeps the telemetry database below a size: while it is larger, the oldest day of metrics and
// records goes, never the current day or the one before. Not thread-safe; the stores must outlive
// it.
class SizeRetention {
 public:
  // 0 bytes: no limit.
  SizeRetention(uint64_t max_bytes, kv::Db& db, series::Engine& series, records::Store& records)
      : max_bytes_(max_bytes), db_(db), series_(series), records_(records) {}

  // Drops at most one day: its space comes back a while after its data went, and waiting for it
  // keeps more than is needed from going. To be called every minute or so.
  base::Result<> Tend(base::TimePoint now);

 private:
  const uint64_t max_bytes_;
  kv::Db& db_;
  series::Engine& series_;
  records::Store& records_;
  base::TimePoint horizon_;  // what has been dropped
};

}  // namespace vedette::app
