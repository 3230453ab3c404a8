#include "detect/anomaly_store.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <string>

namespace vedette::detect {
namespace {

using base::FromMillis;
using model::AnomalyTransition;
using testing::ElementsAre;

class AnomalyStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    auto database = sql::Database::Open({.path = ":memory:"});
    ASSERT_TRUE(database.ok()) << database.error().message;
    database_ = *std::move(database);
    auto store = AnomalyStore::Open(*database_);
    ASSERT_TRUE(store.ok()) << store.error().message;
    store_ = *std::move(store);
  }

  static model::AnomalyUpdate Opened(std::string id, int64_t at_ms) {
    model::AnomalyUpdate update;
    model::Anomaly& anomaly = update.anomaly;
    anomaly.id = id;
    anomaly.tenant = "default";
    anomaly.entity = "payment";
    anomaly.labels = model::Labels({{"__name__", "latency"}, {"path", "a\"b\\c"}});
    anomaly.score = 0.75;
    anomaly.severity = model::Severity::kWarning;
    anomaly.started_at = FromMillis(at_ms);
    anomaly.updated_at = FromMillis(at_ms + 20);
    anomaly.observed = 0.48;
    anomaly.expected_low = 0.04;
    anomaly.expected_high = 0.07;
    anomaly.detector = "baseline";
    anomaly.summary = "latency of payment is 480 ms";
    anomaly.evidence = {.id = "ev_" + id,
                        .query = "latency{}",
                        .from = FromMillis(at_ms - 100),
                        .to = FromMillis(at_ms + 20),
                        .result_json = "{}",
                        .taken_at = FromMillis(at_ms + 20)};
    return update;
  }
  static model::AnomalyUpdate Closed(model::AnomalyUpdate update, int64_t at_ms) {
    update.transition = AnomalyTransition::kClosed;
    update.anomaly.state = model::AnomalyState::kClosed;
    update.anomaly.ended_at = FromMillis(at_ms);
    update.anomaly.updated_at = FromMillis(at_ms);
    return update;
  }
  void Save(const model::AnomalyUpdate& update) {
    const auto saved = store_->Save(update);
    ASSERT_TRUE(saved.ok()) << saved.error().message;
  }
  std::vector<std::string> Ids(AnomalyQuery query) {
    query.tenant = "default";
    std::vector<std::string> ids;
    const auto page = store_->List(query);
    EXPECT_TRUE(page.ok());
    for (const model::Anomaly& anomaly : page->anomalies) ids.push_back(anomaly.id);
    return ids;
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<AnomalyStore> store_;
};

TEST_F(AnomalyStoreTest, GivesBackWhatWasSaved) {
  const model::AnomalyUpdate update = Opened("an_1", 1000);
  Save(update);

  const auto anomaly = store_->Get("default", "an_1");

  ASSERT_TRUE(anomaly.ok()) << anomaly.error().message;
  EXPECT_EQ(anomaly->labels, update.anomaly.labels);
  EXPECT_EQ(anomaly->entity, "payment");
  EXPECT_EQ(anomaly->score, 0.75);
  EXPECT_EQ(anomaly->severity, model::Severity::kWarning);
  EXPECT_EQ(anomaly->state, model::AnomalyState::kOpen);
  EXPECT_EQ(anomaly->started_at, FromMillis(1000));
  EXPECT_EQ(anomaly->ended_at, std::nullopt);
  EXPECT_EQ(anomaly->observed, 0.48);
  EXPECT_EQ(anomaly->summary, update.anomaly.summary);
  EXPECT_EQ(anomaly->evidence.query, "latency{}");
  EXPECT_EQ(store_->GetEvidence("default", "ev_an_1")->from, FromMillis(900));
}

TEST_F(AnomalyStoreTest, FollowsAnAnomalyToItsEndAndNoFurther) {
  const model::AnomalyUpdate opened = Opened("an_1", 1000);
  Save(opened);
  model::AnomalyUpdate worse = opened;
  worse.transition = AnomalyTransition::kUpdated;
  worse.anomaly.severity = model::Severity::kCritical;
  worse.anomaly.updated_at = FromMillis(2000);
  Save(worse);
  Save(opened);  // late: the same again must not undo
  EXPECT_EQ(store_->Get("default", "an_1")->severity, model::Severity::kCritical);

  Save(Closed(worse, 5000));
  worse.anomaly.updated_at = FromMillis(9000);
  Save(worse);
  const auto anomaly = store_->Get("default", "an_1");
  EXPECT_EQ(anomaly->state, model::AnomalyState::kClosed);
  EXPECT_EQ(anomaly->ended_at, FromMillis(5000));
  EXPECT_TRUE(store_->OpenAnomalies()->empty());
}

TEST_F(AnomalyStoreTest, TakesWhatEvidenceIsNowWithItsLanguage) {
  model::AnomalyUpdate update = Opened("an_1", 1000);
  Save(update);
  update.anomaly.evidence.language = "logs";
  update.anomaly.evidence.query = "* | count";
  update.anomaly.evidence.step = base::Duration(60'000);
  Save(update);

  const model::Evidence evidence = *store_->GetEvidence("default", "ev_an_1");
  EXPECT_EQ(evidence.language, "logs");
  EXPECT_EQ(evidence.query, "* | count");
  EXPECT_EQ(evidence.step, base::Duration(60'000));
}

TEST_F(AnomalyStoreTest, KeepsNumbersThatADatabaseDoesNotKnow) {
  model::AnomalyUpdate update = Opened("an_1", 1000);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  update.anomaly.expected_low = -kInfinity;
  update.anomaly.expected_high = kInfinity;
  update.anomaly.observed = std::numeric_limits<double>::quiet_NaN();
  Save(update);

  const model::Anomaly kept = *store_->Get("default", "an_1");

  EXPECT_TRUE(std::isnan(kept.observed)) << "0 would be a value";
  EXPECT_EQ(kept.expected_low, -kInfinity);
  EXPECT_EQ(kept.expected_high, kInfinity);
}

TEST_F(AnomalyStoreTest, ListsByTimeStateAndEntity) {
  Save(Opened("an_1", 1000));
  Save(Closed(Opened("an_1", 1000), 2000));
  Save(Opened("an_2", 3000));
  model::AnomalyUpdate other = Opened("an_3", 4000);
  other.anomaly.entity = "user";
  Save(other);

  EXPECT_THAT(Ids({}), ElementsAre("an_3", "an_2", "an_1"));
  EXPECT_THAT(Ids({.state = model::AnomalyState::kClosed}), ElementsAre("an_1"));
  EXPECT_THAT(Ids({.entity = "user"}), ElementsAre("an_3"));
  EXPECT_THAT(Ids({.from = FromMillis(2500)}), ElementsAre("an_3", "an_2"));
  EXPECT_THAT(Ids({.to = FromMillis(3000)}), ElementsAre("an_2", "an_1"));
  EXPECT_TRUE(store_->List({.tenant = "other"})->anomalies.empty());
}

TEST_F(AnomalyStoreTest, PagesThroughEqualTimes) {
  for (int i = 0; i < 7; ++i) Save(Opened("an_" + std::to_string(i), 1000 + i / 3));
  std::vector<std::string> ids;
  AnomalyQuery query{.tenant = "default", .limit = 2};
  do {
    const auto page = store_->List(query);
    ASSERT_TRUE(page.ok());
    for (const model::Anomaly& anomaly : page->anomalies) ids.push_back(anomaly.id);
    query.cursor = page->next_cursor;
  } while (!query.cursor.empty());
  EXPECT_THAT(ids, ElementsAre("an_6", "an_5", "an_4", "an_3", "an_2", "an_1", "an_0"));
}

TEST_F(AnomalyStoreTest, RefusesWhatIsNoCursorOrLimit) {
  EXPECT_EQ(store_->List({.tenant = "default", .cursor = "x"}).error().field, "cursor");
  EXPECT_EQ(store_->List({.tenant = "default", .limit = 0}).error().field, "limit");
}

TEST_F(AnomalyStoreTest, KeepsTenantsApart) {
  Save(Opened("an_1", 1000));
  EXPECT_EQ(store_->Get("other", "an_1").error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ(store_->GetEvidence("other", "ev_an_1").error().code, base::ErrorCode::kNotFound);
  ASSERT_TRUE(store_->DeleteTenant("other").ok());
  EXPECT_TRUE(store_->Get("default", "an_1").ok());
  ASSERT_TRUE(store_->DeleteTenant("default").ok());
  EXPECT_FALSE(store_->Get("default", "an_1").ok());
  EXPECT_FALSE(store_->GetEvidence("default", "ev_an_1").ok());
}

TEST_F(AnomalyStoreTest, DropsWhatEndedBeforeTheRetention) {
  Save(Opened("an_1", 1000));
  Save(Closed(Opened("an_2", 1000), 2000));
  Save(Closed(Opened("an_3", 1000), 9000));
  ASSERT_TRUE(store_->DropBefore(FromMillis(5000)).ok());
  EXPECT_THAT(Ids({}), ElementsAre("an_3", "an_1"));
  EXPECT_FALSE(store_->GetEvidence("default", "ev_an_2").ok());
  EXPECT_TRUE(store_->GetEvidence("default", "ev_an_3").ok());
}

TEST_F(AnomalyStoreTest, CommitsWithTheCallersTransaction) {
  const auto failed = database_->Transact([](sql::Session& session) -> base::Result<> {
    VEDETTE_TRY_VOID(SaveAnomaly(session, Opened("an_1", 1000)));
    return base::Internal("the caller changed its mind");
  });
  EXPECT_FALSE(failed.ok());
  EXPECT_FALSE(store_->Get("default", "an_1").ok());
}

}  // namespace
}  // namespace vedette::detect
