#pragma once

#include <cstdint>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "ingest/ingester.h"
#include "sim/simulator.h"

namespace vedette::app {

// Feeds the simulator's services into the real intake: first some quiet history at once, so that
// charts and baselines begin full, then live, one step at a time by the given clock. Ends with its
// owner.
class DemoFeeder {
 public:
  struct Options {
    uint64_t seed = 7;
    double speed = 1;  // of the clock, for how long to wait
    double incidents_per_hour = 6;
    int traces_per_step = 2;  // whose spans are told
    base::Duration step{5'000};
    base::Duration history = std::chrono::hours(2);
    base::Duration first_incident_after = std::chrono::seconds(40);  // after the history
    std::string truth_file;  // rewritten when the truth changes; empty: none
  };

  // `ingester` and `clock` outlive the feeder.
  DemoFeeder(Options options, ingest::Ingester& ingester, const base::Clock& clock);
  ~DemoFeeder();
  DemoFeeder(const DemoFeeder&) = delete;
  DemoFeeder& operator=(const DemoFeeder&) = delete;

  // Writes the history and starts the live thread.
  base::Result<> Start();
  void Stop() EXCLUDES(mutex_);

 private:
  void Run() EXCLUDES(mutex_);
  base::Result<> Feed(sim::Simulator& simulator, base::TimePoint time);
  // Waits until the calendar reads `time`; false when the feeder is to stop.
  bool WaitUntil(base::TimePoint time) EXCLUDES(mutex_);
  void SaveTruth(const sim::Simulator& simulator);

  const Options options_;
  ingest::Ingester& ingester_;
  const base::Clock& clock_;
  std::optional<sim::Simulator> simulator_;  // the thread's own once it runs
  base::TimePoint last_;
  std::string saved_truth_;

  base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace vedette::app
