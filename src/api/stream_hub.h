#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "base/mutex.h"
#include "model/tenant.h"
#include "net/http.h"

namespace vedette::api {

// Live updates: what is published to a topic reaches every open stream of the tenant that asked for
// it, as server-sent events with rising ids. A browser that comes back with Last-Event-ID gets what
// it missed from a ring of the last messages, or `event: resync` when that is too old: it then
// loads the page's data again. Slow readers are dropped, never waited for. Thread-safe.
class StreamHub {
 public:
  struct Options {
    // Above every id of an earlier process: the start time in microseconds will do.
    uint64_t first_id = 1;
    size_t ring_messages = 1024;
    size_t streams_max = 512;
  };
  StreamHub(Options options, base::MetricsRegistry& metrics);

  // `data` is one JSON value: {"topic","id","rev","patch"}.
  void Publish(const model::TenantName& tenant, std::string_view topic, std::string_view data);

  // Opens a stream for the given topics (all when empty). False when there are too many.
  bool Open(const model::TenantName& tenant, std::vector<std::string> topics,
            std::string_view last_event_id, std::unique_ptr<net::Responder>& responder);

  // A comment to every stream, so that proxies and browsers see it alive. Call every 15 s.
  void Heartbeat();
  // Ends all streams.
  void Close();

 private:
  struct Message {
    uint64_t id;
    model::TenantName tenant;
    std::string topic;
    std::string text;  // the event as sent
  };
  struct Subscriber {
    std::shared_ptr<net::ResponseStream> stream;
    model::TenantName tenant;
    std::vector<std::string> topics;
    bool Wants(const Message& message) const;
  };
  void SendMissed(const Subscriber& subscriber, std::string_view last_event_id) REQUIRES(mutex_);
  void DropClosed() REQUIRES(mutex_);

  const Options options_;
  base::Gauge& open_streams_;
  base::Counter& messages_;

  base::Mutex mutex_;
  uint64_t next_id_ GUARDED_BY(mutex_);
  std::deque<Message> ring_ GUARDED_BY(mutex_);
  std::vector<Subscriber> subscribers_ GUARDED_BY(mutex_);
};

}  // namespace vedette::api
