#include "sim/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <string>

namespace vedette::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

std::string ProblemsOf(std::string_view text) {
  const base::Result<Scenario> read = ReadScenario("s.yml", text);
  return read.ok() ? "" : read.error().message;
}

TEST(Scenario, ReadsAStory) {
  const base::Result<Scenario> read = ReadScenario("s.yml", R"(
name: two-things
about: One after the other.
warm_up: 10m
lasts: 20m
step: 10s
faults:
  - {type: memory_leak, service: order, at: 2m, lasts: 3m, strength: 2}
  - {type: bad_release, one_of: [payment, user], at: 9m, jitter: 1m}
rolling_update:
  - {service: user, at: 1m, version: v2}
feature_rollout:
  - {service: order, at: 3m, flag: fast, over: 6m}
traffic:
  - {at: 5m, lasts: 1m, factor: 2}
)");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->name, "two-things");
  EXPECT_EQ(read->options.step, seconds(10));
  ASSERT_EQ(read->faults.size(), 2U);
  EXPECT_EQ(read->faults[0].type, IncidentType::kMemoryLeak);
  EXPECT_EQ(read->faults[0].strength, 2);
  EXPECT_EQ(read->faults[1].services.size(), 2U);
  EXPECT_EQ(read->changes.size(), 5U) << "a rollout of a flag is three changes";
}

TEST(Scenario, ReadsWhatChanceDoes) {
  const base::Result<Scenario> read = ReadScenario(
      "s.yml", "name: chance\nprobability_per_cycle: 0.02\nweights: {cpu_spike: 3, other: 0}\n");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(IncidentsPerHour(read->options), 72);
  EXPECT_THAT(read->options.weights, testing::ElementsAre(3, 0, 0, 0, 0, 0, 0));

  EXPECT_THAT(ProblemsOf("name: a\nincidents_per_hour: 1\nprobability_per_cycle: 0.1\n"),
              HasSubstr("s.yml:3:24: probability_per_cycle: goes without incidents_per_hour"));
  EXPECT_THAT(
      ProblemsOf("name: a\nweights: {flood: 1}\n"),
      AllOf(HasSubstr("s.yml:2:10: weights: \"flood\" is no type"), HasSubstr("cpu_spike")));
  EXPECT_THAT(ProblemsOf("name: a\nweights: {cpu_spike: -1}\n"), HasSubstr("s.yml:2:"));
}

TEST(Scenario, ReadsASystemOfItsOwn) {
  const base::Result<Scenario> read = ReadScenario("s.yml", R"(
name: small
topology:
  services:
    - {name: web, requests_per_second: 50, latency: 20ms, workers: 16}
    - {name: db, latency: 5ms, pods: 1}
  calls:
    - {caller: web, callee: db, per_request: 2, timeout: 1s, retries: 2, cache_hits: 0.5}
faults:
  - {type: cache_loss, service: web, at: 1m}
)");
  ASSERT_TRUE(read.ok()) << read.error().message;
  const Topology& topology = read->options.topology;
  ASSERT_EQ(topology.services.size(), 2U);
  EXPECT_DOUBLE_EQ(topology.services[1].own_latency_s, 0.005);
  ASSERT_EQ(topology.calls.size(), 1U);
  EXPECT_EQ(topology.calls[0].retries, 2);
  EXPECT_TRUE(Stage(*read, 1, base::FromMillis(0)).ok());
}

TEST(Scenario, SaysWhereAndWhatIsWrong) {
  EXPECT_THAT(ProblemsOf("name: a\nfaults:\n  - {type: memory_leek, service: order}\n"),
              AllOf(HasSubstr("s.yml:3:"), HasSubstr("memory_leak")));
  EXPECT_THAT(ProblemsOf("name: a\nfaults:\n  - {type: memory_leak, service: ordr}\n"),
              AllOf(HasSubstr("s.yml:3:"), HasSubstr("there is no service \"ordr\"")));
  EXPECT_THAT(ProblemsOf("name: a\nfaults:\n  - {type: memory_leak}\n"),
              HasSubstr("needs service or one_of"));
  EXPECT_THAT(ProblemsOf("name: a\nlasts: 5d\n"),
              AllOf(HasSubstr("s.yml:2:"), HasSubstr("1m to 48h")));
  EXPECT_THAT(ProblemsOf("name: A b\n"), HasSubstr("s.yml:1:"));
  EXPECT_THAT(ProblemsOf("name: a\nfault: []\n"),
              AllOf(HasSubstr("s.yml:2:1"), HasSubstr("unknown key")));
  EXPECT_THAT(ProblemsOf("name: a\ntopology:\n  services: [{name: x}]\n  calls:\n"
                         "    - {caller: x, callee: y}\n"),
              AllOf(HasSubstr("s.yml:5:"), HasSubstr("\"y\"")));
}

TEST(Scenario, TheSeedChoosesWhereAndWhen) {
  const base::Result<Scenario> read =
      ReadScenario("s.yml",
                   "name: a\nwarm_up: 5m\nfaults:\n"
                   "  - {type: cpu_spike, one_of: [order, user, payment], at: 1m, jitter: 5m}\n");
  ASSERT_TRUE(read.ok());
  const base::TimePoint start = base::FromMillis(1'767'225'600'000);
  std::set<std::string> services;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const base::Result<Simulator> one = Stage(*read, seed, start);
    const base::Result<Simulator> other = Stage(*read, seed, start);
    ASSERT_TRUE(one.ok() && other.ok());
    EXPECT_EQ(ToJson(one->truth()), ToJson(other->truth()));
    ASSERT_EQ(one->truth().size(), 1U);
    services.insert(one->truth()[0].service);
    EXPECT_GE(one->truth()[0].started_at, start + minutes(6));
    EXPECT_LE(one->truth()[0].started_at, start + minutes(11));
  }
  EXPECT_EQ(services.size(), 3U);
}

TEST(Scenario, HarmlessChangesAreToldAndHurtNobody) {
  const base::Result<Scenario> read =
      ReadScenario("s.yml",
                   "name: a\nwarm_up: 5m\nrolling_update:\n"
                   "  - {service: user, at: 1m, version: v9}\n"
                   "config_change:\n  - {service: order, at: 2m, key: timeout_settings}\n");
  ASSERT_TRUE(read.ok());
  const base::TimePoint start = base::FromMillis(1'767'225'600'000);
  base::Result<Simulator> simulator = Stage(*read, 1, start);
  ASSERT_TRUE(simulator.ok());
  int deployments = 0;
  int settings = 0;
  for (base::TimePoint now = start; now < start + minutes(12); now += seconds(5)) {
    for (const model::Change& change : simulator->Step(now).changes) {
      if (change.service == "user" && change.version == "v9") ++deployments;
      if (change.service == "order" && change.title.find("timeout") != std::string::npos) {
        ++settings;
      }
    }
  }
  EXPECT_EQ(deployments, 1);
  EXPECT_GE(settings, 1);
  EXPECT_TRUE(simulator->truth().empty());
}

TEST(Scenario, EveryTypeHurtsSomethingInTime) {
  const std::pair<IncidentType, const char*> kWhere[] = {
      {IncidentType::kQueueBacklog, "notification"}, {IncidentType::kTrafficSurge, "api-gateway"}};
  for (size_t i = 0; i < kAllIncidentTypes; ++i) {
    const auto type = static_cast<IncidentType>(i);
    std::string service = "order";
    for (const auto& [special, there] : kWhere) {
      if (special == type) service = there;
    }
    SimulatorOptions options;
    options.incidents_per_hour = 0;
    options.step = seconds(5);
    base::Result<Simulator> simulator = Simulator::Create(options);
    ASSERT_TRUE(simulator.ok());
    base::TimePoint now = options.start;
    for (; now < options.start + minutes(1); now += seconds(5)) simulator->Step(now);
    ASSERT_TRUE(simulator->Inject(type, service, now, minutes(20)).ok());
    const auto hurt = [&] { return !simulator->truth().at(0).affected.empty(); };
    for (const base::TimePoint end = now + minutes(20); now < end && !hurt(); now += seconds(5)) {
      simulator->Step(now);
    }
    EXPECT_TRUE(hurt()) << IncidentTypeName(type);
    EXPECT_EQ(ParseIncidentType(IncidentTypeName(type)), type);
  }
}

}  // namespace
}  // namespace vedette::sim
