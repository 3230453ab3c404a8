#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "app/page_router.h"
#include "app/scaled_clock.h"
#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/result.h"
#include "incident/engine.h"
#include "incident/journal/journal.h"
#include "model/anomaly.h"
#include "notify/delivery/courier.h"

namespace vedette::app {

struct EngineLoopOptions {
  size_t batch_inputs_max = 256;  // committed together
  size_t commands_waiting_max = 256;
  size_t reports_waiting_max = 10'000;
  base::Duration tick = std::chrono::milliseconds(200);
  base::Duration command_timeout = std::chrono::seconds(10);
};

// The engine thread: gathers what detectors, people and couriers say, lets the incident engine
// decide, commits inputs and decisions together, and only then tells anyone. When the disk refuses,
// it holds on to the batch and tries again, so that nothing is lost and nothing half done; what
// comes meanwhile waits in the queues, whose limits are the senders' back-pressure.
//
// Engine time starts at the later of the calendar and the last input, and advances with the
// monotonic clock: steps of the calendar do not move it. Command and Report are thread-safe.
class EngineLoop {
 public:
  enum class Calendar {
    kMayStep,  // the machine's: engine time follows clock.Steady()
    kSteady,   // one that never steps, such as a ScaledClock: engine time follows clock.Now()
  };

  struct Parts {
    incident::journal::Journal& journal;
    PageRouter& router;
    base::BoundedQueue<model::AnomalyUpdate>& anomalies;
    const base::Clock& clock;  // the one that the dispatcher has
    Calendar calendar = Calendar::kMayStep;
    base::MetricsRegistry& metrics;
    // Nobody hears of anomalies that began before: the demonstration's history.
    base::TimePoint since = {};

    // Called on the engine thread after the commit; must not block.
    std::function<void()> pages_ordered;                           // wakes the dispatcher
    std::function<void(const model::Incident&)> incident_changed;  // timeline: new rows only
    std::function<void(const model::Anomaly&)> anomaly_changed;
    // These two also for all there is when the loop starts; may be empty.
    std::function<void(const incident::AlertView&)> alert_changed = {};
    std::function<void(const model::Silence&)> silence_changed = {};
    // Writes into the transaction who did what to which silence; may be empty.
    std::function<base::Result<>(sql::Session&, const incident::SilenceCommand&,
                                 const model::Silence&)>
        audit = {};
  };

  EngineLoop(incident::Engine engine, Parts parts, EngineLoopOptions options = {});
  ~EngineLoop();  // as Stop
  EngineLoop(const EngineLoop&) = delete;
  EngineLoop& operator=(const EngineLoop&) = delete;

  void Start();
  // Commits what is in the queues, as far as the disk lets it, and joins. Close the anomaly queue
  // first. Idempotent.
  void Stop();

  // Runs a person's command; returns the incident when its effect is durable. Errors: kNotFound,
  // kFailedPrecondition, kInvalidArgument; kUnavailable when it is not certain to be durable yet.
  base::Result<model::Incident> Command(incident::Command command);

  // The same for a silence.
  base::Result<model::Silence> Command(incident::SilenceCommand command);
  // The same for alerts of other systems: what became of each, in order. Their times are those of
  // the calendar.
  base::Result<std::vector<base::Result<>>> Post(std::vector<model::Alert> alerts);

  // False when too many wait.
  bool Report(const notify::delivery::Report& report);

  // Who waits for whom; takes effect with the next round, and is an input only when it differs.
  void SetDependencies(incident::Dependencies dependencies) EXCLUDES(mutex_);
  // Takes effect with the next round.
  void SetOptions(const incident::EngineOptions& options);

  // When the loop last had nothing left to commit: for the self-watch.
  base::SteadyPoint last_progress() const;

 private:
  using What = decltype(incident::Input::what);
  // What became of an order: of each of its inputs, and the silence that it was about.
  struct Outcome {
    std::string fresh_id;  // of its first input
    std::vector<base::Result<>> applied;
    std::optional<model::Silence> silence;
  };
  // Inputs that are committed together.
  struct Order {
    std::vector<What> whats;
    std::promise<base::Result<Outcome>> answer;
  };
  struct Waiting {
    std::unique_ptr<Order> order;
    Outcome outcome;
  };
  struct Batch {
    std::vector<incident::Input> inputs;
    std::vector<model::AnomalyUpdate> updates;
    std::vector<notify::delivery::Report> reports;
    std::vector<Waiting> waiting;
    incident::Decisions decisions;
    bool routed = false;        // the router has something to write
    bool sign_of_life = false;  // nothing was kept for a while

    bool WorthKeeping() const;
  };
  struct Metrics {
    explicit Metrics(base::MetricsRegistry& registry);
    base::Counter& inputs;
    base::Counter& pages;
    base::Counter& failed_commits;
    base::Counter& unsaved_anomalies;
    base::Gauge& stalled;
    base::Gauge& open_incidents;
    base::Gauge& open_anomalies;
    base::Histogram& commit_seconds;
  };

  void Run();
  Batch Gather();
  void Decide(Batch& batch);
  bool Commit(const Batch& batch);
  void Tell(Batch& batch);
  void RefuseOrders();

  base::Result<> Write(sql::Session& session, const Batch& batch);
  using Answer = std::future<base::Result<Outcome>>;
  base::Result<Answer> Give(std::vector<What> whats);
  base::Result<Outcome> Await(Answer answer) const;
  void FeedOptions(Batch& batch);
  bool RetryUntilDone(std::string_view what, const std::function<base::Result<>()>& action);
  base::Result<> Feed(Batch& batch, What what);
  void FeedSignal(Batch& batch, What what);
  void FeedOrder(Batch& batch, std::unique_ptr<Order> order);
  void RecallFor(Batch& batch, const incident::Command& command);
  base::TimePoint EngineTime() const;

  incident::Engine engine_;  // the engine thread's alone once it runs
  const Parts parts_;
  const EngineLoopOptions options_;
  const ScaledClock monotone_;  // engine time where the calendar may step
  Metrics metrics_;
  std::thread thread_;

  base::BoundedQueue<std::unique_ptr<Order>> orders_;
  base::BoundedQueue<notify::delivery::Report> reports_;
  std::atomic<int64_t> last_progress_ticks_{0};
  bool started_ = false;         // the engine knows that the server has started
  base::TimePoint last_kept_{};  // engine time of the last round that is in the journal

  base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::optional<incident::EngineOptions> new_options_ GUARDED_BY(mutex_);
  std::map<model::TenantName, incident::Dependencies> dependencies_ GUARDED_BY(mutex_);
  std::set<model::TenantName> new_dependencies_ GUARDED_BY(mutex_);
};

}  // namespace vedette::app
