#include "diagnose/live/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/anomaly_store.h"

namespace vedette::diagnose::live {
namespace {

using ::testing::ElementsAre;

constexpr base::TimePoint kNow = base::FromMillis(1'767'225'600'000);
const model::TenantName kTenant("default");

class DiagnosisStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Database::Open({.path = ":memory:"});
    anomalies_ = *detect::AnomalyStore::Open(*database_);
    store_ = *DiagnosisStore::Open(*database_);
  }

  // A diagnosis whose hypotheses are these entities with falling probability.
  int64_t Save(const std::string& incident, const std::string& status,
               const std::vector<std::string>& entities, double probability = 0.9,
               std::vector<std::string> features = {"service a"}) {
    Report report;
    report.status = status;
    report.made_at = kNow;
    for (const std::string& entity : entities) {
      report.hypotheses.push_back({.entity = entity,
                                   .probability = probability,
                                   .status = Status::kLikely,
                                   .region = {},
                                   .claims = {}});
      probability /= 10;
    }
    model::Evidence evidence;
    evidence.id = "ev_" + incident;
    evidence.query = "up";
    evidence.taken_at = kNow;
    return *store_->Save({.tenant = kTenant,
                          .incident_id = incident,
                          .report = &report,
                          .body = "{\"status\":\"" + status + "\"}",
                          .impact = "{}",
                          .features = std::move(features),
                          .evidence = {evidence}});
  }

  base::Result<> Say(const std::string& incident, Opinion opinion, std::string cause = "") {
    ++said_;
    return store_->AddVerdict(kTenant, {.id = "vd_" + std::to_string(said_),
                                        .incident_id = incident,
                                        .opinion = opinion,
                                        .why = {},
                                        .cause = std::move(cause),
                                        .by = "ada",
                                        .at = kNow + std::chrono::seconds(said_)});
  }

  static constexpr base::TimePoint Far() { return kNow + std::chrono::hours(1); }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<detect::AnomalyStore> anomalies_;
  std::unique_ptr<DiagnosisStore> store_;
  int said_ = 0;
};

TEST_F(DiagnosisStoreTest, KeepsTheLatestWithItsEvidence) {
  EXPECT_FALSE((*store_->Find(kTenant, "in_1")).has_value());
  EXPECT_EQ(Save("in_1", "unknown", {}), 1);
  EXPECT_EQ(Save("in_1", "likely", {"db"}), 2);
  const auto found = *store_->Find(kTenant, "in_1");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->revision, 2);
  EXPECT_EQ(found->body, "{\"status\":\"likely\"}");
  EXPECT_TRUE(anomalies_->GetEvidence(kTenant, "ev_in_1").ok());
  EXPECT_FALSE((*store_->Find("other", "in_1")).has_value());
}

TEST_F(DiagnosisStoreTest, UnknownTakesThePlaceOfAnAnswerOnlyWhenThereIsNews) {
  EXPECT_EQ(Save("in_1", "confirmed", {"db"}, 0.9, {"cause db", "service a"}), 1);
  EXPECT_EQ(Save("in_1", "unknown", {}), 1);
  EXPECT_EQ((*store_->Find(kTenant, "in_1"))->body, "{\"status\":\"confirmed\"}");
  EXPECT_EQ(Save("in_1", "inconclusive", {"db"}), 2);
  EXPECT_EQ(Save("in_1", "unknown", {}), 3);
  EXPECT_EQ(Save("in_1", "likely", {"db"}), 4);
  EXPECT_EQ(Save("in_1", "unknown", {}, 0.9, {"service a", "service b"}), 5);
}

TEST_F(DiagnosisStoreTest, ScoresByTheLastVerdictOnEach) {
  Save("in_1", "likely", {"db", "shop"}, 0.85);
  Save("in_2", "confirmed", {"pay", "shop"}, 0.97);
  Save("in_3", "unknown", {});
  ASSERT_TRUE(Say("in_1", Opinion::kWrong).ok());
  ASSERT_TRUE(Say("in_1", Opinion::kAgree).ok());
  ASSERT_TRUE(Say("in_2", Opinion::kWrong, "shop").ok());
  ASSERT_TRUE(Say("in_3", Opinion::kAgree).ok());
  const Score score = *store_->GetScore(kTenant, base::FromMillis(0), Far());
  EXPECT_EQ(score.judged, 3);
  EXPECT_EQ(score.right, 2);
  EXPECT_EQ(score.in_first_three, 3);
  EXPECT_EQ(score.unknown, 1);
  EXPECT_EQ(score.unknown_right, 1);
  for (const Score::Bucket& bucket : score.calibration) {
    const bool of_first = bucket.from <= 0.85 && 0.85 < bucket.to;
    const bool of_second = bucket.from <= 0.97 && 0.97 < bucket.to;
    EXPECT_EQ(bucket.judged, of_first || of_second ? 1 : 0) << bucket.from;
    EXPECT_EQ(bucket.right, of_first ? 1 : 0) << bucket.from;
  }
  EXPECT_EQ(store_->GetScore(kTenant, Far(), Far())->judged, 0);
}

TEST_F(DiagnosisStoreTest, TakesNoVerdictThatSaysAgainWhatItCallsWrong) {
  Save("in_1", "likely", {"db", "shop"}, 0.85);
  Save("in_2", "unknown", {"db"});
  const base::Result<> said = Say("in_1", Opinion::kWrong, "db");
  ASSERT_FALSE(said.ok());
  EXPECT_EQ(said.error().code, base::ErrorCode::kInvalidArgument);
  EXPECT_EQ(said.error().field, "cause");
  EXPECT_EQ(store_->GetScore(kTenant, base::FromMillis(0), Far())->judged, 0);
  EXPECT_TRUE(Say("in_1", Opinion::kWrong, "shop").ok());
  EXPECT_TRUE(Say("in_2", Opinion::kWrong, "db").ok()) << "it blamed nobody";
}

TEST_F(DiagnosisStoreTest, TakesNoVerdictOnNothing) {
  const base::Result<> said = Say("in_9", Opinion::kAgree);
  ASSERT_FALSE(said.ok());
  EXPECT_EQ(said.error().code, base::ErrorCode::kFailedPrecondition);
}

TEST_F(DiagnosisStoreTest, RemembersThePastWithWhatPeopleSaid) {
  Save("in_1", "likely", {"db"});
  ASSERT_TRUE(Say("in_1", Opinion::kWrong, "network").ok());
  const std::vector<PastIncident> past = *store_->Past(kTenant, 10);
  ASSERT_EQ(past.size(), 1U);
  EXPECT_EQ(past[0].entity, "db");
  EXPECT_THAT(past[0].features, ElementsAre("service a"));
  ASSERT_TRUE(past[0].verdict.has_value());
  EXPECT_EQ(past[0].verdict->cause, "network");
  EXPECT_EQ(past[0].verdict->revision, 1);
}

TEST_F(DiagnosisStoreTest, ForgetsATenant) {
  Save("in_1", "likely", {"db"});
  ASSERT_TRUE(Say("in_1", Opinion::kAgree).ok());
  ASSERT_TRUE(store_->DeleteTenant(kTenant).ok());
  EXPECT_FALSE((*store_->Find(kTenant, "in_1")).has_value());
  EXPECT_EQ(store_->GetScore(kTenant, base::FromMillis(0), Far())->judged, 0);
}

}  // namespace
}  // namespace vedette::diagnose::live
