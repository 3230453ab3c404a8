#include "notify/routing/store/store.h"

#include <gtest/gtest.h>

namespace vedette::notify::routing::store {
namespace {

class RoutingStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Database::Open({.path = ":memory:"});
    ASSERT_TRUE(Migrate(*database_).ok());
  }
  void Write(const Outcome& outcome) {
    ASSERT_TRUE(database_
                    ->Transact([&](sql::Session& session) {
                      return Save(session, outcome, base::FromMillis(5));
                    })
                    .ok());
  }
  template <typename Body>
  auto Read(Body body) {
    std::invoke_result_t<Body, sql::Session&> result = base::Internal("not read");
    EXPECT_TRUE(database_
                    ->Read([&](sql::Session& session) -> base::Result<> {
                      result = body(session);
                      return {};
                    })
                    .ok());
    return *result;
  }

  std::unique_ptr<sql::Database> database_;
};

TEST_F(RoutingStoreTest, KeepsTheStateInPartsAndForgetsWhatIsGone) {
  Outcome outcome;
  outcome.kept = {{"turn/a", "1"}, {"turn/b", "2"}};
  Write(outcome);
  outcome.kept = {{"turn/a", "3"}, {"turn/b", {}}};
  Write(outcome);

  const std::vector<Kept> parts = Read([](sql::Session& s) { return ReadState(s); });

  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].key, "turn/a");
  EXPECT_EQ(parts[0].value, "3");
}

TEST_F(RoutingStoreTest, TheTrailHasNoticesAndRemarksOfTheIncidentsThatAreAsked) {
  Outcome outcome;
  Notice& notice = outcome.notices.emplace_back();
  notice.page.tenant = "default";
  notice.page.incident_id = "in_1";
  notice.page.dedup_key = "in_1:opened:1";
  notice.receiver = "sms";
  notice.to = "+1";
  notice.person = "ann";
  notice.route = "r";
  notice.policy = "p";
  notice.step = 2;
  notice.round = 1;
  notice.why = "because";
  outcome.remarks = {{"default", "in_1", base::FromMillis(3), "deferred", "later"},
                     {"default", "in_2", base::FromMillis(4), "nobody", "none"},
                     {"other", "in_1", base::FromMillis(4), "nobody", "none"}};
  Write(outcome);
  Write(outcome);

  const std::vector<TrailRow> rows =
      Read([](sql::Session& s) { return ReadTrail(s, "default", {"in_1"}, 100); });

  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].kind, "deferred");
  EXPECT_EQ(rows[0].time, base::FromMillis(3));
  EXPECT_EQ(rows[1].kind, "notice");
  EXPECT_EQ(rows[1].person, "ann");
  EXPECT_EQ(rows[1].to, "+1");
  EXPECT_EQ(rows[1].step, 2);
  EXPECT_EQ(rows[1].dedup_key, "in_1:opened:1");
  EXPECT_LT(rows[1].seq, rows[2].seq);
  EXPECT_TRUE(Read([](sql::Session& s) { return ReadTrail(s, "default", {}, 100); }).empty());
}

TEST_F(RoutingStoreTest, OldRowsOfTheTrailGoAFewAtATime) {
  Outcome outcome;
  outcome.remarks = {{"default", "in_1", base::FromMillis(1), "nobody", "a"},
                     {"default", "in_1", base::FromMillis(2), "nobody", "b"},
                     {"default", "in_1", base::FromMillis(5), "nobody", "c"}};
  Write(outcome);
  const auto prune = [&](int64_t rows_max) {
    int64_t removed = 0;
    EXPECT_TRUE(database_
                    ->Transact([&](sql::Session& session) -> base::Result<> {
                      VEDETTE_TRY(removed, PruneTrail(session, base::FromMillis(5), rows_max));
                      return {};
                    })
                    .ok());
    return removed;
  };

  EXPECT_EQ(prune(1), 1);
  EXPECT_EQ(prune(10), 1);
  EXPECT_EQ(prune(10), 0);

  const auto rows = Read([](sql::Session& s) { return ReadTrail(s, "default", {"in_1"}, 100); });
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].text, "c");
}

}  // namespace
}  // namespace vedette::notify::routing::store
