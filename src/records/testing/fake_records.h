#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "records/store.h"

namespace vedette::records::testing {

// Changes, log patterns and calls in memory, all of one tenant; everything else is empty. Not
// thread-safe.
class FakeRecords final : public records::Store {
 public:
  std::vector<model::Change> changes;
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
      const records::LogScan&, const std::function<bool(const records::LogLine&)>&) override {
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
