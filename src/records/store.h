#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/change.h"
#include "model/event.h"
#include "model/log_record.h"
#include "model/severity.h"
#include "model/span.h"
#include "model/tenant.h"

namespace vedette::records {

// Logs, events, changes and spans by time, as the rest of Vedette sees them. Thread-safe; methods
// may block on the disk, so they are called from workers.

struct LogQuery {
  model::TenantName tenant;
  base::TimePoint from = base::FromMillis(0);        // inclusive
  base::TimePoint to = base::FromMillis(INT64_MAX);  // inclusive
  std::string service;                               // empty: all
  std::optional<model::LogSeverity> min_level;
  std::string text;  // case-insensitive substring of the message; empty: all
  size_t limit = 100;
  std::string cursor;  // from the previous page; empty: the first
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
  bool errors_only = false;
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
  // before it begins.
  virtual base::Result<Page<model::LogRecord>> QueryLogs(const LogQuery& query) = 0;
  virtual base::Result<Page<model::Event>> QueryEvents(const EventQuery& query) = 0;
  virtual base::Result<Page<model::Change>> QueryChanges(const ChangeQuery& query) = 0;
  virtual base::Result<Page<model::Span>> QuerySpans(const SpanQuery& query) = 0;
  // The spans of a trace by their start; none when the trace is not known.
  virtual base::Result<std::vector<model::Span>> Trace(const model::TenantName& tenant,
                                                       std::string_view trace_id) = 0;

  virtual base::Result<> DeleteTenant(const model::TenantName& tenant) = 0;
  // From now on, also what arrives late and is older counts as expired and is not found.
  virtual base::Result<> DropBefore(base::TimePoint horizon) = 0;
};

}  // namespace vedette::records
