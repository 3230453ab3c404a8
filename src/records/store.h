#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/change.h"
#include "model/event.h"
#include "model/log_record.h"
#include "model/service_edge.h"
#include "model/severity.h"
#include "model/span.h"
#include "model/tenant.h"
#include "records/log_condition.h"
#include "records/log_line.h"
#include "records/pattern_miner.h"

namespace vedette::records {

// Logs, events, changes and spans by time, as the rest of Vedette sees them. Thread-safe; methods
// may block on the disk, so they are called from workers.

enum class RecordKind : uint8_t { kLogs, kEvents, kChanges, kSpans };

struct LogQuery {
  model::TenantName tenant;
  base::TimePoint from = base::FromMillis(0);        // inclusive
  base::TimePoint to = base::FromMillis(INT64_MAX);  // inclusive
  std::string service;                               // empty: all
  std::optional<model::LogSeverity> min_level;
  std::string text;  // case-insensitive substring of the message; empty: all
  std::shared_ptr<const LogCondition> condition;  // and this; null: all
  size_t limit = 100;
  std::string cursor;  // from the previous page; empty: the first
  // Asked between blocks and batches; false ends the page where it is. Empty: go on.
  std::function<bool()> keep_going = {};
  uint64_t bytes_max = UINT64_MAX;  // read from the disk; the page ends behind that much
};

struct EventQuery {
  model::TenantName tenant;
  base::TimePoint from = base::FromMillis(0);
  base::TimePoint to = base::FromMillis(INT64_MAX);
  std::string service;
  std::string type;
  std::optional<model::Severity> min_severity;
  std::string text;  // case-insensitive substring of the message
  size_t limit = 100;
  std::string cursor;
};

// All lines of a time that fulfil a condition, in no order, for counting them.
struct LogScan {
  model::TenantName tenant;
  base::TimePoint from = base::FromMillis(0);
  base::TimePoint to = base::FromMillis(INT64_MAX);
  std::shared_ptr<const LogCondition> condition;  // null: all
  // Whether the visitor looks at more of a line than its time, level, service and pattern.
  bool details = true;
  // Asked between blocks; false ends the scan. Empty: go on.
  std::function<bool()> keep_going;
  uint64_t bytes_max = UINT64_MAX;  // read from the disk; the scan ends behind that much
};
struct ScanReport {
  bool complete = true;        // false: keep_going, bytes_max or the visitor ended it
  uint64_t lines_scanned = 0;  // that were looked at one by one
  uint64_t bytes_read = 0;
  uint64_t damaged = 0;  // blocks that could not be read and were left out
};

// Spans' names, for pickers.
struct SpanOperation {
  std::string service;
  std::string operation;
  friend auto operator<=>(const SpanOperation&, const SpanOperation&) = default;
};

struct ChangeQuery {
  model::TenantName tenant;
  base::TimePoint from = base::FromMillis(0);
  base::TimePoint to = base::FromMillis(INT64_MAX);
  std::string service;
  std::string kind;
  std::string text;  // case-insensitive substring of the title
  size_t limit = 100;
  std::string cursor;
};

struct SpanQuery {
  model::TenantName tenant;
  base::TimePoint from = base::FromMillis(0);  // of the start
  base::TimePoint to = base::FromMillis(INT64_MAX);
  std::string service;
  std::string operation;        // the span's name
  int64_t min_duration_ns = 0;  // inclusive
  int64_t max_duration_ns = INT64_MAX;
  std::optional<model::SpanStatus> status;
  // Of the span or its resource; all of them.
  std::vector<std::pair<std::string, std::string>> attributes;
  size_t limit = 100;
  std::string cursor;
};

// Newest first. `next_cursor` is empty on the last page. A page may hold fewer records than the
// limit, even none, and still have a cursor to go on: one call looks at a bounded number of records
// and returns a bounded number of bytes.
template <typename Record>
struct Page {
  std::vector<Record> records;
  std::string next_cursor;
  uint64_t damaged = 0;  // records and blocks that could not be read and were left out
  uint64_t bytes_read = 0;
};

// The interface: the embedded store (embedded_store.h) implements it.
class Store {
 public:
  virtual ~Store() = default;

  // All or nothing, durable when it returns: survives kill -9. Records need an id and a time.
  // An event or change whose id is stored already is skipped, a span replaces itself: senders may
  // retry.
  virtual base::Result<> AppendLogs(const model::TenantName& tenant,
                                    const std::vector<model::LogRecord>& records) = 0;
  virtual base::Result<> AppendEvents(const model::TenantName& tenant,
                                      const std::vector<model::Event>& events) = 0;
  virtual base::Result<> AppendChanges(const model::TenantName& tenant,
                                       const std::vector<model::Change>& changes) = 0;
  virtual base::Result<> AppendSpans(const model::TenantName& tenant,
                                     const std::vector<model::Span>& spans) = 0;

  // kInvalidArgument for a foreign cursor, a limit of 0 or above the store's, or a range that ends
  // before it begins; kResourceExhausted when the query's own limits end it before anything is
  // certain.
  virtual base::Result<Page<model::LogRecord>> QueryLogs(const LogQuery& query) = 0;
  // Calls `visit` with each line; false from it ends the scan.
  virtual base::Result<ScanReport> ScanLogs(const LogScan& scan,
                                            const std::function<bool(const LogLine&)>& visit) = 0;
  // The patterns of a tenant's log lines, all that are known.
  virtual base::Result<std::vector<LogPattern>> LogPatterns(const model::TenantName& tenant) = 0;
  virtual base::Result<Page<model::Event>> QueryEvents(const EventQuery& query) = 0;
  virtual base::Result<Page<model::Change>> QueryChanges(const ChangeQuery& query) = 0;
  virtual base::Result<Page<model::Span>> QuerySpans(const SpanQuery& query) = 0;
  // The spans of a trace by their start, on one page; none when the trace is not known.
  virtual base::Result<Page<model::Span>> Trace(const model::TenantName& tenant,
                                                std::string_view trace_id) = 0;
  // The services and operations of the spans that were stored in blocks touching that time.
  virtual base::Result<std::vector<SpanOperation>> Operations(const model::TenantName& tenant,
                                                              base::TimePoint from,
                                                              base::TimePoint to) = 0;
  // Which service called which, per minute, as far as both spans of a call started in that time.
  virtual base::Result<std::vector<model::ServiceEdge>> ServiceEdges(
      const model::TenantName& tenant, base::TimePoint from, base::TimePoint to) = 0;

  virtual base::Result<> DeleteTenant(const model::TenantName& tenant) = 0;
  // From now on, also what arrives late and is older counts as expired and is not found.
  virtual base::Result<> DropBefore(RecordKind kind, base::TimePoint horizon) = 0;
  // The same for all kinds.
  base::Result<> DropBefore(base::TimePoint horizon) {
    for (const RecordKind kind :
         {RecordKind::kLogs, RecordKind::kEvents, RecordKind::kChanges, RecordKind::kSpans}) {
      VEDETTE_TRY_VOID(DropBefore(kind, horizon));
    }
    return {};
  }
};

}  // namespace vedette::records
