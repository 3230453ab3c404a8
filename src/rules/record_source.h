#pragma once

#include <functional>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "model/tenant.h"
#include "records/log_line.h"
#include "records/store.h"

namespace vedette::rules {

// Where rules over records read: the records of one tenant. May block on the disk.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  // Calls `visit` with each event of the query's time, service and type, in no order; false ends
  // it. Its limit and cursor do not count.
  virtual base::Result<> Events(const records::EventQuery& query,
                                const std::function<bool(const model::Event&)>& visit) = 0;
  virtual base::Result<> Logs(const records::LogScan& scan,
                              const std::function<bool(const records::LogLine&)>& visit) = 0;
  virtual base::Result<std::vector<records::LogPattern>> Patterns() = 0;
};

// Those of a store, which outlives it. Thread-safe.
class StoredRecords final : public RecordSource {
 public:
  StoredRecords(records::Store& store, model::TenantName tenant,
                std::function<bool()> keep_going = {})
      : store_(store), tenant_(std::move(tenant)), keep_going_(std::move(keep_going)) {}

  base::Result<> Events(const records::EventQuery& query,
                        const std::function<bool(const model::Event&)>& visit) override;
  base::Result<> Logs(const records::LogScan& scan,
                      const std::function<bool(const records::LogLine&)>& visit) override;
  base::Result<std::vector<records::LogPattern>> Patterns() override {
    return store_.LogPatterns(tenant_);
  }

 private:
  records::Store& store_;
  const model::TenantName tenant_;
  const std::function<bool()> keep_going_;
};

}  // namespace vedette::rules
