#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/scaled_clock.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "ingest/ingester.h"
#include "sim/scenario.h"
#include "sim/simulator.h"

namespace vedette::app {

// Feeds the simulator's services into the real intake: first some quiet history at once, so that
// charts and baselines begin full, then live, one step at a time by the given clock. Faults come by
// chance, or as a scenario tells them. Tell, EndStory and story are thread-safe. Ends with its
// owner.
class DemoFeeder {
 public:
  struct Options {
    uint64_t seed = 7;
    double incidents_per_hour = 6;
    std::optional<double> probability_per_cycle = {};  // in its place; a cycle is a second
    sim::Weights weights = sim::SimulatorOptions().weights;
    int traces_per_step = 2;  // whose spans are told
    base::Duration step{5'000};
    base::Duration history = std::chrono::hours(2);
    base::Duration first_incident_after = std::chrono::seconds(40);  // after the history
    std::optional<sim::Scenario> scenario;  // instead of faults by chance, and its system
    std::string truth_file;                 // rewritten when the truth changes; empty: none
  };

  // What is told now, or was told last.
  struct Story {
    std::string scenario;
    uint64_t seed = 0;
    base::TimePoint begin;
    base::TimePoint end;
    std::vector<sim::Incident> truth;  // since it began
  };

  // `ingester` and `clock` outlive the feeder.
  DemoFeeder(Options options, ingest::Ingester& ingester, const ScaledClock& clock);
  ~DemoFeeder();
  DemoFeeder(const DemoFeeder&) = delete;
  DemoFeeder& operator=(const DemoFeeder&) = delete;

  // Writes the history and starts the live thread.
  base::Result<> Start();
  void Stop() EXCLUDES(mutex_);

  // Begins a story now; faults by chance end, and come back when it is over.
  // kFailedPrecondition while another is told, or before the history is written; kInvalidArgument
  // when the story needs services that the demonstration does not have.
  base::Result<> Tell(const sim::Scenario& scenario, uint64_t seed) EXCLUDES(stage_);
  // Ends its faults now. Nothing happens when none is told.
  void EndStory() EXCLUDES(stage_);
  std::optional<Story> story() const EXCLUDES(stage_);

 private:
  void Run() EXCLUDES(mutex_);
  base::Result<sim::Simulator> MakeSimulator() const;
  base::Result<> Feed(base::TimePoint time) EXCLUDES(stage_);
  sim::Tick Step(base::TimePoint time) EXCLUDES(stage_);
  // Waits until the calendar reads `time`; false when the feeder is to stop.
  bool WaitUntil(base::TimePoint time) EXCLUDES(mutex_);
  void SaveTruth() EXCLUDES(stage_);

  const Options options_;
  ingest::Ingester& ingester_;
  const ScaledClock& clock_;
  base::TimePoint last_;
  std::string saved_truth_;

  mutable base::Mutex stage_;
  std::optional<sim::Simulator> simulator_ GUARDED_BY(stage_);
  std::optional<Story> story_ GUARDED_BY(stage_);

  base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

// What the feeder simulates without a scenario, from the beginning of its history on. A cascade
// comes first, unless nothing is to go wrong, or nothing of that type.
base::Result<sim::Simulator> FaultsByChance(const DemoFeeder::Options& options,
                                            base::TimePoint now);

}  // namespace vedette::app
