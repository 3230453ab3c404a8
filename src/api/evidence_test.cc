#include "api/evidence.h"

#include <gtest/gtest.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/testing/fake_clock.h"
#include "detect/anomaly_store.h"
#include "evidence/question.h"
#include "query/engine.h"
#include "query/logs/engine.h"
#include "query/testing/memory_store.h"
#include "records/testing/fake_records.h"
#include "sql/database.h"

namespace vedette::api {
namespace {

const base::TimePoint kNow = base::FromMillis(1'800'000'000'000);

class EvidenceRoutesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Database::Open({.path = ":memory:"});
    store_ = *detect::AnomalyStore::Open(*database_);
    routes_ = EvidenceRoutes(*store_, asker_);
    series_.Add("shop", model::Labels({std::pair("__name__", "errors")}), base::ToMillis(kNow), 7);
    model::AnomalyUpdate update;
    update.anomaly.id = "an_1";
    update.anomaly.tenant = "shop";
    update.anomaly.started_at = update.anomaly.updated_at = kNow;
    update.anomaly.evidence = {.id = "ev_1",
                               .query = "errors",
                               .from = kNow - std::chrono::minutes(5),
                               .to = kNow,
                               .result_json = "[[1800000000,7]]",
                               .taken_at = kNow};
    ASSERT_TRUE(store_->Save(update).ok());
  }
  net::Response Get(const std::string& id, std::vector<std::pair<std::string, std::string>> query,
                    const std::string& tenant) {
    net::Request request;
    request.method = "GET";
    request.query = std::move(query);
    request.deadline = base::SteadyPoint::max();
    return routes_.at(0).handler({.request = request,
                                  .caller = {"reader", tenant},
                                  .path_values = {{"id", id}},
                                  .now = kNow});
  }

  base::FakeClock clock_;
  query::testing::MemoryStore series_;
  records::testing::FakeRecords records_;
  query::Engine queries_{{}, series_, clock_};
  query::logs::Engine logs_{records_, clock_};
  evidence::Asker asker_{{queries_, logs_, records_, {}, clock_}};
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<detect::AnomalyStore> store_;
  std::vector<Route> routes_;
};

TEST_F(EvidenceRoutesTest, GivesTheQuestionWithWhatWasSeen) {
  const net::Response response = Get("ev_1", {}, "shop");

  ASSERT_EQ(response.status, 200) << response.body;
  const base::Json json = *base::ParseJson(response.body);
  EXPECT_EQ(json["query"], "errors");
  EXPECT_EQ(json["result"][0][1], 7);
  EXPECT_FALSE(json.contains("again"));
}

TEST_F(EvidenceRoutesTest, AsksAgain) {
  const net::Response response = Get("ev_1", {{"again", "true"}}, "shop");

  ASSERT_EQ(response.status, 200) << response.body;
  const base::Json json = *base::ParseJson(response.body);
  EXPECT_TRUE(json["again"]["error"].is_null()) << json;
  EXPECT_NE(base::DumpJson(json["again"]["result"]).find('7'), std::string::npos) << json;
}

TEST_F(EvidenceRoutesTest, AsksForSingleMomentsAtTheirTimesAndCountsWhatIsTheSame) {
  for (const auto& [value, same] : {std::pair("7.0000001", 1), {"8", 0}, {"null", 0}}) {
    model::AnomalyUpdate update;
    update.anomaly.id = "an_2";
    update.anomaly.tenant = "shop";
    update.anomaly.evidence = {.id = "ev_2",
                               .query = "errors",
                               .from = kNow - std::chrono::minutes(5),
                               .to = kNow,
                               .result_json = R"({"observed":[[1799999990,null],[1800000000,)" +
                                              std::string(value) + R"(]],"expected":{}})",
                               .taken_at = kNow};
    ASSERT_TRUE(store_->Save(update).ok());

    const base::Json again =
        (*base::ParseJson(Get("ev_2", {{"again", "true"}}, "shop").body))["again"];
    const base::Json& points = again["result"]["observed"];
    ASSERT_EQ(points.size(), 2U) << again;
    EXPECT_TRUE(points[0][1].is_null());
    EXPECT_EQ(points[1][1], 7);
    EXPECT_EQ(again["points"]["total"], 2);
    EXPECT_EQ(again["points"]["same"], 1 + same) << value;
    EXPECT_EQ(again["same"], same == 1) << value;
  }
}

TEST_F(EvidenceRoutesTest, BelongsToItsTenant) {
  EXPECT_EQ(Get("ev_1", {}, "other").status, 404);
  EXPECT_EQ(Get("ev_2", {}, "shop").status, 404);
  EXPECT_EQ(Get("ev_1", {{"again", "perhaps"}}, "shop").status, 400);
}

}  // namespace
}  // namespace vedette::api
