#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/route.h"
#include "app/config.h"
#include "app/engine_loop.h"
#include "app/paging.h"
#include "app/scaled_clock.h"
#include "app/self_watch.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "heartbeat/book.h"
#include "sql/database.h"

namespace vedette::app {

// Dead man's switches in both directions: whom this server waits for, who waits for this server,
// and who is told when it fails. Thread-safe but for Watch, Adopt and Start.
class Heartbeats {
 public:
  struct Parts {
    sql::Database& state;
    const base::Clock& clock;
    bool calendar_may_step = true;
    base::MetricsRegistry& metrics;
    net::HttpClient& client;
    base::BoundedQueue<model::AnomalyUpdate>& findings;
    EngineLoop& loop;
    Paging& paging;
  };
  static base::Result<std::unique_ptr<Heartbeats>> Open(Parts parts, const Config& config);

  // These three once, in this order. A further part of the server to be watched.
  void Watch(std::string part, SelfWatch::Probe probe);
  // Takes what is its own of the anomalies that were open when the last run ended.
  void Adopt(std::vector<model::Anomaly>& open) { watch_.Adopt(open); }
  void Start() { watch_.Start(); }
  void Stop();

  base::Result<> Apply(const Config& config) EXCLUDES(mutex_);
  // Tells the engine who is missing. To be called every second.
  base::Result<> Tend();
  std::vector<api::Route> Routes();

 private:
  Heartbeats(Parts parts, std::unique_ptr<heartbeat::Book> book, base::TimePoint start);

  base::TimePoint Now() const;
  std::optional<std::string> EngineTrouble() const;
  std::optional<std::string> OutboxTrouble();
  std::optional<std::string> ReceiverTrouble();
  void PageDirectly(const model::Page& page) EXCLUDES(mutex_);

  const Parts parts_;
  const ScaledClock monotone_;
  const std::unique_ptr<heartbeat::Book> book_;
  std::vector<Paging::Queue> queues_;  // as the outbox was last seen; the watch's thread's own
  SelfWatch watch_;

  base::Mutex mutex_;
  std::vector<std::string> self_receivers_ GUARDED_BY(mutex_);
};

}  // namespace vedette::app
