#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "ingest/limits.h"
#include "ingest/metrics.h"
#include "ingest/token_bucket.h"
#include "model/change.h"
#include "model/event.h"
#include "model/log_record.h"
#include "model/span.h"
#include "model/tenant.h"
#include "model/write_batch.h"
#include "records/store.h"
#include "series/store.h"

namespace vedette::ingest {

// What became of the samples of a request, floats and histograms: the rest of it is stored and
// durable. Exemplars that are not valid are dropped without a word.
struct WriteReport {
  series::AppendReport stored;
  uint64_t invalid_samples = 0;     // whose labels are not valid, or that are no valid histograms
  uint64_t invalid_histograms = 0;  // of those: histograms
  uint64_t invalid_series = 0;
  std::string first_refusal;  // names the series and the reason; empty if nothing was refused
  // The entries of the batch with a refused sample; in no order, one may occur several times.
  std::vector<uint32_t> refused_entries;

  uint64_t refused() const { return invalid_samples + stored.refused(); }
  uint64_t refused_histograms() const { return invalid_histograms + stored.refused_histograms; }
  uint64_t refused_floats() const { return refused() - refused_histograms(); }
};

// Whether a sample may be older than the tenant's window for what comes out of order: back-fill is.
enum class Age { kLimited, kAny };

// What became of log lines, events, changes or spans, by their index in the request.
struct Rejection {
  size_t index = 0;
  std::string field;  // empty when it is the record as a whole
  std::string message;
};
struct RecordReport {
  std::vector<std::string> ids;  // of what is stored, in the order it came; empty for spans
  std::vector<Rejection> rejected;
};

// The one way into the stores: admits what the sources made, within the limits of the tenant, and
// appends it. When a method returns a report, what it accepted survives kill -9. Thread-safe;
// methods may block on the disk. The stores, the clock and the registry must outlive it.
//
// Errors of all: kInvalidArgument for a bad tenant name; kResourceExhausted when a rate limit is
// reached or there are too many tenants, with the name of the limit as field; what `may_store` and
// the store say.
// After an error nothing of the request is stored.
class Ingester {
 public:
  // `may_store` is asked before anything is taken, from any thread; empty: always.
  // REQUIRES: limits is not null and valid.
  Ingester(series::Store& series, records::Store& records, const base::Clock& clock,
           base::MetricsRegistry& registry, std::shared_ptr<const Limits> limits,
           std::function<base::Result<>()> may_store = {});

  base::Result<WriteReport> Write(const model::TenantName& tenant, const model::WriteBatch& batch,
                                  Age age = Age::kLimited);

  // Gives ids to log lines, and to events and changes that have none.
  base::Result<RecordReport> WriteLogs(const model::TenantName& tenant,
                                       std::vector<model::LogRecord> records);
  base::Result<RecordReport> WriteEvents(const model::TenantName& tenant,
                                         std::vector<model::Event> events);
  base::Result<RecordReport> WriteChanges(const model::TenantName& tenant,
                                          std::vector<model::Change> changes);
  base::Result<RecordReport> WriteSpans(const model::TenantName& tenant,
                                        std::vector<model::Span> spans);

  // Told of the spans of each request once they are stored, on the thread of the request. Before
  // the first request.
  using SpanTap =
      std::function<void(const model::TenantName& tenant, const std::vector<model::Span>& spans)>;
  void SetSpanTap(SpanTap tap) { span_tap_ = std::move(tap); }
  // Told of the services whose log lines ("logs") and spans ("spans") a request brought, likewise.
  using SourceTap = std::function<void(const model::TenantName& tenant, std::string_view signal,
                                       std::string_view service, base::TimePoint now)>;
  void SetSourceTap(SourceTap tap) { source_tap_ = std::move(tap); }

  // Removes all metrics and records of a tenant; returns when they are gone.
  base::Result<> DeleteTenant(const model::TenantName& tenant);

  // From the next request on. REQUIRES: as for the constructor.
  void SetLimits(std::shared_ptr<const Limits> limits) EXCLUDES(mutex_);
  std::shared_ptr<const Limits> limits() const EXCLUDES(mutex_);

 private:
  enum class Kind { kSamples, kLogs, kEvents, kChanges, kSpans };
  struct Tenant {
    TokenBucket buckets[5];  // by Kind
  };

  // Whether the tenant may send so much now; its limits.
  base::Result<TenantLimits> Admit(const model::TenantName& tenant, Kind kind, size_t count)
      EXCLUDES(mutex_);
  base::Result<WriteReport> Store(const model::TenantName& tenant, const model::WriteBatch& batch,
                                  Age age);
  base::Result<series::AppendReport> Append(const model::TenantName& tenant,
                                            const model::WriteBatch& batch,
                                            const TenantLimits& limits);
  static bool CheckExtras(const model::WriteBatch& batch, WriteReport& report);
  static model::WriteBatch ValidPart(const model::WriteBatch& batch, const TenantLimits& limits,
                                     WriteReport& report, std::vector<uint32_t>& valid_entries);
  void Count(const WriteReport& report);

  series::Store& series_;
  records::Store& records_;
  const base::Clock& clock_;
  const Metrics metrics_;
  const std::function<base::Result<>()> may_store_;
  SpanTap span_tap_;
  SourceTap source_tap_;

  mutable base::Mutex mutex_;
  std::shared_ptr<const Limits> limits_ GUARDED_BY(mutex_);
  std::map<model::TenantName, Tenant, std::less<>> tenants_ GUARDED_BY(mutex_);
};

}  // namespace vedette::ingest
