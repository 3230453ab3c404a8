#include "topology/discovery/version_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "query/testing/memory_store.h"

namespace vedette::topology::discovery {
namespace {

using std::chrono::minutes;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

class VersionWatchTest : public ::testing::Test {
 protected:
  void Runs(std::string version, base::TimePoint at) {
    Sample("app_build_info", {{"service", "pay"}, {"version", std::move(version)}}, 1, at);
  }
  void Sample(std::string name, std::vector<std::pair<std::string, std::string>> labels,
              double value, base::TimePoint at) {
    labels.emplace_back("__name__", std::move(name));
    store_.Add("t", model::Labels(labels), base::ToMillis(at), value);
  }
  std::vector<std::string> Look(base::TimePoint at) {
    const auto changes = watch_.Look("t", at);
    EXPECT_TRUE(changes.ok()) << changes.error().message;
    std::vector<std::string> lines;
    for (const model::Change& change : *changes) {
      lines.push_back(change.kind + " " + change.version + " " + change.status + ": " +
                      change.title);
    }
    return lines;
  }

  query::testing::MemoryStore store_;
  base::FakeClock clock_;
  query::Engine queries_{{}, store_, clock_};
  VersionWatch watch_{queries_};
};

TEST_F(VersionWatchTest, WhatIsThereAtTheFirstLookIsNoChange) {
  Runs("1.0", kNow);

  EXPECT_THAT(Look(kNow), IsEmpty());
  Runs("1.0", kNow + minutes(1));
  EXPECT_THAT(Look(kNow + minutes(1)), IsEmpty());
}

TEST_F(VersionWatchTest, ANewVersionIsADeployment) {
  Runs("1.0", kNow);
  Look(kNow);
  Runs("1.0", kNow + minutes(1));
  Runs("1.1", kNow + minutes(1));

  EXPECT_THAT(Look(kNow + minutes(1)),
              ElementsAre("deployment 1.1 success: pay runs 1.1 beside or after 1.0"));
  EXPECT_THAT(Look(kNow + minutes(2)), IsEmpty());
}

TEST_F(VersionWatchTest, AVersionThatCameBeforeTheStartIsSeenAgainstTenMinutesBefore) {
  Runs("1.0", kNow - minutes(10));
  Runs("1.1", kNow);

  EXPECT_THAT(Look(kNow), ElementsAre("deployment 1.1 success: pay runs 1.1 beside or after 1.0"));
}

TEST_F(VersionWatchTest, AVersionThatGoesAwayWhileTheOldOneStaysWasTakenBack) {
  Runs("1.0", kNow);
  Look(kNow);
  Runs("1.0", kNow + minutes(1));
  Runs("1.1", kNow + minutes(1));
  Look(kNow + minutes(1));
  Runs("1.0", kNow + minutes(15));

  EXPECT_THAT(Look(kNow + minutes(15)),
              ElementsAre("deployment 1.0 rolled_back: pay runs 1.0 alone again, without 1.1"));
}

TEST_F(VersionWatchTest, TheOldVersionGoingAwayIsTheEndOfARollout) {
  Runs("1.0", kNow);
  Look(kNow);
  Runs("1.1", kNow + minutes(1));
  Look(kNow + minutes(1));
  Runs("1.1", kNow + minutes(15));

  EXPECT_THAT(Look(kNow + minutes(15)), IsEmpty());
  // And its return is a rollback.
  Runs("1.0", kNow + minutes(16));
  EXPECT_THAT(Look(kNow + minutes(16)),
              ElementsAre("deployment 1.0 rolled_back: pay runs again 1.0 beside or after 1.1"));
}

TEST_F(VersionWatchTest, AServiceThatIsNewIsNoChangeOfAnything) {
  Look(kNow);
  Runs("1.0", kNow + minutes(1));

  EXPECT_THAT(Look(kNow + minutes(1)), IsEmpty());
}

TEST_F(VersionWatchTest, ReplicasAndGenerationsOfDeploymentsTellOfScalingAndRollouts) {
  const auto deployment = [&](double generation, double replicas, base::TimePoint at) {
    Sample("kube_deployment_metadata_generation", {{"deployment", "pay"}}, generation, at);
    Sample("kube_deployment_spec_replicas", {{"deployment", "pay"}}, replicas, at);
  };
  deployment(4, 3, kNow);
  Look(kNow);
  deployment(5, 6, kNow + minutes(1));
  EXPECT_THAT(Look(kNow + minutes(1)),
              ElementsAre("scaling  success: pay was scaled from 3 to 6 replicas"));
  deployment(6, 6, kNow + minutes(2));
  EXPECT_THAT(Look(kNow + minutes(2)),
              ElementsAre("deployment  success: the specification of deployment pay changed"));
}

TEST_F(VersionWatchTest, DeploymentsOfOneNameInTwoNamespacesAreTwo) {
  const auto deployment = [&](std::string space, double generation, double replicas,
                              base::TimePoint at) {
    Sample("kube_deployment_metadata_generation", {{"namespace", space}, {"deployment", "shop"}},
           generation, at);
    Sample("kube_deployment_spec_replicas", {{"namespace", space}, {"deployment", "shop"}},
           replicas, at);
  };
  deployment("staging", 50, 10, kNow);
  deployment("prod", 5, 3, kNow);
  Look(kNow);
  deployment("staging", 50, 10, kNow + minutes(1));
  deployment("prod", 6, 3, kNow + minutes(1));
  const auto changes = *watch_.Look("t", kNow + minutes(1));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].service, "shop");
  EXPECT_THAT(changes[0].labels, Contains(Pair("namespace", "prod")));
  deployment("staging", 50, 10, kNow + minutes(2));
  deployment("prod", 6, 6, kNow + minutes(2));
  EXPECT_THAT(Look(kNow + minutes(2)),
              ElementsAre("scaling  success: shop was scaled from 3 to 6 replicas"));
}

TEST_F(VersionWatchTest, VersionsThatComeTogetherAreNoDeployment) {
  Look(kNow);
  const auto runs = [&](const std::string& version, base::TimePoint at) {
    Sample("http_requests_total", {{"service", "ab"}, {"version", version}}, 1, at);
  };
  runs("blue", kNow + minutes(1));
  runs("green", kNow + minutes(1));
  EXPECT_THAT(Look(kNow + minutes(1)), IsEmpty());
  for (const char* version : {"blue", "green", "red"}) runs(version, kNow + minutes(2));
  EXPECT_THAT(Look(kNow + minutes(2)),
              ElementsAre("deployment red success: ab runs red beside or after green"));
}

TEST_F(VersionWatchTest, GrpcAndTagsOfImagesTellVersionsToo) {
  const auto runs = [&](const std::string& version, const std::string& tag, base::TimePoint at) {
    Sample("grpc_server_handled_total", {{"service", "pay"}, {"version", version}}, 1, at);
    Sample("http_requests_total", {{"service", "pay"}, {"image_tag", tag}}, 1, at);
    Sample("http_requests_total", {{"service", "web"}, {"image_tag", tag}}, 1, at);
  };
  runs("1.0", "a1", kNow);
  Look(kNow);
  runs("1.1", "b2", kNow + minutes(1));
  EXPECT_THAT(Look(kNow + minutes(1)),
              ElementsAre("deployment 1.1 success: pay runs 1.1 beside or after 1.0",
                          "deployment b2 success: web runs b2 beside or after a1"))
      << "pay tells its version, and no tag beside it";
}

TEST_F(VersionWatchTest, VersionLabelsOfMeshesAndTargetsCountToo) {
  Sample("target_info", {{"service_name", "cart"}, {"service_version", "7"}}, 1, kNow);
  Sample("istio_requests_total",
         {{"destination_canonical_service", "user"}, {"destination_version", "v1"}}, 1, kNow);
  Look(kNow);
  Sample("target_info", {{"service_name", "cart"}, {"service_version", "8"}}, 1, kNow + minutes(1));
  Sample("istio_requests_total",
         {{"destination_canonical_service", "user"}, {"destination_version", "v2"}}, 1,
         kNow + minutes(1));

  EXPECT_THAT(Look(kNow + minutes(1)),
              ElementsAre("deployment 8 success: cart runs 8 beside or after 7",
                          "deployment v2 success: user runs v2 beside or after v1"));
}

}  // namespace
}  // namespace vedette::topology::discovery
