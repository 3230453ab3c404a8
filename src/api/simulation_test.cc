#include "api/simulation.h"

#include <gtest/gtest.h>
#include <memory>

#include <nlohmann/json.hpp>

#include "api/testing/ask_routes.h"
#include "base/json.h"
#include "sql/database.h"

namespace vedette::api {
namespace {

const base::TimePoint kNow = base::FromMillis(1'800'000'000'000);

class SimulationRoutesTest : public ::testing::Test {
 protected:
  SimulationRoutesTest() {
    routes_ = SimulationRoutes(
        {.available = [this] { return available_; },
         .scenarios =
             [] {
               return std::vector{*sim::ReadScenario(
                   "s",
                   "name: leak\nabout: It leaks.\nfaults:\n"
                   "  - {type: memory_leak, one_of: [order, user], at: 1m, jitter: 30s}\n")};
             },
         .start = [this](const SimulationRequest& request) -> base::Result<> {
           if (story_) return base::FailedPrecondition("another is told");
           asked_ = request;
           sim::Incident fault;
           fault.id = "sim-1";
           fault.service = "order";
           fault.started_at = kNow + std::chrono::minutes(1);
           fault.ended_at = kNow + std::chrono::minutes(5);
           story_ = SimulationStory{.scenario = request.scenario,
                                    .seed = request.seed.value_or(5),
                                    .speed = request.speed.value_or(1),
                                    .begin = kNow,
                                    .end = kNow + std::chrono::minutes(10),
                                    .now = kNow,
                                    .truth = {fault}};
           return {};
         },
         .stop = [this] { story_->end = kNow; },
         .story = [this] { return story_; },
         .journal = *journal_,
         .diagnoses = *diagnoses_});
  }

  net::Response Ask(const std::string& method, const std::string& path, std::string body = "") {
    return AskRoutes(routes_, method, path, std::move(body), "application/json", kNow);
  }

  std::unique_ptr<sql::Database> database_ = *sql::Database::Open({.path = ":memory:"});
  std::unique_ptr<incident::journal::Journal> journal_ =
      *incident::journal::Journal::Open(*database_, {});
  std::unique_ptr<diagnose::live::DiagnosisStore> diagnoses_ =
      *diagnose::live::DiagnosisStore::Open(*database_);
  bool available_ = true;
  std::optional<SimulationRequest> asked_;
  std::optional<SimulationStory> story_;
  std::vector<Route> routes_;
};

TEST_F(SimulationRoutesTest, WithoutASimulatorEverythingButTheStatusIsForbidden) {
  available_ = false;
  EXPECT_EQ(Ask("GET", "/api/v1/simulation/scenarios").status, 409);
  EXPECT_EQ(Ask("POST", "/api/v1/simulation", R"({"scenario":"leak"})").status, 409);
  EXPECT_EQ(Ask("DELETE", "/api/v1/simulation").status, 409);
  EXPECT_FALSE(asked_.has_value());
  const net::Response status = Ask("GET", "/api/v1/simulation");
  EXPECT_EQ(status.status, 200);
  EXPECT_EQ((*base::ParseJson(status.body))["available"], false);
}

TEST_F(SimulationRoutesTest, ListsWhatShips) {
  const auto json = *base::ParseJson(Ask("GET", "/api/v1/simulation/scenarios").body);
  EXPECT_EQ(json["scenarios"][0]["name"], "leak");
  EXPECT_EQ(json["scenarios"][0]["faults"][0]["type"], "memory_leak");
  EXPECT_EQ(json["scenarios"][0]["faults"][0]["services"].size(), 2U);
  EXPECT_EQ(json["scenarios"][0]["faults"][0]["jitter_seconds"], 30);
}

TEST_F(SimulationRoutesTest, BeginsAStoryAndShowsTheTruth) {
  EXPECT_TRUE((*base::ParseJson(Ask("GET", "/api/v1/simulation").body))["story"].is_null());

  const net::Response started =
      Ask("POST", "/api/v1/simulation", R"({"scenario":"leak","seed":7,"speed":20})");

  ASSERT_EQ(started.status, 200) << started.body;
  EXPECT_EQ(asked_->seed, 7U);
  EXPECT_EQ(asked_->speed, 20);
  const auto json = *base::ParseJson(started.body);
  EXPECT_EQ(json["story"]["running"], true);
  EXPECT_EQ(json["story"]["faults"][0]["truth"]["service"], "order");
  EXPECT_EQ(json["story"]["faults"][0]["state"], "to_come");
  EXPECT_TRUE(json["story"]["faults"][0]["verdict"].is_null());
  EXPECT_EQ(Ask("POST", "/api/v1/simulation", R"({"scenario":"leak"})").status, 409);
  EXPECT_EQ((*base::ParseJson(Ask("DELETE", "/api/v1/simulation").body))["story"]["running"],
            false);
}

TEST_F(SimulationRoutesTest, NamesTheFieldThatIsWrong) {
  const auto field = [&](const std::string& body) {
    const net::Response answer = Ask("POST", "/api/v1/simulation", body);
    EXPECT_EQ(answer.status, 400) << body;
    return (*base::ParseJson(answer.body))["error"].value("field", "");
  };
  EXPECT_EQ(field("{}"), "scenario");
  EXPECT_EQ(field(R"({"scenario":"leak","seed":-1})"), "seed");
  EXPECT_EQ(field(R"({"scenario":"leak","speed":1000})"), "speed");
  EXPECT_EQ(field(R"({"scenario":"leak","speeed":1})"), "speeed");
  EXPECT_EQ(Ask("POST", "/api/v1/simulation", "[]").status, 400);
}

}  // namespace
}  // namespace vedette::api
