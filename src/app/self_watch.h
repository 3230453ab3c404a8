#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "api/heartbeats.h"
#include "app/self_alert.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "detect/reporter.h"
#include "model/page.h"
#include "net/client.h"

namespace vedette::app {

// A heartbeat to somebody outside, who tells people when it stops.
struct SentBeat {
  std::string name;
  std::string url;  // a secret
  std::string method = "GET";
  base::Duration interval = std::chrono::minutes(1);
  base::Duration timeout = std::chrono::seconds(10);
  friend bool operator==(const SentBeat&, const SentBeat&) = default;
};

struct SelfWatchOptions {
  std::vector<SentBeat> sent;
  // A part in trouble for this long is one that fails.
  base::Duration stalled_after = std::chrono::minutes(2);
  base::Duration repeat = std::chrono::hours(1);  // of pages that go around the engine
  friend bool operator==(const SelfWatchOptions&, const SelfWatchOptions&) = default;
};

// Watches the parts of this server, on a thread of its own that nothing else needs:
//   - heartbeats go out only while no part fails, so that whoever waits for them hears of all that
//     silences this process, and of its death;
//   - a part that fails is told to people: by an alert like any other where that can still reach
//     them, and past engine and outbox, straight to the receivers, where these are what fails.
// Thread-safe but for Adopt, Add and Step.
class SelfWatch {
 public:
  // What is wrong right now, in words; nothing when all is well. Called on the watch's thread.
  using Probe = std::function<std::optional<std::string>()>;

  struct Parts {
    net::HttpClient& client;
    const base::Clock& clock;
    base::MetricsRegistry& metrics;
    base::BoundedQueue<model::AnomalyUpdate>& findings;
    // Hands a page to receivers at once, without a word in the database. Blocks.
    std::function<void(const model::Page&)> page_directly;
  };

  explicit SelfWatch(Parts parts);
  ~SelfWatch() { Stop(); }
  SelfWatch(const SelfWatch&) = delete;
  SelfWatch& operator=(const SelfWatch&) = delete;

  // Before Start. `silences_pages`: while this part fails, the engine's pages may not arrive.
  void Add(std::string part, bool silences_pages, Probe probe);
  // Takes what is its own of the anomalies that were open when the last run ended.
  void Adopt(std::vector<model::Anomaly>& open);

  // From now on these.
  void Apply(SelfWatchOptions options) EXCLUDES(mutex_);
  void Start();
  // Waits for what is on the wire, at most its timeout. Idempotent.
  void Stop() EXCLUDES(mutex_);

  api::SelfReport report() const EXCLUDES(mutex_);

  // One round of the thread, for tests.
  void Step() EXCLUDES(mutex_);

 private:
  struct Part {
    std::string name;
    bool silences_pages = false;
    Probe probe;
    SelfAlert alert;
    // Since when it has been in trouble.
    std::optional<base::SteadyPoint> trouble = {};
    std::optional<base::TimePoint> since = {};  // the same by the calendar
    std::string text = {};
    bool fails = false;
    std::optional<base::SteadyPoint> paged = {};
    int64_t pages = 0;
  };
  struct Line {
    SentBeat beat;
    base::SteadyPoint due{};
    api::SentHeartbeat shown;
  };

  void Run() EXCLUDES(mutex_);
  void Look(Part& part, base::Duration stalled_after);
  void Tell(Part& part, base::Duration repeat);
  void Page(Part& part, model::PageKind kind);
  void Send(Line& line);
  void Publish() EXCLUDES(mutex_);
  void TakeOptions() EXCLUDES(mutex_);

  const Parts parts_;
  detect::Reporter reporter_;
  base::Counter& beats_;
  base::Counter& lost_beats_;
  base::Gauge& failing_;

  // The thread's own.
  std::vector<Part> watched_;
  std::vector<Line> lines_;
  SelfWatchOptions options_;

  mutable base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::optional<SelfWatchOptions> new_options_ GUARDED_BY(mutex_);
  api::SelfReport report_ GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace vedette::app
