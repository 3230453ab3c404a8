#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/event.h"
#include "model/log_record.h"
#include "records/pattern_miner.h"
#include "rules/record_source.h"

namespace vedette::rules::unit {

// Events and log lines of one test, in memory; patterns are mined as the store does. Not
// thread-safe.
class MemoryRecords final : public RecordSource {
 public:
  // REQUIRES: log lines come by time, since patterns belong to the first line of their kind.
  void Add(model::Event event) { events_.push_back(std::move(event)); }
  void Add(model::LogRecord line);

  base::Result<> Events(const records::EventQuery& query,
                        const std::function<bool(const model::Event&)>& visit) override;
  base::Result<> Logs(const records::LogScan& scan,
                      const std::function<bool(const records::LogLine&)>& visit) override;
  base::Result<std::vector<records::LogPattern>> Patterns() override;

 private:
  struct Line {
    model::LogRecord record;
    uint64_t pattern = 0;
  };
  class View;

  std::vector<model::Event> events_;
  std::vector<Line> lines_;
  records::PatternMiner miner_{records::PatternMiner::Options{}};
};

}  // namespace vedette::rules::unit
