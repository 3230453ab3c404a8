#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/metrics.h"
#include "base/testing/fake_clock.h"
#include "kv/db.h"
#include "model/labels.h"
#include "model/matcher.h"
#include "model/write_batch.h"
#include "series/engine.h"

namespace vedette::series {

// An engine over a database in memory, for tests, with short ways to say what they append and
// what they want to see.
class EngineFixture {
 public:
  explicit EngineFixture(EngineOptions options = {}, kv::FaultInjector* faults = nullptr);

  // As a crash of the process: what was in memory is gone, the engine opens what is on disk.
  void Reopen();
  // The same without opening: engine() is null until Reopen.
  void Close() { engine_.reset(); }
  base::Result<> TryReopen();
  // The same with the database closed and opened in between, as `faults` left its files.
  void ReopenDatabase();
  base::Result<> TryReopenDatabase();

  // Appends one sample per pair of labels in text form ("a=1,b=2") and value.
  base::Result<AppendReport> Append(int64_t t_ms,
                                    const std::vector<std::pair<std::string, double>>& samples,
                                    const AppendLimits& limits = {},
                                    const std::string& tenant = "default");
  // Appends several samples of one series.
  base::Result<AppendReport> AppendTo(const std::string& labels,
                                      const std::vector<model::Sample>& samples,
                                      const AppendLimits& limits = {},
                                      const std::string& tenant = "default");

  base::Result<AppendReport> AppendBatch(const model::WriteBatch& batch,
                                         const AppendLimits& limits = {}) {
    return engine_->Append("default", batch, limits);
  }

  // The samples of the one series with exactly these labels: "t:value t:value ...", of histograms
  // "t:hCOUNT".
  std::string Read(const std::string& labels, int64_t from_ms = INT64_MIN,
                   int64_t to_ms = INT64_MAX, const std::string& tenant = "default");
  // How many series the tenant has.
  size_t CountSeries(const std::string& tenant = "default");

  void SetObservers(ObserverFactory observers) { observers_ = std::move(observers); }
  Engine& engine() { return *engine_; }
  kv::Db& db() { return *db_; }
  base::FakeClock& clock() { return clock_; }
  base::MetricsRegistry& registry() { return *registry_; }

 private:
  base::Result<> OpenDatabase();

  const EngineOptions options_;
  kv::FaultInjector* const faults_;
  base::FakeClock clock_;
  std::unique_ptr<base::MetricsRegistry> registry_;
  std::unique_ptr<kv::Db> db_;
  ObserverFactory observers_;
  std::unique_ptr<Engine> engine_;
};

// "a=1,b=2" as labels.
model::Labels LabelsOf(std::string_view text);

}  // namespace vedette::series
