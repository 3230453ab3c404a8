#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "detect/events/judge.h"
#include "model/tenant.h"
#include "sql/database.h"

namespace vedette::detect::events {

// Judged events in the state database (docs/formats/state.md): the latest of each tenant as rows,
// what a clean-up took as compressed archives that can still be searched. All functions work in
// the caller's session; those that write need a read-write one. Errors are the database's, and
// kDataLoss for a row that cannot be read.

struct LogEntry {
  int64_t seq = 0;  // grows with each entry, of all tenants
  base::TimePoint time;
  std::string event_id;  // "evt_" and 12 hexadecimal digits
  std::string source;
  std::string event_type;
  std::string data_json;      // an object; secrets are masked
  std::string metadata_json;  // the same, or "null"
  Verdict verdict;
};

// The form in which an entry leaves the server, also as evidence: S3's, {"timestamp", "event_id",
// "source", "event_type", "input_snapshot", "metadata", "monitoring_result", "llm_analysis": null}.
void WriteEntry(base::JsonWriter& json, const LogEntry& entry);

std::span<const sql::Migration> EventLogMigrations();

// Gives the entry its number.
base::Result<> Append(sql::Session& session, const model::TenantName& tenant, LogEntry& entry);
// Replaces the verdict of an entry.
base::Result<> SaveVerdict(sql::Session& session, const LogEntry& entry);

struct LogQuery {
  model::TenantName tenant;
  std::string event_id = {};          // empty: all
  std::string source = {};            // the same
  std::vector<Status> statuses = {};  // any of these; empty: all
  std::optional<base::TimePoint> from = {};
  std::optional<base::TimePoint> to = {};
  int64_t limit = 100;
  int64_t offset = 0;
  bool archived = false;  // look into the archives instead
  bool oldest_first = false;
};
struct LogPage {
  std::vector<LogEntry> entries;  // newest first unless the query says otherwise
  int64_t total = 0;              // that match
};
base::Result<LogPage> Find(sql::Session& session, const LogQuery& query);

struct LogStats {
  int64_t total = 0;
  int64_t by_status[3] = {};
  int64_t sources = 0;
  int64_t event_types = 0;
  double mean_severity = 0;
  std::optional<base::TimePoint> oldest;
  std::optional<base::TimePoint> newest;
};
base::Result<LogStats> ReadStats(sql::Session& session, const model::TenantName& tenant);

// Archives at most `limit` of the tenant's entries that are older than `before`, oldest first, and
// deletes the rows. Returns how many.
base::Result<int64_t> Archive(sql::Session& session, const model::TenantName& tenant,
                              base::TimePoint before, int64_t limit);
// The same for the oldest beyond `rows_max`.
base::Result<int64_t> ArchiveExcess(sql::Session& session, const model::TenantName& tenant,
                                    int64_t rows_max);
base::Result<> DropArchives(sql::Session& session, base::TimePoint before);
base::Result<> DeleteTenant(sql::Session& session, std::string_view tenant);

}  // namespace vedette::detect::events
