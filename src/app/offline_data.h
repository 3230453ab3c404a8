#pragma once

#include <memory>
#include <string>

#include "app/config.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "kv/db.h"
#include "records/embedded_store.h"
#include "series/engine.h"

namespace vedette::app {

// The telemetry in the data folder of a stopped server, to be asked and not to be changed.
// Thread-safe.
class OfflineData {
 public:
  // The clock outlives it. Error: kNotFound for a folder without telemetry, kFailedPrecondition
  // while a server uses it.
  static base::Result<std::unique_ptr<OfflineData>> Open(const Config& config,
                                                         const base::Clock& clock);

  series::Store& series() { return *series_; }
  records::Store& records() { return *records_; }

 private:
  OfflineData() = default;

  base::MetricsRegistry metrics_;
  std::unique_ptr<kv::Db> telemetry_;
  std::unique_ptr<records::EmbeddedStore> records_;
  std::unique_ptr<series::Engine> series_;
};

}  // namespace vedette::app
