#include "app/model_watch.h"

#include <gtest/gtest.h>

namespace vedette::app {
namespace {

using detect::learned::Judgement;
using detect::learned::Model;
using model::AnomalyTransition;

const base::TimePoint kNow = base::FromMillis(1'800'000'000'000);

class ModelWatchTest : public testing::Test {
 protected:
  ModelWatchTest() {
    model_.tenant = "shop";
    model_.service = "payment";
    model_.metrics = {{"cpu", "avg(cpu)"}};
    model_.threshold = 5;
  }
  void Note(double deviation, bool known = true) {
    now_ += std::chrono::minutes(1);
    watch_.Note(model_,
                Judgement{.score = detect::learned::ScoreOf(deviation, 5),
                          .deviation = deviation,
                          .known = known},
                now_);
  }
  std::vector<model::AnomalyUpdate> Said() {
    std::vector<model::AnomalyUpdate> all;
    while (auto update = findings_.PopUntil(base::SteadyPoint::min())) {
      all.push_back(*std::move(update));
    }
    return all;
  }

  base::MetricsRegistry metrics_;
  base::BoundedQueue<model::AnomalyUpdate> findings_{100, base::OverflowPolicy::kReject};
  Model model_;
  base::TimePoint now_ = kNow;
  ModelWatch watch_{findings_, metrics_};
};

TEST_F(ModelWatchTest, OpensAfterTwoInARowAndClosesAfterThreeQuietOnes) {
  Note(9);
  Note(1);
  Note(9);
  EXPECT_TRUE(Said().empty());
  Note(50);
  const auto opened = Said();
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_EQ(opened[0].transition, AnomalyTransition::kOpened);
  EXPECT_EQ(opened[0].anomaly.entity, "payment");
  EXPECT_EQ(opened[0].anomaly.severity, model::Severity::kWarning) << "never a page";
  EXPECT_EQ(opened[0].anomaly.started_at, kNow + std::chrono::minutes(3));
  EXPECT_EQ(opened[0].anomaly.detector, "learned:lstm_autoencoder");
  Note(1);
  Note(1);
  Note(3);
  Note(1);
  Note(1);
  EXPECT_TRUE(Said().empty());
  Note(0, false);
  const auto closed = Said();
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].transition, AnomalyTransition::kClosed);
  EXPECT_EQ(closed[0].anomaly.id, opened[0].anomaly.id);
}

TEST_F(ModelWatchTest, LooksAtEachStepOnce) {
  model_.step = std::chrono::minutes(5);
  const base::TimePoint at = base::FromMillis(1'800'000'000'000);  // a whole step
  EXPECT_TRUE(watch_.IsDue(model_, at));
  EXPECT_FALSE(watch_.IsDue(model_, at + std::chrono::minutes(4)));
  EXPECT_TRUE(watch_.IsDue(model_, at + std::chrono::minutes(5)));
  Model other;
  other.service = "shipping";
  EXPECT_TRUE(watch_.IsDue(other, at + std::chrono::minutes(5)));
}

TEST_F(ModelWatchTest, NamesTheLikelyRootOfTheGraphBesideTheServicesOwnModel) {
  Model graph;
  graph.tenant = "shop";
  graph.kind = learn::NetworkKind::kGatv2;
  graph.threshold = 5;
  detect::learned::ServiceJudgement payment{
      .service = "payment",
      .metrics = {{"latency", "avg(latency)"}},
      .judgement = {.score = detect::learned::ScoreOf(9, 5), .deviation = 9, .known = true},
      .root_cause = 0.874,
      .likely_root = true};
  Note(9);
  Note(9);
  watch_.Note(graph, payment, now_);
  payment.likely_root = false;
  watch_.Note(graph, payment, now_);
  auto said = Said();
  ASSERT_EQ(said.size(), 2u) << "each by itself";
  EXPECT_EQ(said[1].anomaly.detector, "learned:gatv2");
  EXPECT_EQ(said[1].anomaly.severity, model::Severity::kWarning);
  EXPECT_EQ(said[1].anomaly.evidence.query, "avg(latency)");
  EXPECT_EQ(said[1].anomaly.summary.find("began here"), std::string::npos);
  payment.likely_root = true;
  payment.judgement.score = 0.95;
  watch_.Note(graph, payment, now_);
  said = Said();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_NE(said[0].anomaly.summary.find("It began here with a probability of 87 %"),
            std::string::npos)
      << said[0].anomaly.summary;

  std::vector<model::Anomaly> open = {said[0].anomaly};
  base::MetricsRegistry metrics;
  ModelWatch next(findings_, metrics);
  next.Adopt(open);
  next.Keep({{"shop", "payment", false}}, now_);
  const auto closed = Said();
  ASSERT_EQ(closed.size(), 1u) << "the graph has no model any more, the service has";
  EXPECT_EQ(closed[0].anomaly.detector, "learned:gatv2");
}

TEST_F(ModelWatchTest, GoesOnWithWhatWasOpenAndEndsItWithTheModel) {
  Note(9);
  Note(9);
  std::vector<model::Anomaly> open = {Said()[0].anomaly, model::Anomaly()};
  base::MetricsRegistry metrics;
  ModelWatch next(findings_, metrics);
  next.Adopt(open);
  EXPECT_EQ(open.size(), 1u) << "the other one is not its own";
  next.Keep({{"shop", "payment", false}}, now_);
  EXPECT_TRUE(Said().empty());
  next.Keep({}, now_);
  const auto closed = Said();
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].transition, AnomalyTransition::kClosed);
}

}  // namespace
}  // namespace vedette::app
