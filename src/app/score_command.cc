#include "app/score_command.h"

#include <atomic>
#include <cstdio>
#include <fmt/core.h>
#include <optional>
#include <thread>
#include <utility>

#include "app/catalog.h"
#include "app/config.h"
#include "app/known_calls.h"
#include "app/scenarios.h"
#include "base/duration.h"
#include "base/log.h"
#include "detect/rules/rule.h"
#include "score/run.h"
#include "score/tally.h"

namespace vedette::app {
namespace {

constexpr int kFailed = 4;

struct Job {
  const sim::Scenario* scenario;
  uint64_t seed;
};

base::Result<std::vector<sim::Scenario>> ScenariosOf(const ScoreCommand& command) {
  if (command.scenarios.empty()) return ShippedScenarios();
  std::vector<sim::Scenario> scenarios;
  for (const std::string& name : command.scenarios) {
    VEDETTE_TRY(sim::Scenario scenario, FindScenario(name));
    scenarios.push_back(std::move(scenario));
  }
  return scenarios;
}

base::Result<score::EngineUnderTest> EngineOf(const ScoreCommand& command) {
  VEDETTE_TRY(const Config config, LoadConfig(command.config_file));
  score::EngineUnderTest engine;
  engine.detection = config.detection;
  VEDETTE_TRY(engine.rules, RuleSetOf(config.rules, config.catalog));
  engine.incidents = config.incidents;
  engine.calls = KnownCalls;
  return engine;
}

// The runs in the order of the jobs, however many of them run at a time.
base::Result<std::vector<score::Outcome>> RunAll(const std::vector<Job>& jobs,
                                                 const score::EngineUnderTest& engine,
                                                 int threads) {
  std::vector<std::optional<base::Result<score::Outcome>>> results(jobs.size());
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i = next++; i < jobs.size(); i = next++) {
      results[i] = score::RunScenario(*jobs[i].scenario, jobs[i].seed, engine);
    }
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  std::vector<score::Outcome> runs;
  for (size_t i = 0; i < jobs.size(); ++i) {
    if (!results[i]->ok()) return results[i]->error().With(jobs[i].scenario->name);
    runs.push_back(**std::move(results[i]));
  }
  return runs;
}

void PrintList(const std::vector<sim::Scenario>& scenarios) {
  for (const sim::Scenario& scenario : scenarios) {
    fmt::print("{:<20}  {:>6}  {}\n", scenario.name, base::FormatDuration(scenario.lasts),
               scenario.about);
  }
}

int Fail(const base::Error& error) {
  fmt::print(stderr, "{}\n", error.message);
  return kFailed;
}

}  // namespace

int RunScore(const ScoreCommand& command) {
  base::SetLogLevel(base::LogLevel::kError);
  const base::Result<std::vector<sim::Scenario>> scenarios = ScenariosOf(command);
  if (!scenarios.ok()) return Fail(scenarios.error());
  if (command.list) {
    PrintList(*scenarios);
    return 0;
  }
  const base::Result<score::EngineUnderTest> engine = EngineOf(command);
  if (!engine.ok()) return Fail(engine.error());
  std::vector<Job> jobs;
  for (const sim::Scenario& scenario : *scenarios) {
    for (int i = 0; i < command.seeds; ++i) {
      jobs.push_back({&scenario, command.seed + static_cast<uint64_t>(i)});
    }
  }
  const base::Result<std::vector<score::Outcome>> runs = RunAll(jobs, *engine, command.jobs);
  if (!runs.ok()) return Fail(runs.error());
  const score::Tally tally = score::Count(*runs);
  const std::vector<std::string> broken = score::Broken(tally, command.bounds);
  fmt::print("{}",
             command.json ? score::ToJson(*runs, tally, broken) : score::ToText(tally, broken));
  return broken.empty() ? 0 : 1;
}

}  // namespace vedette::app
