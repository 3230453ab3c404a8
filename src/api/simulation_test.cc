#include "api/simulation.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/testing/ask_routes.h"
#include "base/duration.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "incident/testing/script.h"
#include "sql/database.h"

namespace vedette::api {
namespace {

using std::chrono::minutes;

const model::TenantName kTenant("shop");
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
         .anomalies = *anomalies_,
         .diagnoses = *diagnoses_});
  }

  net::Response Ask(const std::string& method, const std::string& path, std::string body = "") {
    return AskRoutes(routes_, method, path, std::move(body), "application/json", kNow);
  }

  // An anomaly of a service begins, this long after the story, and the incidents take it in.
  void Opens(const std::string& service, base::Duration at) {
    model::Anomaly anomaly = incident::testing::ErrorRatio(service, model::Severity::kCritical,
                                                           fmt::format("an_{}", engine_.seq()));
    anomaly.tenant = kTenant;
    anomaly.started_at = anomaly.updated_at = kNow + at;
    const model::AnomalyUpdate update{model::AnomalyTransition::kOpened, anomaly};
    ASSERT_TRUE(anomalies_->Save(update).ok());
    const int64_t seq = engine_.seq() + 1;
    const incident::Input input{seq, kNow + at, std::to_string(seq), update};
    ASSERT_TRUE(engine_.Apply(input).ok());
    ASSERT_TRUE(journal_->Commit(std::span(&input, 1), engine_.Take()).ok());
  }

  // A diagnosis of the incident that names `order`, by a change where one is given.
  void Diagnose(const std::string& incident_id, base::TimePoint onset,
                std::optional<base::TimePoint> change_at = {}) {
    diagnose::live::RankedHypothesis first;
    first.entity = "order";
    if (change_at) {
      diagnose::Claim claim;
      claim.kind = diagnose::ClaimKind::kChange;
      claim.at = change_at;
      first.claims.push_back({claim, {}});
    }
    diagnose::live::Report report;
    report.status = "likely";
    report.onset = onset;
    report.hypotheses.push_back(std::move(first));
    std::string body;
    base::JsonWriter json(body);
    json.BeginObject();
    diagnose::live::Write(report, json);
    json.EndObject();
    const diagnose::live::NewDiagnosis made{
        .tenant = kTenant, .incident_id = incident_id, .report = &report, .body = body};
    ASSERT_TRUE(diagnoses_->Save(made).ok());
  }

  // What is said of the first fault, at a moment of the story.
  base::Json VerdictAt(base::Duration at) {
    story_->now = kNow + at;
    return (
        *base::ParseJson(Ask("GET", "/api/v1/simulation").body))["story"]["faults"][0]["verdict"];
  }

  std::unique_ptr<sql::Database> database_ = *sql::Database::Open({.path = ":memory:"});
  std::unique_ptr<incident::journal::Journal> journal_ =
      *incident::journal::Journal::Open(*database_, {});
  std::unique_ptr<detect::AnomalyStore> anomalies_ = *detect::AnomalyStore::Open(*database_);
  std::unique_ptr<diagnose::live::DiagnosisStore> diagnoses_ =
      *diagnose::live::DiagnosisStore::Open(*database_);
  incident::Engine engine_ = *journal_->Load({});
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

TEST_F(SimulationRoutesTest, AFaultIsFoundInTheIncidentThatItOpens) {
  Ask("POST", "/api/v1/simulation", R"({"scenario":"leak"})");
  EXPECT_TRUE(VerdictAt(minutes(2)).is_null());

  Opens("order", minutes(2));

  const base::Json verdict = VerdictAt(minutes(3));
  EXPECT_EQ(verdict["incident_id"], "in_1");
  EXPECT_EQ(verdict["joined"], false);
  EXPECT_TRUE(VerdictAt(minutes(0)).is_null()) << "it has not begun";
}

TEST_F(SimulationRoutesTest, AFaultThatJoinsAnOpenIncidentIsFound) {
  Opens("order", -minutes(20));
  Ask("POST", "/api/v1/simulation", R"({"scenario":"leak"})");
  EXPECT_TRUE(VerdictAt(minutes(3)).is_null()) << "what was there before is not of the fault";

  Opens("order", minutes(2));

  const base::Json verdict = VerdictAt(minutes(3));
  EXPECT_EQ(verdict["incident_id"], "in_1");
  EXPECT_EQ(verdict["joined"], true);
  EXPECT_EQ(verdict["found_at"], base::FormatTime(kNow + minutes(2)));
}

TEST_F(SimulationRoutesTest, ADiagnosisOfAnEarlierFaultIsNotThisOnes) {
  Opens("order", -minutes(20));
  Ask("POST", "/api/v1/simulation", R"({"scenario":"leak"})");
  Opens("order", minutes(2));

  Diagnose("in_1", kNow - minutes(20));
  EXPECT_TRUE(VerdictAt(minutes(3))["diagnosis"].is_null());

  Diagnose("in_1", kNow + minutes(2));
  EXPECT_EQ(VerdictAt(minutes(3))["diagnosis"]["rank_of_truth"], 1);
}

TEST_F(SimulationRoutesTest, AnOlderRolloutOfTheRightServiceIsNotItsCause) {
  Ask("POST", "/api/v1/simulation", R"({"scenario":"leak"})");
  Opens("order", minutes(2));

  Diagnose("in_1", kNow + minutes(2), kNow - minutes(17));
  EXPECT_TRUE(VerdictAt(minutes(3))["diagnosis"]["rank_of_truth"].is_null());

  Diagnose("in_1", kNow + minutes(2), kNow + minutes(1));
  EXPECT_EQ(VerdictAt(minutes(3))["diagnosis"]["rank_of_truth"], 1);
}

}  // namespace
}  // namespace vedette::api
