#include <cmath>
#include <gtest/gtest.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/compat/sentinel/analyze.h"
#include "api/compat/sentinel/collect.h"
#include "api/testing/ask_routes.h"
#include "base/json.h"
#include "base/testing/fake_clock.h"
#include "base/testing/temp_folder.h"
#include "detect/learned/graph_training.h"
#include "detect/learned/training.h"
#include "query/testing/memory_store.h"

namespace vedette::api::compat::sentinel {
namespace {

const base::TimePoint kNow = base::FromMillis(1'800'000'000'000);

class SentinelTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Database::Open({.path = ":memory:"});
    anomalies_ = *detect::AnomalyStore::Open(*database_);
    models_ = *detect::learned::ModelStore::Open(folder_.path() + "/models");
    routes_ = AnalyzeRoutes(engine_, *anomalies_, models_.get(), [](const model::TenantName&) {
      return detect::learned::GraphQuestion{.calls = {{"shop", "payment"}}};
    });
    for (Route& route : CollectRoutes(engine_)) routes_.push_back(std::move(route));
  }

  net::Response Analyze(const std::string& body) {
    return AskRoutes(routes_, "POST", "/analyze", body, "application/json", kNow);
  }
  base::Json Score(const std::string& body) {
    const net::Response response = Analyze(body);
    EXPECT_EQ(response.status, 200) << response.body;
    return base::ParseJson(response.body).value();
  }
  // A regular day of the metric for the component, up to a minute ago.
  void FillDay(std::string_view name, std::string_view label) {
    const model::Labels labels({std::pair<std::string, std::string>("__name__", name),
                                std::pair<std::string, std::string>(label, "payment")});
    for (int minute = 1440; minute > 0; --minute) {
      store_.Add("shop", labels, base::ToMillis(kNow) - minute * 60'000,
                 40.0 + (minute * 7919 % 13) * 0.1);
    }
  }
  void OpenElsewhere(double score) {
    model::AnomalyUpdate update;
    update.anomaly.tenant = "shop";
    update.anomaly.id = "01ELSEWHERE";
    update.anomaly.entity = "database";
    update.anomaly.score = score;
    update.anomaly.started_at = kNow;
    ASSERT_TRUE(anomalies_->Save(update).ok());
  }

  base::FakeClock clock_;
  query::testing::MemoryStore store_;
  query::Engine engine_{{}, store_, clock_};
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<detect::AnomalyStore> anomalies_;
  const base::TempFolder folder_{"sentinel"};
  std::unique_ptr<detect::learned::ModelStore> models_;
  std::vector<Route> routes_;
};

constexpr std::string_view kSteady =
    R"({"component_id":"payment","metrics":{"queue_depth":[40.1,40.4,40.2]}})";
constexpr std::string_view kBroken =
    R"({"component_id":"payment","metrics":{"queue_depth":[40.1,900,950,980]},
        "metadata":{"component":"payment-db","can_rollback":true,"has_redundancy":true}})";

TEST_F(SentinelTest, ScoresAgainstWhatIsStoredOfTheComponent) {
  for (const std::string_view label : {"service", "service_name", "app", "job", "pod"}) {
    FillDay("queue_depth", label);
    const base::Json steady = Score(std::string(kSteady));
    EXPECT_LT(steady["anomaly_score"].get<double>(), 0.5) << steady;
    EXPECT_EQ(steady["severity"], "low");
    EXPECT_TRUE(steady["recommendations"].empty());
    EXPECT_EQ(steady["metrics"][0]["history"], 1438);
    const base::Json broken = Score(std::string(kBroken));
    EXPECT_GE(broken["anomaly_score"].get<double>(), 0.7) << broken;
    EXPECT_EQ(broken["component_id"], "payment");
  }
}

TEST_F(SentinelTest, RecommendsOnlyWhatTheRequestSaysIsPossible) {
  FillDay("queue_depth", "service");
  const base::Json all = Score(std::string(kBroken))["recommendations"];
  const auto has = [](const base::Json& list, std::string_view text) {
    return base::DumpJson(list).find(text) != std::string::npos;
  };
  EXPECT_TRUE(has(all, "Immediate action required"));
  EXPECT_TRUE(has(all, "Affected component: payment-db"));
  EXPECT_TRUE(has(all, "Rollback recent changes"));
  EXPECT_TRUE(has(all, "Failover to standby instance"));
  const base::Json few = Score(
      R"({"component_id":"payment","metrics":{"queue_depth":[900,950,980]}})")["recommendations"];
  EXPECT_TRUE(has(few, "Immediate action required"));
  EXPECT_FALSE(has(few, "Rollback"));
  EXPECT_FALSE(has(few, "Failover"));
}

TEST_F(SentinelTest, IsLessSureOfTheCauseWhileSomebodyElseIsInTrouble) {
  FillDay("queue_depth", "service");
  const base::Json alone = Score(std::string(kBroken));
  OpenElsewhere(0.9);
  const base::Json beside = Score(std::string(kBroken));
  EXPECT_EQ(alone["anomaly_score"], beside["anomaly_score"]);
  EXPECT_DOUBLE_EQ(alone["root_cause_confidence"], alone["anomaly_score"]);
  EXPECT_LT(beside["root_cause_confidence"].get<double>(),
            0.6 * alone["root_cause_confidence"].get<double>());
}

// Two metrics that go together, and a model that has learnt so; kept whatever its trial says.
void LearnPair(query::Engine& engine, detect::learned::ModelStore& models) {
  using detect::learned::Metric;
  const std::vector<Metric> metrics = {{"cpu", "avg(cpu{service=\"payment\"})"},
                                       {"load", "avg(load{service=\"payment\"})"}};
  detect::learned::TrainingOptions options;
  options.kind = learn::NetworkKind::kTcn;
  options.network.channels = 8;
  options.network.dilations = {1, 2};
  options.window = 8;
  options.windows_per_epoch = 64;
  options.epochs_max = 30;
  options.rate = 2e-2;
  options.trial_faults = 6;
  const auto history = detect::learned::ReadHistory(
      engine, {.tenant = "shop", .from = kNow - std::chrono::hours(15), .to = kNow}, metrics);
  ASSERT_TRUE(history.ok()) << history.error().message;
  auto model = detect::learned::Train(*history, options, [](const auto&) { return true; });
  ASSERT_TRUE(model.ok()) << model.error().message;
  (*model)->tenant = "shop";
  (*model)->service = "payment";
  (*model)->kept = true;
  ASSERT_TRUE(models.Save(*std::move(model)).ok());
}

TEST_F(SentinelTest, AsksTheLearnedModelOfTheComponentAndSaysWhoAnswered) {
  base::Random random(3);
  double wander = 0;
  for (int minute = 15 * 60; minute >= 0; --minute) {
    wander = 0.8 * wander + 0.05 * random.Normal();
    const double cpu = 0.5 + 0.2 * std::sin(0.05 * minute) + wander;
    for (const auto& [name, value] : {std::pair("cpu", cpu), std::pair("load", 2 - cpu)}) {
      store_.Add("shop",
                 model::Labels({std::pair<std::string, std::string>("__name__", name),
                                std::pair<std::string, std::string>("service", "payment")}),
                 base::ToMillis(kNow) - minute * 60'000, value + 0.01 * random.Normal());
    }
  }
  const std::string apart =
      R"({"component_id":"payment","metrics":{"cpu":[0.8,0.8,0.8,0.8],"load":[2,2,2,2]}})";
  const base::Json without = Score(apart);
  EXPECT_EQ(without["detector"], "statistical");
  EXPECT_TRUE(without["learned"].is_null());
  LearnPair(engine_, *models_);
  const base::Json with = Score(apart);
  EXPECT_EQ(with["detector"], "tcn") << with;
  EXPECT_GT(with["anomaly_score"].get<double>(), without["anomaly_score"].get<double>());
  EXPECT_EQ(with["learned"]["version"], 1);
  EXPECT_EQ(with["learned"]["metrics"].size(), 2u);
  const base::Json of_others = Score(R"({"component_id":"payment","metrics":{"queue_depth":3}})");
  EXPECT_TRUE(of_others["learned"].is_null()) << "the model knows nothing of what was brought";
}

// Of two services, kept whatever its trial says.
void LearnGraph(query::Engine& engine, detect::learned::ModelStore& models) {
  detect::learned::TrainingOptions options;
  options.network.graph_hidden = 16;
  options.network.dropout = 0;
  options.window = detect::learned::kGraphSteps;
  options.windows_per_epoch = 128;
  options.epochs_max = 25;
  options.rate = 1e-2;
  options.trial_faults = 6;
  const auto history = detect::learned::ReadGraphHistory(
      engine, {.tenant = "shop", .from = kNow - std::chrono::hours(15), .to = kNow},
      {"payment", "shop"}, {{"shop", "payment"}});
  ASSERT_TRUE(history.ok()) << history.error().message;
  auto model = detect::learned::TrainGraph(*history, options, [](const auto&) { return true; });
  ASSERT_TRUE(model.ok()) << model.error().message;
  (*model)->tenant = "shop";
  (*model)->kept = true;
  ASSERT_TRUE(models.Save(*std::move(model)).ok());
}

TEST_F(SentinelTest, AsksTheGraphOfServicesForScoreAndRootCause) {
  base::Random random(3);
  for (int minute = 15 * 60; minute >= 0; --minute) {
    for (const auto& [service, level] : {std::pair("payment", 0.2), std::pair("shop", 0.5)}) {
      for (const char* name : {"request_latency_seconds", "process_cpu_usage"}) {
        store_.Add("shop",
                   model::Labels({std::pair<std::string, std::string>("__name__", name),
                                  std::pair<std::string, std::string>("service", service)}),
                   base::ToMillis(kNow) - minute * 60'000, level + 0.02 * random.Normal());
      }
    }
  }
  const std::string quiet =
      R"({"component_id":"payment","metrics":{"request_latency_seconds":[0.2,0.2,0.2]}})";
  EXPECT_TRUE(Score(quiet)["graph"].is_null());
  LearnGraph(engine_, *models_);
  const base::Json well = Score(quiet);
  const base::Json slow =
      Score(R"({"component_id":"payment","metrics":{"request_latency_seconds":[0.31,0.32,0.31]}})");
  ASSERT_TRUE(well["graph"].is_object()) << well;
  EXPECT_EQ(well["graph"]["detector"], "gatv2");
  EXPECT_EQ(well["graph"]["metrics"].size(), 2u);
  EXPECT_TRUE(well["graph"]["likely_root"].is_null()) << well;
  EXPECT_LT(well["graph"]["anomaly_score"], 0.7);
  EXPECT_GE(slow["graph"]["anomaly_score"], 0.7) << slow;
  EXPECT_GE(slow["anomaly_score"], slow["graph"]["anomaly_score"]);
  EXPECT_EQ(slow["graph"]["likely_root"]["component_id"], "payment") << slow;
  EXPECT_EQ(slow["root_cause_confidence"], slow["graph"]["root_cause_probability"]);
  EXPECT_GT(slow["root_cause_confidence"], well["root_cause_confidence"]);
  EXPECT_TRUE(Score(R"({"component_id":"stranger","metrics":{"x":1}})")["graph"].is_null());
}

TEST_F(SentinelTest, KnowsNothingOfAMetricItSeesForTheFirstTime) {
  const base::Json json = Score(R"({"component_id":"new","metrics":{"cpu":97.5}})");
  EXPECT_EQ(json["anomaly_score"], 0);
  EXPECT_EQ(json["metrics"][0]["history"], 0);
}

TEST_F(SentinelTest, NullInTheMetadataIsAsIfNotThere) {
  const base::Json json = Score(
      R"({"component_id":"a","metrics":{"cpu":1},"metadata":{"component":null,"can_rollback":null}})");
  EXPECT_EQ(json["component_id"], "a");
}

TEST_F(SentinelTest, TakesWhatCollectMetricsTells) {
  const base::Json json =
      Score(R"({"component_id":"p","metrics":{"status":"Running","cpu_usage":0.2}})");
  ASSERT_EQ(json["metrics"].size(), 1u) << json;
  EXPECT_EQ(json["metrics"][0]["name"], "cpu_usage");
}

TEST_F(SentinelTest, SaysWhatIsWrongWithTheInput) {
  const auto detail = [&](const std::string& body) {
    const net::Response response = Analyze(body);
    EXPECT_EQ(response.status, 422) << response.body;
    return base::DumpJson(base::ParseJson(response.body).value()["detail"][0]["loc"]);
  };
  EXPECT_EQ(detail(R"({"metrics":{}})"), R"(["body","component_id"])");
  EXPECT_EQ(detail(R"({"component_id":7,"metrics":{}})"), R"(["body","component_id"])");
  EXPECT_EQ(detail(R"({"component_id":"a"})"), R"(["body","metrics"])");
  EXPECT_EQ(detail(R"({"component_id":"a","metrics":{"cpu.user":["high"]}})"),
            R"(["body","metrics","cpu.user"])");
  EXPECT_EQ(detail(R"({"component_id":"a","metrics":{"c":[1,[2]]}})"), R"(["body","metrics","c"])");
  EXPECT_EQ(detail(R"({"component_id":"a","metrics":{},"metadata":{"can_rollback":1}})"),
            R"(["body","metadata","can_rollback"])");
  EXPECT_EQ(detail("[1"), R"(["body"])");
}

TEST_F(SentinelTest, CollectsWhatIsStoredOfPodsAndInstances) {
  const auto add = [&](std::vector<std::pair<std::string, std::string>> labels, double value) {
    store_.Add("shop", model::Labels(std::move(labels)), base::ToMillis(kNow) - 1000, value);
  };
  const std::vector<std::pair<std::string, std::string>> pod = {{"namespace", "prod"},
                                                                {"pod", "pay-1"}};
  const auto of_pod = [&](std::string name, std::vector<std::pair<std::string, std::string>> more) {
    more.insert(more.end(), pod.begin(), pod.end());
    more.emplace_back("__name__", std::move(name));
    return more;
  };
  add(of_pod("kube_pod_status_phase", {{"phase", "Running"}}), 1);
  add(of_pod("kube_pod_status_phase", {{"phase", "Failed"}}), 0);
  add(of_pod("kube_pod_container_status_restarts_total", {{"container", "a"}}), 2);
  add(of_pod("kube_pod_container_status_restarts_total", {{"container", "b"}}), 3);
  add(of_pod("container_memory_working_set_bytes", {{"container", "a"}}), 1e6);
  add({{"__name__", "aws_ec2_cpuutilization_average"},
       {"dimension_InstanceId", "i-1"},
       {"region", "eu-west-1"}},
      12.5);
  const net::Response response =
      AskRoutes(routes_, "GET", "/collect-metrics", "", "application/json", kNow);
  ASSERT_EQ(response.status, 200) << response.body;
  const base::Json json = base::ParseJson(response.body).value();
  EXPECT_EQ(json["status"], "success");
  const base::Json& pods = json["data"]["kubernetes"];
  ASSERT_EQ(pods.size(), 1u) << json;
  EXPECT_EQ(pods[0]["component_id"], "prod/pay-1");
  EXPECT_EQ(pods[0]["component_type"], "pod");
  EXPECT_EQ(pods[0]["metrics"]["status"], "Running");
  EXPECT_EQ(pods[0]["metrics"]["restart_count"], 5);
  EXPECT_EQ(pods[0]["metrics"]["memory_usage"], 1e6);
  EXPECT_FALSE(pods[0]["metrics"].contains("cpu_usage"));  // not known is not zero
  const base::Json& instances = json["data"]["aws_metrics"];
  ASSERT_EQ(instances.size(), 1u) << json;
  EXPECT_EQ(instances[0]["component_id"], "aws:eu-west-1:i-1");
  EXPECT_EQ(instances[0]["metrics"]["CPUUtilization"], 12.5);
}

}  // namespace
}  // namespace vedette::api::compat::sentinel
