#include "sim/simulator.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "base/json.h"

namespace vedette::sim {
namespace {

using base::Duration;
using base::TimePoint;
using std::chrono::minutes;
using std::chrono::seconds;

// One service and one pod: enough where only time and chance matter, and many times quicker.
Topology Lonely() {
  return {.services = {{.name = "web", .pods = 1, .entry_rps = 5}}, .calls = {}};
}

// A simulator with its clock.
class World {
 public:
  explicit World(SimulatorOptions options)
      : simulator(*Simulator::Create(options)), now(options.start), step(options.step) {}

  static World Quiet(uint64_t seed) {
    SimulatorOptions options;
    options.seed = seed;
    options.incidents_per_hour = 0;
    return World(options);
  }

  Tick Next() {
    Tick tick = simulator.Step(now);
    now += step;
    return tick;
  }
  void Pass(Duration duration) {
    for (const TimePoint end = now + duration; now < end;) Next();
  }

  Simulator simulator;
  TimePoint now;
  Duration step;
};

std::map<std::string, double> Values(const Tick& tick) {
  std::map<std::string, double> values;
  for (const auto& entry : tick.metrics.entries()) {
    values[tick.metrics.labels(entry).ToString()] = tick.metrics.samples(entry)[0].value;
  }
  return values;
}

double Sum(const Tick& tick, std::string_view metric, std::string_view service,
           std::string_view code = {}) {
  double sum = 0;
  for (const auto& entry : tick.metrics.entries()) {
    const model::LabelsView labels = tick.metrics.labels(entry);
    if (labels.metric_name() != metric || labels.Get("service") != service) continue;
    if (code.empty() || labels.Get("code") == code) sum += tick.metrics.samples(entry)[0].value;
  }
  return sum;
}

TEST(Simulator, TellsTheSameHistoryForTheSameSeed) {
  SimulatorOptions options;
  options.seed = 7;
  options.incidents_per_hour = 30;
  options.first_incident_after = minutes(1);
  options.step = seconds(30);
  World one(options);
  World other(options);

  for (int i = 0; i < 60; ++i) {
    const Tick a = one.Next();
    const Tick b = other.Next();
    ASSERT_EQ(Values(a), Values(b));
    ASSERT_EQ(a.logs.size(), b.logs.size());
    ASSERT_EQ(a.events.size(), b.events.size());
  }
  EXPECT_FALSE(one.simulator.truth().empty());
  EXPECT_EQ(ToJson(one.simulator.truth()), ToJson(other.simulator.truth()));
}

TEST(Simulator, FollowsTheDailyWave) {
  SimulatorOptions options;  // starts at 00:00 UTC
  options.topology = Lonely();
  options.topology.services[0].entry_rps = 100;
  options.topology.services[0].workers = 64;
  options.incidents_per_hour = 0;
  options.step = minutes(1);
  World world(options);

  world.Pass(minutes(5 * 60 + 45));
  const double before_high = Sum(world.Next(), "http_requests_total", "web");
  world.Pass(minutes(30));
  const double high = Sum(world.Next(), "http_requests_total", "web") - before_high;
  world.Pass(minutes(11 * 60 + 30));
  const double before_low = Sum(world.Next(), "http_requests_total", "web");
  world.Pass(minutes(30));
  const double low = Sum(world.Next(), "http_requests_total", "web") - before_low;

  EXPECT_NEAR(high / low, 1.3 / 0.7, 0.2);
}

TEST(Simulator, KeepsErrorsAtOnePercentWhenQuiet) {
  World world = World::Quiet(2);
  world.step = minutes(1);

  world.Pass(minutes(60));
  const Tick tick = world.Next();

  for (const ServiceSpec& spec : ShopTopology().services) {
    const double failed = Sum(tick, "http_requests_total", spec.name, "500");
    EXPECT_NEAR(failed / Sum(tick, "http_requests_total", spec.name), 0.01, 0.004) << spec.name;
  }
}

TEST(Simulator, HistogramBucketsAreCumulativeAndEndAtTheCount) {
  World world = World::Quiet(3);
  world.Pass(minutes(5));

  const Tick tick = world.Next();

  for (const ServiceSpec& spec : ShopTopology().services) {
    const std::string pod = spec.name + "-0";
    double previous = 0;
    for (const auto& entry : tick.metrics.entries()) {
      const model::LabelsView labels = tick.metrics.labels(entry);
      if (labels.Get("instance") != pod) continue;
      const double value = tick.metrics.samples(entry)[0].value;
      if (labels.metric_name() == "http_request_duration_seconds_bucket") {
        EXPECT_GE(value, previous) << labels.ToString();
        previous = value;
      } else if (labels.metric_name() == "http_request_duration_seconds_count") {
        EXPECT_EQ(value, previous) << labels.ToString();
      }
    }
    EXPECT_GT(previous, 0) << pod;
  }
}

TEST(Simulator, SpreadsATroubleToTheCallersOneAfterTheOther) {
  World world = World::Quiet(4);
  world.Pass(minutes(10));
  world.step = seconds(2);

  const TimePoint start = world.now;
  ASSERT_TRUE(
      world.simulator.Inject(IncidentType::kNetworkLatency, "payment", start, minutes(4)).ok());
  world.Pass(minutes(4));

  const Incident& incident = world.simulator.truth().at(0);
  std::map<std::string, TimePoint> first;
  for (const AffectedService& affected : incident.affected) {
    first[affected.service] = affected.first_effect_at;
  }
  ASSERT_TRUE(first.contains("payment"));
  ASSERT_TRUE(first.contains("order"));
  ASSERT_TRUE(first.contains("api-gateway"));
  EXPECT_LT(first["payment"], first["order"]);
  EXPECT_LT(first["order"], first["api-gateway"]);
  EXPECT_FALSE(first.contains("inventory")) << "a callee beside it must not be slower";
  EXPECT_FALSE(first.contains("analytics"));
}

TEST(Simulator, DoesNotHurtACallerThatDoesNotWait) {
  World world = World::Quiet(5);
  world.Pass(minutes(10));

  ASSERT_TRUE(
      world.simulator.Inject(IncidentType::kCascadingFailure, "analytics", world.now, minutes(4))
          .ok());
  world.Pass(minutes(4));

  ASSERT_EQ(world.simulator.truth().at(0).affected.size(), 1U);
  EXPECT_EQ(world.simulator.truth().at(0).affected[0].service, "analytics");
}

TEST(Simulator, RecoversAfterAnIncident) {
  World world = World::Quiet(6);
  world.Pass(minutes(10));
  ASSERT_TRUE(
      world.simulator.Inject(IncidentType::kErrorRateIncrease, "user", world.now, minutes(2)).ok());

  const Tick before = world.Next();
  world.Pass(minutes(2));
  const Tick during = world.Next();
  world.Pass(minutes(3));
  const Tick after = world.Next();
  world.Pass(minutes(3));
  const Tick later = world.Next();

  const auto ratio = [](const Tick& from, const Tick& to) {
    return (Sum(to, "http_requests_total", "user", "500") -
            Sum(from, "http_requests_total", "user", "500")) /
           (Sum(to, "http_requests_total", "user") - Sum(from, "http_requests_total", "user"));
  };
  EXPECT_GT(ratio(before, during), 0.07);
  EXPECT_LT(ratio(after, later), 0.02);
}

TEST(Simulator, KnowsWhenAServiceWasHurtAlsoAfterTheIncident) {
  World world = World::Quiet(11);
  world.Pass(minutes(30));
  EXPECT_TRUE(world.simulator.hurts().empty());
  const TimePoint start = world.now;
  ASSERT_TRUE(
      world.simulator.Inject(IncidentType::kMemoryLeak, "analytics", start, minutes(4)).ok());
  world.Pass(minutes(40));

  ASSERT_EQ(world.simulator.hurts().size(), 1U);
  const Hurt& hurt = world.simulator.hurts()[0];
  EXPECT_EQ(hurt.service, "analytics");
  EXPECT_GT(hurt.from, start);
  EXPECT_LT(hurt.from, start + minutes(1));
  EXPECT_GT(hurt.until, start + minutes(3));
  EXPECT_LT(hurt.until, world.now - minutes(5));
}

TEST(Simulator, ALeakEndsPodsWhichStartAgainWithFreshCounters) {
  World world = World::Quiet(8);
  world.Pass(minutes(10));
  ASSERT_TRUE(
      world.simulator.Inject(IncidentType::kMemoryLeak, "order", world.now, minutes(5)).ok());

  bool died = false;
  double fewest = 3;
  for (int i = 0; i < 40; ++i) {
    const Tick tick = world.Next();
    for (const model::Event& event : tick.events) died = died || event.type == "oom_killed";
    fewest = std::min(fewest, Sum(tick, "pods_ready", "order"));
  }

  EXPECT_TRUE(died);
  EXPECT_LT(fewest, 3);
  EXPECT_GT(Sum(world.Next(), "container_restarts_total", "order"), 0);
  EXPECT_EQ(Sum(world.Next(), "pods_ready", "order"), 3) << "all are back after the incident";
}

TEST(Simulator, EveryTypeHasAnEffectThatOneCanSee) {
  for (size_t type = 0; type < kIncidentTypes; ++type) {
    World world = World::Quiet(20 + type);
    world.Pass(minutes(10));
    const TimePoint start = world.now;
    ASSERT_TRUE(
        world.simulator.Inject(static_cast<IncidentType>(type), "order", start, minutes(3)).ok());
    world.Pass(minutes(2));
    const Incident& incident = world.simulator.truth().at(0);
    ASSERT_FALSE(incident.affected.empty()) << IncidentTypeName(incident.type);
    EXPECT_EQ(incident.affected[0].service, "order") << IncidentTypeName(incident.type);
    EXPECT_LE(incident.affected[0].first_effect_at - start, seconds(40))
        << IncidentTypeName(incident.type);
  }
}

TEST(Simulator, KeepsTheRateAndTheGapOfIncidents) {
  SimulatorOptions options;
  options.topology = Lonely();
  options.step = seconds(60);
  options.incidents_per_hour = 2;
  World world(options);

  world.Pass(std::chrono::hours(48));

  const std::vector<Incident>& truth = world.simulator.truth();
  // One in 30 minutes on average, plus three of duration and ten of gap.
  EXPECT_NEAR(static_cast<double>(truth.size()), 48 * 60 / 43.0, 25);
  for (size_t i = 1; i < truth.size(); ++i) {
    EXPECT_GE(truth[i].started_at - truth[i - 1].ended_at, options.min_gap);
  }
}

TEST(Simulator, AcceptsAProbabilityPerCycle) {
  SimulatorOptions options;
  options.topology = Lonely();
  options.step = seconds(60);
  options.probability_per_cycle = 0.1;  // S2's: almost permanent, but for the gap
  World world(options);

  world.Pass(std::chrono::hours(6));

  EXPECT_GT(world.simulator.truth().size(), 15U);
}

TEST(Simulator, AProbabilityPerCycleIsARate) {
  SimulatorOptions options;
  EXPECT_EQ(IncidentsPerHour(options), options.incidents_per_hour);
  options.probability_per_cycle = 0.01;
  EXPECT_DOUBLE_EQ(IncidentsPerHour(options), 36);
  options.cycle = minutes(1);
  EXPECT_DOUBLE_EQ(IncidentsPerHour(options), 0.6);
}

TEST(Simulator, QuietMeansNoIncident) {
  SimulatorOptions options;
  options.topology = Lonely();
  options.incidents_per_hour = 0;
  options.step = seconds(60);
  World world(options);
  world.Pass(std::chrono::hours(24));
  EXPECT_TRUE(world.simulator.truth().empty());
}

TEST(Simulator, SpeaksOfSymptomsNotOfTheTruth) {
  World world = World::Quiet(10);
  world.Pass(minutes(5));
  ASSERT_TRUE(
      world.simulator.Inject(IncidentType::kCascadingFailure, "order", world.now, minutes(3)).ok());

  int errors = 0;
  for (int i = 0; i < 18; ++i) {
    const Tick tick = world.Next();
    for (const model::LogRecord& log : tick.logs) {
      EXPECT_EQ(log.message.find("cascading"), std::string::npos);
      if (log.service == "order" && log.level == model::LogSeverity::kError) ++errors;
    }
    for (const model::Event& event : tick.events) {
      EXPECT_EQ(event.message.find("cascading"), std::string::npos);
    }
  }
  EXPECT_GT(errors, 5);
}

TEST(Simulator, WritesTheTruthAsJson) {
  World world = World::Quiet(11);
  world.Pass(minutes(2));
  ASSERT_TRUE(
      world.simulator.Inject(IncidentType::kMemoryLeak, "user", world.now, minutes(2)).ok());
  world.Pass(minutes(2));

  const auto json = base::ParseJson(ToJson(world.simulator.truth()));

  ASSERT_TRUE(json.ok());
  EXPECT_EQ((*json)[0]["id"], "sim-1");
  EXPECT_EQ((*json)[0]["type"], "memory_leak");
  EXPECT_EQ((*json)[0]["severity"], "critical");
  EXPECT_EQ((*json)[0]["affected"][0]["service"], "user");
}

TEST(Simulator, NamesTheOptionThatIsWrong) {
  const auto field_of = [](auto change) {
    SimulatorOptions options;
    change(options);
    const auto made = Simulator::Create(options);
    return made.ok() ? std::string() : made.error().field;
  };
  EXPECT_EQ(field_of([](SimulatorOptions& o) { o.step = seconds(0); }), "step");
  EXPECT_EQ(field_of([](SimulatorOptions& o) { o.incidents_per_hour = -1; }), "incidents_per_hour");
  EXPECT_EQ(field_of([](SimulatorOptions& o) { o.weights = {}; }), "weights");
  EXPECT_EQ(field_of([](SimulatorOptions& o) {
              o.topology.calls.push_back({.caller = "payment", .callee = "order"});
            }),
            "calls");
  World world = World::Quiet(1);
  EXPECT_EQ(
      world.simulator.Inject(IncidentType::kCpuSpike, "x", world.now, minutes(1)).error().field,
      "service");
}

TEST(Simulator, IgnoresATimeThatDoesNotAdvance) {
  World world = World::Quiet(1);
  world.Pass(minutes(1));
  EXPECT_TRUE(world.simulator.Step(world.now - minutes(1)).metrics.empty());
}

}  // namespace
}  // namespace vedette::sim
