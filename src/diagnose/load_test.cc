#include "diagnose/load.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/random.h"
#include "diagnose/diagnose.h"
#include "diagnose/leads.h"

namespace vedette::diagnose {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr size_t kRows = 80;
constexpr size_t kBroken = 70;  // from this row on

base::TimePoint Row(size_t row) {
  return base::FromMillis(1'700'000'000'000 + static_cast<int64_t>(row) * 15'000);
}

// The world calls front, front calls shop, shop calls store; an hour of rows, then what a test
// says.
class LoadTest : public ::testing::Test {
 protected:
  LoadTest() {
    for (size_t row = 0; row < kRows; ++row) evidence_.times.push_back(Row(row));
    evidence_.calls = {{"front", "shop"}, {"shop", "store"}};
    evidence_.detected_at = Row(kBroken);
    evidence_.detected_late_max = std::chrono::seconds(60);
    evidence_.deviation_max = 30;
    evidence_.changes_are_all = false;
    for (const std::string name : {"front", "shop", "store"}) {
      Add(name, "http_requests_total", 100);
      Add(name, "http_requests_total failed share", 0.01);
      Add(name, "request_duration_seconds", 0.05);
    }
  }

  void Add(const std::string& entity, const std::string& metric, double usual) {
    Series series{.entity = entity,
                  .callee = {},
                  .metric = metric,
                  .statistic = {},
                  .baseline = {},
                  .window = {}};
    for (size_t row = 0; row < kRows; ++row) {
      series.window.push_back(usual * (1 + 0.04 * (random_.Uniform() - 0.5)));
    }
    evidence_.series.push_back(std::move(series));
  }

  Series& Of(const std::string& entity, const std::string& metric) {
    return *std::find_if(
        evidence_.series.begin(), evidence_.series.end(),
        [&](const Series& series) { return series.entity == entity && series.metric == metric; });
  }

  void Requests(const std::string& entity, double times, size_t from = kBroken) {
    Series& series = Of(entity, "http_requests_total");
    for (size_t row = from; row < kRows; ++row) series.window[row] *= times;
  }
  void Fails(const std::string& entity, double share, size_t from = kBroken) {
    Series& series = Of(entity, "http_requests_total failed share");
    for (size_t row = from; row < kRows; ++row) series.window[row] = share;
  }
  void Slow(const std::string& entity, double times, size_t from = kBroken) {
    Series& series = Of(entity, "request_duration_seconds");
    for (size_t row = from; row < kRows; ++row) series.window[row] *= times;
  }

  std::vector<Demand> Demands() const {
    const CallGraph graph(evidence_.calls);
    return FindDemand(evidence_, FrameOf(evidence_), graph);
  }

  base::Random random_{5};
  Evidence evidence_;
};

TEST_F(LoadTest, MoreRequestsAtTheDoorComeFromOutsideWhoeverSuffers) {
  for (const char* name : {"front", "shop", "store"}) Requests(name, 3.5);
  Slow("front", 8);
  Slow("shop", 20);
  Slow("store", 60);
  Fails("store", 0.4);
  const Diagnosis diagnosis = Diagnose(evidence_);
  ASSERT_FALSE(diagnosis.abstained);
  const Hypothesis& best = diagnosis.hypotheses.front();
  EXPECT_EQ(best.entity, "front");
  EXPECT_EQ(best.region, kTrafficRegion);
  ASSERT_FALSE(best.claims.empty());
  EXPECT_EQ(best.claims.front().subject, "http_requests_total");
  EXPECT_NEAR(*best.claims.front().before, 100, 3);
  EXPECT_NEAR(*best.claims.front().after, 350, 10);
  EXPECT_THAT(best.claims.front().text, HasSubstr("from outside"));
}

TEST_F(LoadTest, ADayThatGrowsBusierIsNobodysDoing) {
  for (const char* name : {"front", "shop", "store"}) Requests(name, 1.3);
  EXPECT_THAT(Demands(), IsEmpty());
}

TEST_F(LoadTest, ClientsThatTryAgainAfterFailuresAreNoSurge) {
  Slow("front", 30);
  Fails("front", 0.5);
  Requests("front", 3, kBroken + 4);
  EXPECT_THAT(Demands(), IsEmpty());
}

TEST_F(LoadTest, RetriesAreNotMoreThanWereAskedFor) {
  Slow("store", 60);
  Fails("store", 0.9);
  Requests("store", 5);  // attempts: a tenth of them is answered
  Slow("shop", 40);
  Fails("shop", 0.6);
  Slow("front", 200);
  EXPECT_THAT(Demands(), IsEmpty());
  EXPECT_EQ(Diagnose(evidence_).hypotheses.front().entity, "store");
}

TEST_F(LoadTest, WhoAsksForMoreThanItIsAskedForIsToBlameForWhatItsCalleeSuffers) {
  Requests("store", 5);  // a third of them refused
  Fails("store", 0.35);
  Slow("store", 60);
  Slow("shop", 40);
  Slow("front", 30);
  const std::vector<Demand> demands = Demands();
  ASSERT_EQ(demands.size(), 1U);
  EXPECT_EQ(demands[0].entity, "shop");
  EXPECT_EQ(demands[0].callee, "store");
  EXPECT_THAT(demands[0].loaded, ElementsAre("store"));
  const Diagnosis diagnosis = Diagnose(evidence_);
  EXPECT_EQ(diagnosis.hypotheses.front().entity, "shop");
  EXPECT_THAT(diagnosis.hypotheses.front().claims.front().text, HasSubstr("asks for more"));
}

TEST_F(LoadTest, AnswersThatComeTooLateAreAskedForAgain) {
  Slow("store", 60);
  Requests("store", 3, kBroken + 2);  // all answered, but nobody waits any more
  Slow("shop", 40);
  EXPECT_THAT(Demands(), IsEmpty());
}

TEST_F(LoadTest, RequestsOfWhichNobodyTellsTheEndMayBeRetries) {
  Requests("store", 4);
  std::erase_if(evidence_.series, [](const Series& series) {
    return series.metric == "http_requests_total failed share";
  });
  EXPECT_THAT(Demands(), IsEmpty());
}

TEST_F(LoadTest, WhoOfSeveralCallersAskedForMoreIsNotGuessed) {
  evidence_.calls.push_back({"front", "store"});
  Requests("store", 4);
  EXPECT_THAT(Demands(), IsEmpty());
}

TEST_F(LoadTest, WhoWasSlowBeforeTheLoadCameIsNotExcusedByIt) {
  Slow("store", 60);
  for (const char* name : {"front", "shop", "store"}) Requests(name, 3.5, kBroken + 4);
  const Diagnosis diagnosis = Diagnose(evidence_);
  ASSERT_FALSE(diagnosis.hypotheses.empty());
  const auto store =
      std::find_if(diagnosis.hypotheses.begin(), diagnosis.hypotheses.end(),
                   [](const Hypothesis& hypothesis) { return hypothesis.entity == "store"; });
  ASSERT_NE(store, diagnosis.hypotheses.end());
  EXPECT_GT(store->probability, 0.1);
}

TEST(Requests, AreWhatArrivesNotWhatIsUnderWay) {
  EXPECT_TRUE(CountsRequests("http_requests_total"));
  EXPECT_TRUE(CountsRequests("http_request_duration_seconds_count"));
  EXPECT_FALSE(CountsRequests("http_requests_in_flight"));
  EXPECT_FALSE(CountsRequests("cache_requests_total"));
  EXPECT_FALSE(CountsRequests("http_request_duration_seconds"));
}

}  // namespace
}  // namespace vedette::diagnose
