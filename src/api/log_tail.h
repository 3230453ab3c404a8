#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/route.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "model/tenant.h"
#include "net/http.h"
#include "query/logs/query.h"
#include "records/log_batch.h"

namespace vedette::api {

// Live tails of log lines: what is appended and fits a reader's query reaches it as a server-sent
// event `log`. A reader gets so many lines and bytes a second at most; what is beyond is dropped,
// counted, and told with `event: dropped`. A reader that does not even read those is closed by the
// server. Thread-safe.
class LogTail {
 public:
  struct Options {
    size_t streams_max = 64;
    size_t lines_per_second = 1000;
    size_t bytes_per_second = 512 << 10;
  };
  LogTail(Options options, const base::Clock& clock, base::MetricsRegistry& metrics);
  ~LogTail();

  // Error: kInvalidArgument for queries that count, kResourceExhausted for too many readers.
  base::Result<> Open(const model::TenantName& tenant, query::logs::Query query,
                      std::unique_ptr<net::Responder>& responder) EXCLUDES(mutex_);

  // Call it for every batch, on the thread that appends.
  void OnBatch(const records::LogBatch& batch) EXCLUDES(mutex_);
  // A comment to every reader, and what was dropped meanwhile. Call every 15 s.
  void Heartbeat() EXCLUDES(mutex_);
  void Close() EXCLUDES(mutex_);

 private:
  struct Reader;
  void Send(Reader& reader, const records::LogBatch& batch) REQUIRES(mutex_);
  void DropClosed() REQUIRES(mutex_);

  const Options options_;
  const base::Clock& clock_;
  base::Gauge& open_;
  base::Counter& sent_;
  base::Counter& dropped_;

  base::Mutex mutex_;
  std::vector<std::unique_ptr<Reader>> readers_ GUARDED_BY(mutex_);
};

// GET /api/v1/logs/tail?query=. `tail` outlives the route.
std::vector<Route> LogTailRoutes(LogTail& tail);

}  // namespace vedette::api
