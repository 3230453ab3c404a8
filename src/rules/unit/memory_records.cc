#include "rules/unit/memory_records.h"

#include <optional>
#include <string_view>
#include <utility>

#include "records/log_matcher.h"
#include "records/message.h"

namespace vedette::rules::unit {

class MemoryRecords::View final : public records::LogLine {
 public:
  explicit View(const Line& line) : line_(line) {}

  int64_t time_ms() const override { return base::ToMillis(line_.record.time); }
  model::LogSeverity level() const override { return line_.record.level; }
  std::string_view service() const override { return line_.record.service; }
  uint64_t pattern() const override { return line_.pattern; }
  std::string_view message() const override { return line_.record.message; }
  std::string_view trace_id() const override { return line_.record.trace_id; }
  std::optional<std::string_view> Field(std::string_view name) const override {
    for (const auto& [field, value] : line_.record.fields) {
      if (field == name) return value;
    }
    return std::nullopt;
  }
  model::LogRecord Record() const override { return line_.record; }

 private:
  const Line& line_;
};

void MemoryRecords::Add(model::LogRecord line) {
  records::Splitter splitter;
  splitter.Split(line.message);
  const int64_t t_ms = base::ToMillis(line.time);
  const auto found = miner_.Learn({.service = line.service,
                                   .shape = splitter.shape(),
                                   .example = line.message,
                                   .first_ms = t_ms,
                                   .last_ms = t_ms,
                                   .count = 1});
  lines_.push_back({std::move(line), found.pattern});
}

base::Result<> MemoryRecords::Events(const records::EventQuery& query,
                                     const std::function<bool(const model::Event&)>& visit) {
  for (const model::Event& event : events_) {
    if (event.time < query.from || event.time > query.to) continue;
    if (!query.service.empty() && event.service != query.service) continue;
    if (!query.type.empty() && event.type != query.type) continue;
    if (!visit(event)) return {};
  }
  return {};
}

base::Result<> MemoryRecords::Logs(const records::LogScan& scan,
                                   const std::function<bool(const records::LogLine&)>& visit) {
  std::optional<records::LogMatcher> matcher;
  if (scan.condition != nullptr) matcher.emplace(*scan.condition);
  for (const Line& line : lines_) {
    if (line.record.time < scan.from || line.record.time > scan.to) continue;
    const View view(line);
    if (matcher && !matcher->Matches(view)) continue;
    if (!visit(view)) return {};
  }
  return {};
}

base::Result<std::vector<records::LogPattern>> MemoryRecords::Patterns() {
  std::vector<records::LogPattern> patterns;
  miner_.ForEach([&](const records::LogPattern& pattern) { patterns.push_back(pattern); });
  return patterns;
}

}  // namespace vedette::rules::unit
