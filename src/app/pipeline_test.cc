#include <algorithm>
#include <cstdlib>
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/demo_feeder.h"
#include "base/bounded_queue.h"
#include "base/duration.h"
#include "base/metrics.h"
#include "base/testing/fake_clock.h"
#include "detect/detector.h"
#include "incident/engine.h"
#include "ingest/ingester.h"
#include "kv/db.h"
#include "records/embedded_store.h"
#include "series/engine.h"
#include "sim/simulator.h"

namespace vedette::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

bool Full() { return std::getenv("VEDETTE_FULL") != nullptr; }

// The way from a sample to a page in virtual time: the simulator writes through the real intake
// into the real store, detection runs on its shards, and the incident engine decides. Everything
// but the sending.
class Pipeline {
 public:
  explicit Pipeline(const sim::SimulatorOptions& simulation)
      : Pipeline(*sim::Simulator::Create(simulation), {}) {}
  Pipeline(sim::Simulator simulator, const incident::EngineOptions& incidents)
      : clock_(simulator.options().start), simulator_(std::move(simulator)), engine_(incidents) {
    kv::DbOptions options;
    options.path = "/memory";
    options.in_memory = true;
    for (auto& family : series::Engine::Families()) options.families.push_back(family);
    record_options_.first_family = static_cast<kv::Family>(options.families.size());
    for (auto& family : records::Families()) options.families.push_back(family);
    db_ = *kv::Db::Open(std::move(options));
    rules_ = *detect::rules::RuleSet::Create(detect::rules::DefaultRules());
    series_ = *series::Engine::Open(
        {.shards = 2}, *db_, clock_,
        [this](uint32_t) {
          return std::make_unique<detect::ShardDetector>(
              detect::DetectorOptions{}, detect::ShardDetector::Shared{rules_, findings_});
        },
        metrics_);
    records_ = *records::EmbeddedStore::Create(*db_, record_options_);
    ingester_ = std::make_unique<ingest::Ingester>(*series_, *records_, clock_, metrics_,
                                                   std::make_shared<const ingest::Limits>());
  }

  // Runs the simulation on, step by step.
  void Run(base::Duration duration) {
    const base::TimePoint end = clock_.Now() + duration;
    while (clock_.Now() < end) {
      clock_.Advance(simulator_.options().step);
      sim::Tick tick = simulator_.Step(clock_.Now());
      ASSERT_TRUE(ingester_->Write("default", tick.metrics).ok());
      while (auto update = findings_.PopUntil(base::SteadyPoint::min())) {
        Decide(*std::move(update));
      }
      Decide(incident::Tick{});
    }
  }

  struct Opening {
    model::Page page;
    base::TimePoint at;
  };
  const std::vector<Opening>& openings() const { return openings_; }
  // Also what called people to a further fault of an incident of which they knew.
  const std::vector<Opening>& calls() const { return calls_; }
  // Whether people were told of one of these services before, and of no end since.
  bool IsKnown(const std::vector<sim::AffectedService>& services, base::TimePoint at) const {
    return std::any_of(openings_.begin(), openings_.end(), [&](const Opening& opening) {
      const auto end = ends_.find(opening.page.incident_id);
      if (opening.at >= at || (end != ends_.end() && end->second <= at)) return false;
      return std::any_of(services.begin(), services.end(), [&](const sim::AffectedService& each) {
        const std::vector<std::string>& told = opening.page.entities;
        return std::find(told.begin(), told.end(), each.service) != told.end();
      });
    });
  }
  sim::Simulator& simulator() { return simulator_; }
  base::TimePoint now() const { return clock_.Now(); }

 private:
  template <typename What>
  void Decide(What what) {
    const incident::Decisions decisions = engine_.Step(
        {.seq = ++seq_, .time = clock_.Now(), .fresh_id = std::to_string(seq_), .what = what});
    for (const model::Page& page : decisions.pages) {
      const bool opened = page.kind == model::PageKind::kOpened;
      if (opened) openings_.push_back({page, clock_.Now()});
      if (opened || page.kind == model::PageKind::kSeverityRaised) {
        calls_.push_back({page, clock_.Now()});
      }
      if (page.kind == model::PageKind::kResolved) ends_[page.incident_id] = clock_.Now();
    }
  }

  base::FakeClock clock_;
  base::MetricsRegistry metrics_;
  sim::Simulator simulator_;
  base::BoundedQueue<model::AnomalyUpdate> findings_{100'000, base::OverflowPolicy::kReject};
  std::shared_ptr<const detect::rules::RuleSet> rules_;
  records::EmbeddedStoreOptions record_options_;
  std::unique_ptr<kv::Db> db_;
  std::unique_ptr<series::Engine> series_;
  std::unique_ptr<records::EmbeddedStore> records_;
  std::unique_ptr<ingest::Ingester> ingester_;
  incident::Engine engine_;
  int64_t seq_ = 0;
  std::vector<Opening> openings_;
  std::vector<Opening> calls_;
  std::map<std::string, base::TimePoint> ends_;  // by incident
};

sim::SimulatorOptions Shop(uint64_t seed, double incidents_per_hour) {
  sim::SimulatorOptions options;
  options.seed = seed;
  options.incidents_per_hour = incidents_per_hour;
  options.first_incident_after = minutes(40);
  options.min_gap = minutes(25);
  return options;
}

std::string Describe(const Pipeline::Opening& opening) {
  return fmt::format("{} at {}: {} ({})", model::PageKindName(opening.page.kind),
                     base::FormatTime(opening.at), opening.page.title, opening.page.incident_id);
}

// The first moment at which the incident could be seen from outside.
base::TimePoint VisibleAt(const sim::Incident& incident) {
  base::TimePoint first = incident.affected.front().first_effect_at;
  for (const sim::AffectedService& affected : incident.affected) {
    first = std::min(first, affected.first_effect_at);
  }
  return first;
}

TEST(Pipeline, EveryCriticalIncidentIsFoundWithinAMinuteAndPagedOnce) {
  const uint64_t seeds = Full() ? 20 : 1;
  int critical = 0;
  for (uint64_t seed = 101; seed < 101 + seeds; ++seed) {
    sim::SimulatorOptions options = Shop(seed, 1.5);
    // Only the kinds that S2 calls critical, so that a short run has several.
    options.weights = {};
    options.weights[static_cast<size_t>(sim::IncidentType::kMemoryLeak)] = 1;
    options.weights[static_cast<size_t>(sim::IncidentType::kCascadingFailure)] = 1;
    Pipeline pipeline(options);
    pipeline.Run(Full() ? hours(8) : hours(3));

    for (const sim::Incident& incident : pipeline.simulator().truth()) {
      if (incident.affected.empty() || incident.ended_at + minutes(2) > pipeline.now()) continue;
      // Queues that an earlier one has filled may take longer to drain than it is to the next.
      if (pipeline.IsKnown(incident.affected, incident.started_at)) continue;
      ++critical;
      std::vector<Pipeline::Opening> pages;
      for (const Pipeline::Opening& opening : pipeline.openings()) {
        if (opening.at >= incident.started_at && opening.at <= incident.ended_at + minutes(10)) {
          pages.push_back(opening);
        }
      }
      ASSERT_EQ(pages.size(), 1u) << sim::ToJson(incident) << " seed " << seed
                                  << (pages.empty() ? "" : "\n" + Describe(pages.back()));
      EXPECT_LE(pages[0].at - VisibleAt(incident), seconds(60))
          << sim::ToJson(incident) << " seed " << seed;
    }
  }
  EXPECT_GE(critical, static_cast<int>(seeds) * 2);
}

// The faults of the demonstration follow one another within minutes: a memory leak of a service
// that the cascade before had hurt, while the incident of that has just ended (the first of these
// nights), or goes on with a warning (the second).
TEST(Pipeline, AFaultIsToldAlsoWhereTheOneBeforeIsHardlyOver) {
  for (const int64_t night : {1'795'391'477'770, 1'795'561'100'022}) {
    DemoFeeder::Options options;
    options.incidents_per_hour = 20;
    incident::EngineOptions incidents;
    incidents.reopen_window = minutes(1);
    const base::TimePoint begin = base::FromMillis(night);
    Pipeline pipeline(*FaultsByChance(options, begin), incidents);
    pipeline.Run(options.history + minutes(16));

    const std::vector<sim::Incident>& truth = pipeline.simulator().truth();
    ASSERT_GE(truth.size(), 2U);
    ASSERT_EQ(truth[1].type, sim::IncidentType::kMemoryLeak);
    std::vector<base::Duration> after;
    for (const Pipeline::Opening& call : pipeline.calls()) {
      if (call.at >= truth[1].started_at) after.push_back(call.at - VisibleAt(truth[1]));
    }
    EXPECT_THAT(after, testing::ElementsAre(testing::Le(seconds(60)))) << night;
  }
}

// Two hours of it, at another hour of the week for each seed.
TEST(Pipeline, TheDemonstrationPagesEachCriticalFaultOnceAndNothingElse) {
  int critical = 0;
  for (uint64_t seed = 1; seed <= (Full() ? 20 : 1); ++seed) {
    SCOPED_TRACE(seed);
    DemoFeeder::Options options;
    options.seed = seed;
    options.incidents_per_hour = 20;
    incident::EngineOptions incidents;
    incidents.reopen_window = minutes(1);
    const base::TimePoint begin = sim::SimulatorOptions().start + hours(25 * seed);
    Pipeline pipeline(*FaultsByChance(options, begin), incidents);
    pipeline.Run(options.history + hours(2));

    const std::vector<sim::Incident>& truth = pipeline.simulator().truth();
    const auto is_of = [](const sim::Incident& fault, base::TimePoint at) {
      return at >= fault.started_at && at <= fault.ended_at + minutes(2);
    };
    for (const Pipeline::Opening& call : pipeline.calls()) {
      EXPECT_TRUE(std::any_of(truth.begin(), truth.end(), [&](const sim::Incident& fault) {
        return is_of(fault, call.at);
      })) << Describe(call);
    }
    for (const sim::Incident& fault : truth) {
      if (sim::IncidentSeverity(fault.type) != "critical" || fault.affected.empty()) continue;
      if (fault.ended_at + minutes(2) > pipeline.now()) continue;
      // Its queue may still be full of what an earlier one has left there.
      if (pipeline.IsKnown({{fault.service, fault.started_at}}, fault.started_at)) continue;
      ++critical;
      std::vector<base::Duration> after;
      std::string calls;
      for (const Pipeline::Opening& call : pipeline.calls()) {
        if (!is_of(fault, call.at)) continue;
        after.push_back(call.at - VisibleAt(fault));
        calls += Describe(call) + "\n";
      }
      EXPECT_THAT(after, testing::ElementsAre(testing::Le(seconds(60))))
          << sim::ToJson(fault) << "\n"
          << calls;
    }
  }
  EXPECT_GE(critical, 2);
}

TEST(Pipeline, NothingIsPagedWhileAllIsQuiet) {
  Pipeline pipeline(Shop(7, 0));
  pipeline.Run(Full() ? hours(48) : hours(2));

  for (const Pipeline::Opening& opening : pipeline.openings()) ADD_FAILURE() << Describe(opening);
}

}  // namespace
}  // namespace vedette::app
