#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "net/client.h"
#include "notify/delivery/dispatcher.h"
#include "notify/delivery/receiver.h"
#include "sql/database.h"

namespace vedette::app {

// The receivers as configured now, each with its channel and courier; they can change while pages
// are on their way: what waits is in the outbox. Thread-safe.
class Paging {
 public:
  struct Parts {
    sql::Database& database;
    const base::Clock& clock;
    base::MetricsRegistry& metrics;
    net::HttpClient& client;
    notify::delivery::Reporter report;
    std::string external_url;
  };
  // Creates the outbox; pages may be ordered from now on.
  static base::Result<std::unique_ptr<Paging>> Open(Parts parts);
  ~Paging() { Stop(); }

  // From now on these receivers. REQUIRES: Validate(receivers) passed.
  base::Result<> Apply(const std::vector<notify::delivery::Receiver>& receivers) EXCLUDES(mutex_);
  // Whom the next page goes to.
  std::vector<notify::delivery::Address> Addresses() const EXCLUDES(mutex_);
  // There is something in the outbox.
  void Wake() EXCLUDES(mutex_);
  // Gives up what is on the wire; it is sent again at the next start. Idempotent.
  void Stop() EXCLUDES(mutex_);

 private:
  explicit Paging(Parts parts) : parts_(std::move(parts)) {}

  const Parts parts_;
  base::Mutex apply_mutex_;  // one change at a time; taken before mutex_
  mutable base::Mutex mutex_;
  std::vector<notify::delivery::Address> addresses_ GUARDED_BY(mutex_);
  std::unique_ptr<notify::delivery::Dispatcher> dispatcher_ GUARDED_BY(mutex_);
};

}  // namespace vedette::app
