#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "model/change.h"
#include "model/event.h"
#include "model/log_record.h"
#include "model/span.h"
#include "model/write_batch.h"
#include "records/store.h"
#include "series/store.h"

namespace vedette::ingest {

// Keeps what is appended in memory. Refuses samples that are too new or out of order as the real
// store does; knows no queries. Thread-safe.
class FakeSeriesStore final : public series::Store {
 public:
  // The next Append fails with this and stores nothing.
  void FailNext(base::Error error) EXCLUDES(mutex_);
  // "name{labels} t value", a line for each sample, sorted by series and time; of a histogram
  // "histogram" and its count.
  std::string Dump(const model::TenantName& tenant) const EXCLUDES(mutex_);
  series::AppendLimits last_limits() const EXCLUDES(mutex_);
  size_t appends() const EXCLUDES(mutex_);

  base::Result<series::AppendReport> Append(const model::TenantName& tenant,
                                            const model::WriteBatch& batch,
                                            const series::AppendLimits& limits) override
      EXCLUDES(mutex_);
  base::Result<std::vector<std::unique_ptr<series::SelectedSeries>>> Select(
      const series::SelectRequest& request) override;
  base::Result<std::vector<model::Labels>> Series(const series::SelectRequest& request) override;
  base::Result<std::vector<std::string>> LabelNames(const series::SelectRequest& request) override;
  base::Result<std::vector<std::string>> LabelValues(const series::SelectRequest& request,
                                                     std::string_view label) override;
  base::Result<std::vector<series::ExemplarSeries>> Exemplars(
      const series::SelectRequest& request) override EXCLUDES(mutex_);
  base::Result<> DeleteSeries(const series::SelectRequest& request) override EXCLUDES(mutex_);
  base::Result<> DeleteTenant(const model::TenantName& tenant) override EXCLUDES(mutex_);
  base::Result<> DropBefore(base::TimePoint horizon) override;
  series::StoreStats Stats() override;

 private:
  struct Point {
    double value = 0;
    std::optional<model::Histogram> histogram;
  };
  struct Stored {
    std::map<int64_t, Point> points;
    std::vector<model::Exemplar> exemplars;
  };

  // Whether the store takes a sample of this time; counts and explains it if not.
  static bool Takes(const Stored& series, const model::Labels& labels, int64_t t_ms,
                    const series::AppendLimits& limits, series::AppendReport& report);

  mutable base::Mutex mutex_;
  std::optional<base::Error> next_error_ GUARDED_BY(mutex_);
  std::map<model::TenantName, std::map<model::Labels, Stored>> tenants_ GUARDED_BY(mutex_);
  series::AppendLimits last_limits_ GUARDED_BY(mutex_);
  size_t appends_ GUARDED_BY(mutex_) = 0;
};

// Keeps records in memory, in the order of arrival; queries filter by everything but the
// text, newest arrival first, with the number of skipped records as cursor. Thread-safe.
class FakeRecordStore final : public records::Store {
 public:
  void FailNext(base::Error error) EXCLUDES(mutex_);
  std::vector<model::LogRecord> logs(const model::TenantName& tenant) const EXCLUDES(mutex_);
  std::vector<model::Event> events(const model::TenantName& tenant) const EXCLUDES(mutex_);
  std::vector<model::Change> changes(const model::TenantName& tenant) const EXCLUDES(mutex_);
  std::vector<model::Span> spans(const model::TenantName& tenant) const EXCLUDES(mutex_);
  records::LogQuery last_log_query() const EXCLUDES(mutex_);
  records::EventQuery last_event_query() const EXCLUDES(mutex_);

  base::Result<> AppendLogs(const model::TenantName& tenant,
                            const std::vector<model::LogRecord>& records) override EXCLUDES(mutex_);
  base::Result<> AppendEvents(const model::TenantName& tenant,
                              const std::vector<model::Event>& events) override EXCLUDES(mutex_);
  base::Result<> AppendChanges(const model::TenantName& tenant,
                               const std::vector<model::Change>& changes) override EXCLUDES(mutex_);
  base::Result<> AppendSpans(const model::TenantName& tenant,
                             const std::vector<model::Span>& spans) override EXCLUDES(mutex_);
  base::Result<records::Page<model::Change>> QueryChanges(
      const records::ChangeQuery& query) override EXCLUDES(mutex_);
  base::Result<records::Page<model::Span>> QuerySpans(const records::SpanQuery& query) override
      EXCLUDES(mutex_);
  base::Result<records::Page<model::Span>> Trace(const model::TenantName& tenant,
                                                 std::string_view trace_id) override
      EXCLUDES(mutex_);
  base::Result<records::Page<model::LogRecord>> QueryLogs(const records::LogQuery& query) override
      EXCLUDES(mutex_);
  base::Result<records::Page<model::Event>> QueryEvents(const records::EventQuery& query) override
      EXCLUDES(mutex_);
  base::Result<> DeleteTenant(const model::TenantName& tenant) override EXCLUDES(mutex_);
  base::Result<> DropBefore(records::RecordKind kind, base::TimePoint horizon) override;
  base::Result<records::ScanReport> ScanLogs(
      const records::LogScan& scan,
      const std::function<bool(const records::LogLine&)>& visit) override;
  base::Result<std::vector<records::LogPattern>> LogPatterns(
      const model::TenantName& tenant) override;
  base::Result<std::vector<records::SpanOperation>> Operations(const model::TenantName& tenant,
                                                               base::TimePoint from,
                                                               base::TimePoint to) override;
  base::Result<std::vector<model::ServiceEdge>> ServiceEdges(const model::TenantName& tenant,
                                                             base::TimePoint from,
                                                             base::TimePoint to) override;

 private:
  mutable base::Mutex mutex_;
  std::optional<base::Error> next_error_ GUARDED_BY(mutex_);
  std::map<model::TenantName, std::vector<model::LogRecord>> logs_ GUARDED_BY(mutex_);
  std::map<model::TenantName, std::vector<model::Event>> events_ GUARDED_BY(mutex_);
  std::map<model::TenantName, std::vector<model::Change>> changes_ GUARDED_BY(mutex_);
  std::map<model::TenantName, std::vector<model::Span>> spans_ GUARDED_BY(mutex_);
  records::LogQuery last_log_query_ GUARDED_BY(mutex_);
  records::EventQuery last_event_query_ GUARDED_BY(mutex_);
};

}  // namespace vedette::ingest
