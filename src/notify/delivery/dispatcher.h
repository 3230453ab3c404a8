#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "notify/delivery/channel.h"
#include "notify/delivery/courier.h"
#include "notify/delivery/receiver.h"
#include "sql/database.h"

namespace vedette::notify::delivery {

// A receiver and the way to it.
struct Route {
  Receiver receiver;
  std::unique_ptr<Channel> channel;
};

// Empties the outbox: one courier on one thread per receiver, so that one that hangs delays nobody
// else. What waits stays in the database; a courier holds 64 letters in memory at most. Letters for
// receivers that are no longer configured stay where they are until the receiver comes back.
// Thread-safe.
class Dispatcher {
 public:
  struct Parts {
    sql::Database& database;
    const base::Clock& clock;  // the calendar of pages; waiting is in real time
    base::MetricsRegistry& metrics;
    Reporter report;  // called on the couriers' threads
  };
  // Creates the tables. Must come before the first Enqueue.
  static base::Result<> Migrate(sql::Database& database);

  // REQUIRES: Validate(receivers) passed. `seed` is for the jitter.
  Dispatcher(std::vector<Route> routes, Parts parts, CourierOptions options, uint64_t seed);
  ~Dispatcher();  // as Stop
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Reports what finished unreported before a crash, then starts the couriers.
  base::Result<> Start();
  // There is something in the outbox.
  void Wake();
  // Gives up what is on the wire (it is sent again later) and joins. Idempotent.
  void Stop();

 private:
  struct Lane {
    Lane(Route route, const Parts& parts, const CourierOptions& options, uint64_t seed);

    const std::unique_ptr<Channel> channel;
    CourierMetrics metrics;
    Courier courier;
    std::thread thread;

    base::Mutex mutex;
    base::CondVar wake;
    bool woken GUARDED_BY(mutex) = false;
  };

  void Run(Lane& lane);
  void WaitFor(Lane& lane, std::optional<base::Duration> wait);

  const Parts parts_;
  const base::SystemClock waiting_;
  std::atomic<bool> stopping_{false};
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace vedette::notify::delivery
