#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "records/log_line.h"
#include "records/log_matcher.h"
#include "records/store.h"

namespace vedette::records::testing {

// A record as a line of one of these patterns: that whose text is its message.
class FakeLine final : public LogLine {
 public:
  FakeLine(const model::LogRecord& record, const std::vector<LogPattern>& patterns)
      : record_(record) {
    const auto at = std::find_if(patterns.begin(), patterns.end(), [&](const LogPattern& pattern) {
      return pattern.service == record.service && pattern.text == record.message;
    });
    pattern_ = at == patterns.end() ? 0 : at->id;
  }

  int64_t time_ms() const override { return base::ToMillis(record_.time); }
  model::LogSeverity level() const override { return record_.level; }
  std::string_view service() const override { return record_.service; }
  uint64_t pattern() const override { return pattern_; }
  std::string_view message() const override { return record_.message; }
  std::string_view trace_id() const override { return record_.trace_id; }
  std::optional<std::string_view> Field(std::string_view name) const override {
    const auto at = std::find_if(record_.fields.begin(), record_.fields.end(),
                                 [&](const auto& field) { return field.first == name; });
    return at == record_.fields.end() ? std::nullopt : std::optional<std::string_view>(at->second);
  }
  model::LogRecord Record() const override { return record_; }

 private:
  const model::LogRecord& record_;
  uint64_t pattern_ = 0;
};

// Changes, log lines for counting, log patterns and calls in memory, all of one tenant; everything
// else is empty. Not thread-safe.
class FakeRecords final : public records::Store {
 public:
  std::vector<model::Change> changes;
  std::vector<model::LogRecord> logs;
  std::vector<records::LogPattern> patterns;
  std::vector<model::ServiceEdge> edges;

  base::Result<> AppendLogs(const model::TenantName&,
                            const std::vector<model::LogRecord>&) override {
    return {};
  }
  base::Result<> AppendEvents(const model::TenantName&, const std::vector<model::Event>&) override {
    return {};
  }
  base::Result<> AppendChanges(const model::TenantName&,
                               const std::vector<model::Change>& more) override {
    changes.insert(changes.end(), more.begin(), more.end());
    return {};
  }
  base::Result<> AppendSpans(const model::TenantName&, const std::vector<model::Span>&) override {
    return {};
  }
  base::Result<records::Page<model::LogRecord>> QueryLogs(const records::LogQuery&) override {
    return records::Page<model::LogRecord>();
  }
  base::Result<records::ScanReport> ScanLogs(
      const records::LogScan& scan,
      const std::function<bool(const records::LogLine&)>& visit) override {
    const LogCondition condition = scan.condition ? *scan.condition : LogCondition();
    const LogMatcher matcher(condition);
    for (const model::LogRecord& record : logs) {
      const FakeLine line(record, patterns);
      if (record.time < scan.from || record.time > scan.to || !matcher.Matches(line)) continue;
      if (!visit(line)) return records::ScanReport{.complete = false};
    }
    return records::ScanReport();
  }
  base::Result<std::vector<records::LogPattern>> LogPatterns(const model::TenantName&) override {
    return patterns;
  }
  base::Result<records::Page<model::Event>> QueryEvents(const records::EventQuery&) override {
    return records::Page<model::Event>();
  }
  base::Result<records::Page<model::Change>> QueryChanges(
      const records::ChangeQuery& query) override {
    records::Page<model::Change> page;
    for (const model::Change& change : changes) {
      if (change.time < query.from || change.time > query.to) continue;
      if (query.service.empty() || change.service == query.service) page.records.push_back(change);
    }
    std::sort(page.records.begin(), page.records.end(),
              [](const auto& a, const auto& b) { return a.time > b.time; });
    const size_t from = query.cursor.empty() ? 0 : std::stoul(query.cursor);
    const size_t end = from + query.limit;
    if (page.records.size() > end) {
      page.records.resize(end);
      page.next_cursor = std::to_string(end);
    }
    page.records.erase(
        page.records.begin(),
        page.records.begin() + static_cast<ptrdiff_t>(std::min(from, page.records.size())));
    return page;
  }
  base::Result<records::Page<model::Span>> QuerySpans(const records::SpanQuery&) override {
    return records::Page<model::Span>();
  }
  base::Result<records::Page<model::Span>> Trace(const model::TenantName&,
                                                 std::string_view) override {
    return records::Page<model::Span>();
  }
  base::Result<std::vector<records::SpanOperation>> Operations(const model::TenantName&,
                                                               base::TimePoint,
                                                               base::TimePoint) override {
    return std::vector<records::SpanOperation>();
  }
  base::Result<std::vector<model::ServiceEdge>> ServiceEdges(const model::TenantName&,
                                                             base::TimePoint,
                                                             base::TimePoint) override {
    return edges;
  }
  base::Result<> DeleteTenant(const model::TenantName&) override { return {}; }
  base::Result<> DropBefore(records::RecordKind, base::TimePoint) override { return {}; }
};

}  // namespace vedette::records::testing
