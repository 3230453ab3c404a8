#include "detect/feedback.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "base/bounded_queue.h"
#include "base/metrics.h"
#include "base/random.h"
#include "detect/baseline/calibration.h"
#include "detect/detector.h"
#include "detect/feedback_preview.h"
#include "detect/feedback_store.h"
#include "detect/grounds.h"
#include "detect/noise_budget.h"

namespace vedette::detect {
namespace {

using model::Severity;
using std::chrono::seconds;

const base::TimePoint kStart = base::FromMillis(1'767'225'600'000);

TEST(Feedback, WeighsAGroupByTheOddsThatItsMarksMake) {
  EXPECT_EQ(WeightAt(WeightStepOf({})), 1);
  EXPECT_EQ(WeightAt(WeightStepOf({.useful = 0, .noise = 1})), 0.5);
  EXPECT_EQ(WeightAt(WeightStepOf({.useful = 0, .noise = 3})), 0.25);
  EXPECT_EQ(WeightAt(WeightStepOf({.useful = 1, .noise = 0})), 2);
  EXPECT_EQ(WeightAt(WeightStepOf({.useful = 5, .noise = 5})), 1);
  EXPECT_NEAR(WeightAt(WeightStepOf({.useful = 0, .noise = 2})), 1.0 / 3, 0.03);
}

TEST(Feedback, MovesAWeightNoFurtherThanItsBounds) {
  EXPECT_EQ(WeightAt(WeightStepOf({.useful = 0, .noise = 1e9})), kWeightMin);
  EXPECT_EQ(WeightAt(WeightStepOf({.useful = 1e9, .noise = 0})), kWeightMax);
  EXPECT_EQ(WeightAt(0), kWeightMin);
  EXPECT_EQ(WeightAt(kWeightSteps - 1), kWeightMax);
  EXPECT_EQ(WeightAt(kNeutralStep), 1);
}

TEST(Feedback, CountsTheSameMetricOfOtherServicesAQuarter) {
  const FeedbackTable table({{{"default", "pay", "load"}, {.useful = 0, .noise = 4}}});
  EXPECT_EQ(table.Of("default", "pay", "load").weight(), WeightAt(WeightStepOf({0, 4})));
  EXPECT_EQ(table.Of("default", "cart", "load").weight(), 0.5);
  EXPECT_EQ(table.Of("default", "pay", "errors").weight(), 1);
  EXPECT_EQ(table.Of("other", "pay", "load").weight(), 1);
}

TEST(NoiseBudget, AsksLessOfUsefulGroupsAndMoreOfNoisyOnes) {
  NoiseBudget budget(7);
  budget.AddSeries(200, 200);
  budget.Settle(kStart);
  const baseline::Levels neutral = budget.levels();
  const baseline::Levels noisy = budget.levels(0.25);
  const baseline::Levels useful = budget.levels(4);
  EXPECT_NEAR(baseline::FalseAlarmsPerDay(noisy.alarm) * 4,
              baseline::FalseAlarmsPerDay(neutral.alarm), 1e-9);
  EXPECT_GT(noisy.critical, neutral.critical);
  EXPECT_GT(noisy.listed, neutral.listed);
  EXPECT_EQ(neutral.hurts, 0);
  EXPECT_GT(noisy.hurts, 5);
  EXPECT_LT(useful.alarm, neutral.alarm);
  EXPECT_EQ(useful.hurts, 0);
}

TEST(NoiseBudget, NeverAsksMoreThanWhatIsBeyondDoubt) {
  NoiseBudget budget(0.01);
  budget.AddSeries(1'000, 1'000);
  budget.Settle(kStart);
  const double beyond = std::max(budget.levels().alarm, NoiseBudget::kBeyondDoubt);
  EXPECT_LE(budget.levels(kWeightMin).alarm, beyond);
  EXPECT_LE(budget.levels(kWeightMin).critical, NoiseBudget::kBeyondDoubt);
  EXPECT_LE(budget.levels(kWeightMin).hurts, NoiseBudget::kBeyondDoubt);
}

TEST(NoiseBudget, IsPaidForByAllWhereSomeMayRaiseMore) {
  NoiseBudget budget(7);
  budget.AddSeries(200, 200);
  budget.Settle(kStart);
  const double before = budget.levels().alarm;
  budget.AddExcess(3 * 100);  // a hundred of them with weight 4
  budget.Settle(kStart);
  const double per_day = 100 * baseline::FalseAlarmsPerDay(budget.levels().alarm) +
                         100 * baseline::FalseAlarmsPerDay(budget.levels(4).alarm);
  EXPECT_GT(budget.levels().alarm, before);
  EXPECT_NEAR(per_day * 7, 7, 1e-6);
  budget.AddExcess(-3 * 100);
  budget.Settle(kStart);
  EXPECT_EQ(budget.levels().alarm, before);
}

// --- the store

Mark MarkOf(std::string id, FeedbackVerdict verdict, std::string by = "ann", int at = 0) {
  return {.id = std::move(id),
          .tenant = "default",
          .target_kind = "anomaly",
          .target_id = "an_1",
          .verdict = verdict,
          .by = std::move(by),
          .why = "because",
          .at = kStart + seconds(at),
          .change_id = {},
          .groups = {{.service = "pay", .metric = "load", .detector = "baseline"}}};
}

FeedbackChange ChangeOf(std::string id) {
  FeedbackChange change;
  change.id = std::move(id);
  change.tenant = "default";
  change.by = "ann";
  change.at = kStart;
  return change;
}

class FeedbackStoreTest : public ::testing::Test {
 protected:
  double Weight() { return store_->Table()->Of("default", "pay", "load").weight(); }

  std::unique_ptr<sql::Database> database_ = *sql::Database::Open({.path = ":memory:"});
  std::unique_ptr<FeedbackStore> store_ = *FeedbackStore::Open(*database_);
};

TEST_F(FeedbackStoreTest, ChangesNothingBeforeItIsApplied) {
  ASSERT_TRUE(store_->Add(MarkOf("fb_1", FeedbackVerdict::kNoise)).ok());
  EXPECT_EQ(Weight(), 1);
  ASSERT_TRUE(store_->Apply(ChangeOf("fc_1"), {}, {}).ok());
  EXPECT_EQ(Weight(), 0.5);

  const std::unique_ptr<FeedbackStore> again = *FeedbackStore::Open(*database_);
  EXPECT_EQ(again->Table()->Of("default", "pay", "load").weight(), 0.5);
  const std::vector<Mark> marks = *again->Marks("default");
  ASSERT_EQ(marks.size(), 1U);
  EXPECT_EQ(marks[0].by, "ann");
  EXPECT_EQ(marks[0].why, "because");
  EXPECT_EQ(marks[0].change_id, "fc_1");
  EXPECT_TRUE(again->Marks("other")->empty());
}

TEST_F(FeedbackStoreTest, LetsMarksWaitAgainWhenTheirChangeIsUndone) {
  ASSERT_TRUE(store_->Add(MarkOf("fb_1", FeedbackVerdict::kNoise)).ok());
  ASSERT_TRUE(store_->Apply(ChangeOf("fc_1"), {"fb_1"}, {}).ok());
  ASSERT_TRUE(store_->Undo("default", "fc_1", "bob", kStart, {}).ok());
  EXPECT_EQ(Weight(), 1);
  EXPECT_EQ(store_->Marks("default")->at(0).change_id, "");
  EXPECT_EQ(store_->Changes("default")->at(0).undone_by, "bob");
  EXPECT_EQ(store_->Undo("default", "fc_1", "bob", kStart, {}).error().code,
            base::ErrorCode::kFailedPrecondition);
  EXPECT_EQ(store_->Undo("other", "fc_1", "bob", kStart, {}).error().code,
            base::ErrorCode::kNotFound);
}

TEST_F(FeedbackStoreTest, CountsOfOnePersonTheNewestWord) {
  ASSERT_TRUE(store_->Add(MarkOf("fb_1", FeedbackVerdict::kNoise)).ok());
  ASSERT_TRUE(store_->Add(MarkOf("fb_2", FeedbackVerdict::kNoise, "bob")).ok());
  ASSERT_TRUE(store_->Apply(ChangeOf("fc_1"), {}, {}).ok());
  EXPECT_NEAR(Weight(), 1.0 / 3, 0.03);
  ASSERT_TRUE(store_->Add(MarkOf("fb_3", FeedbackVerdict::kNone, "bob", 5)).ok());
  ASSERT_TRUE(store_->Apply(ChangeOf("fc_2"), {}, {}).ok());
  EXPECT_EQ(Weight(), 0.5);
  ASSERT_TRUE(store_->Undo("default", "fc_2", "bob", kStart, {}).ok());
  EXPECT_NEAR(Weight(), 1.0 / 3, 0.03);
}

TEST_F(FeedbackStoreTest, ReplacesAMarkThatStillWaitsAndRefusesToForgetOneInForce) {
  ASSERT_TRUE(store_->Add(MarkOf("fb_1", FeedbackVerdict::kNoise)).ok());
  ASSERT_TRUE(store_->Add(MarkOf("fb_2", FeedbackVerdict::kUseful, "ann", 1)).ok());
  ASSERT_EQ(store_->Marks("default")->size(), 1U);
  EXPECT_EQ(store_->Withdraw("default", "fb_1").error().code, base::ErrorCode::kNotFound);
  ASSERT_TRUE(store_->Apply(ChangeOf("fc_1"), {}, {}).ok());
  EXPECT_EQ(Weight(), 2);
  EXPECT_EQ(store_->Withdraw("default", "fb_2").error().code, base::ErrorCode::kFailedPrecondition);
  EXPECT_EQ(store_->Apply(ChangeOf("fc_2"), {}, {}).error().code,
            base::ErrorCode::kFailedPrecondition);
}

TEST_F(FeedbackStoreTest, AppliesAllOrNothing) {
  ASSERT_TRUE(store_->Add(MarkOf("fb_1", FeedbackVerdict::kNoise)).ok());
  EXPECT_EQ(store_->Apply(ChangeOf("fc_1"), {"fb_1", "fb_9"}, {}).error().code,
            base::ErrorCode::kNotFound);
  const auto refuse = [](sql::Session&, const FeedbackChange&) -> base::Result<> {
    return base::Unavailable("no log");
  };
  EXPECT_FALSE(store_->Apply(ChangeOf("fc_1"), {}, refuse).ok());
  EXPECT_TRUE(store_->Changes("default")->empty());
  EXPECT_EQ(Weight(), 1);
  ASSERT_TRUE(store_->Apply(ChangeOf("fc_1"), {}, {}).ok());
  ASSERT_TRUE(store_->DeleteTenant("default").ok());
  EXPECT_EQ(Weight(), 1);
  EXPECT_TRUE(store_->Marks("default")->empty());
}

// --- the preview

Grounds Surprising(double nats, bool alarmed) {
  Grounds grounds;
  grounds.surprise = nats;
  grounds.alarmed = alarmed;
  return grounds;
}

model::Anomaly AnomalyOf(std::string id, const Grounds& grounds, Severity severity,
                         std::string service = "pay") {
  model::Anomaly anomaly;
  anomaly.id = std::move(id);
  anomaly.tenant = "default";
  anomaly.entity = std::move(service);
  anomaly.labels = model::Labels({{"__name__", std::string("load")}});
  anomaly.severity = severity;
  anomaly.detector = "baseline";
  base::JsonWriter json(anomaly.evidence.result_json);
  json.BeginObject().Key("noise_budget");
  WriteGrounds(json, grounds);
  json.EndObject();
  return anomaly;
}

TEST(FeedbackPreview, DropsWhatWasWeakAndKeepsWhatIsBeyondDoubt) {
  PreviewInput input;
  input.anomalies = {AnomalyOf("weak", Surprising(13, true), Severity::kWarning),
                     AnomalyOf("listed", Surprising(8, false), Severity::kInfo),
                     AnomalyOf("sure", Surprising(60, true), Severity::kWarning),
                     AnomalyOf("other", Surprising(15, true), Severity::kWarning, "cart")};
  input.incidents = {
      {.id = "in_1",
       .title = "weak",
       .severity = Severity::kWarning,
       .anomaly_ids = {"weak", "listed"}},
      {.id = "in_2", .title = "sure", .severity = Severity::kWarning, .anomaly_ids = {"sure"}},
      {.id = "in_3",
       .title = "of another time",
       .severity = Severity::kCritical,
       .anomaly_ids = {"weak", "gone"}}};
  input.pages = Severity::kWarning;
  input.after = FeedbackTable({{{"default", "pay", "load"}, {.useful = 0, .noise = 2}}});
  const FeedbackPreview preview = Preview(input);
  EXPECT_EQ(preview.anomalies.before, 4);
  EXPECT_EQ(preview.anomalies.kept, 1 + 1);  // sure, and cart's: half a mark is not enough
  EXPECT_EQ(preview.anomalies.lowered, 1);
  EXPECT_EQ(preview.anomalies.dropped, 1);
  EXPECT_EQ(preview.incidents.dropped, 1);
  EXPECT_EQ(preview.incidents.kept, 2);
  EXPECT_EQ(preview.pages.before, 3);
  EXPECT_EQ(preview.pages.dropped, 1);
  ASSERT_EQ(preview.changed_incidents.size(), 1U);
  EXPECT_EQ(preview.changed_incidents[0].id, "in_1");
  ASSERT_FALSE(preview.groups.empty());
  EXPECT_EQ(preview.groups[0].service, "pay");
  EXPECT_LT(preview.groups[0].after.weight(), 0.4);
}

TEST(FeedbackPreview, ChangesNothingWithoutAMarkAndNothingThatRulesFound) {
  PreviewInput input;
  input.anomalies = {AnomalyOf("a", Surprising(9, true), Severity::kWarning)};
  model::Anomaly rule = input.anomalies[0];
  rule.kind = model::AnomalyKind::kThreshold;
  EXPECT_EQ(Preview(input).anomalies.kept, 1);
  input.anomalies = {rule};
  input.after = FeedbackTable({{{"default", "pay", "load"}, {.useful = 0, .noise = 50}}});
  const FeedbackPreview preview = Preview(input);
  EXPECT_EQ(preview.anomalies.kept, 1);
  EXPECT_EQ(preview.without_grounds, 1);
}

TEST(FeedbackPreview, JudgesDeviationsByTheNatsOfTheirMinute) {
  Grounds grounds;
  grounds.deviation = 0.95;
  grounds.minute = 9;
  EXPECT_EQ(Rejudge(grounds, Severity::kCritical, 1), Severity::kCritical);
  EXPECT_EQ(Rejudge(grounds, Severity::kCritical, 0.5), Severity::kWarning);
  EXPECT_EQ(Rejudge(grounds, Severity::kCritical, 0.125), std::nullopt);
  grounds.minute = 60;
  EXPECT_EQ(Rejudge(grounds, Severity::kCritical, kWeightMin), Severity::kCritical);
  grounds.young = true;
  grounds.minute = 0;
  EXPECT_EQ(Rejudge(grounds, Severity::kCritical, kWeightMin), Severity::kCritical);
}

TEST(FeedbackPreview, ReadsTheGroundsThatItWrote) {
  Grounds grounds = Surprising(14.5, true);
  grounds.minute = 20;
  grounds.deviation = 0.8;
  grounds.weight = 0.5;
  grounds.own = {.useful = 0.5, .noise = 2};
  grounds.levels.hurts = 6;
  const std::optional<Grounds> read =
      ReadGrounds(AnomalyOf("a", grounds, Severity::kWarning).evidence.result_json);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->surprise, grounds.surprise);
  EXPECT_EQ(read->alarmed, grounds.alarmed);
  EXPECT_EQ(read->minute, grounds.minute);
  EXPECT_EQ(read->deviation, grounds.deviation);
  EXPECT_EQ(read->weight, grounds.weight);
  EXPECT_EQ(read->own, grounds.own);
  EXPECT_EQ(read->levels.hurts, grounds.levels.hurts);
  EXPECT_EQ(read->levels.alarm, grounds.levels.alarm);
  for (const char* damaged : {"", "{", "[]", "{\"noise_budget\":7}", "{\"noise_budget\":{}}"}) {
    EXPECT_FALSE(ReadGrounds(damaged).has_value()) << damaged;
  }
}

// --- the detector

class Fleet {
 public:
  Fleet() : queue_(1000, base::OverflowPolicy::kReject) {}

  // The severities of what a jump of that size raises in pay and cart, with marks of pay's gauge.
  std::map<std::string, model::Anomaly> Jump(double size, FeedbackCounts counts) {
    FeedbackBoard board;
    board.Set(FeedbackTable({{{"default", "pay", "queue_depth"}, counts}}));
    NoiseBudget budget(7);
    ShardDetector detector({}, {.rules = *rules::RuleSet::Create({}),
                                .queue = queue_,
                                .budget = &budget,
                                .feedback = &board});
    const std::vector<std::string> services{"pay", "cart"};
    for (uint32_t slot = 0; slot < services.size(); ++slot) {
      detector.OnSeries(slot, "default",
                        model::Labels({{"__name__", "queue_depth"}, {"service", services[slot]}}));
    }
    base::Random random(7);
    base::TimePoint now = kStart;
    for (int i = 0; i < 2000; ++i, now += seconds(60)) {
      const double value = 100 + random.Normal() + (i >= 1990 ? size : 0);
      for (uint32_t slot = 0; slot < services.size(); ++slot) {
        const series::ObservedSample sample{slot, base::ToMillis(now), value};
        detector.OnSamples({&sample, 1}, true);
      }
      detector.OnTick(now);
    }
    std::map<std::string, model::Anomaly> found;
    while (auto update = queue_.PopUntil({})) {
      if (update->anomaly.started_at >= kStart + seconds(60) * 1990) {
        found[update->anomaly.entity] = std::move(update->anomaly);
      }
    }
    return found;
  }

 private:
  base::BoundedQueue<model::AnomalyUpdate> queue_;
};

TEST(ShardDetector, AsksMoreOfAGroupThatPeopleCallNoise) {
  Fleet fleet;
  const auto before = fleet.Jump(8, {});
  ASSERT_TRUE(before.contains("pay"));
  EXPECT_EQ(before.at("pay").severity, before.at("cart").severity);

  const auto after = fleet.Jump(8, {.useful = 0, .noise = 31});
  ASSERT_TRUE(after.contains("cart"));
  const bool quieter =
      !after.contains("pay") || after.at("pay").severity < before.at("pay").severity;
  EXPECT_TRUE(quieter);
}

TEST(ShardDetector, SaysInTheEvidenceWhereTheThresholdStoodAndWhy) {
  Fleet fleet;
  const auto found = fleet.Jump(1e6, {.useful = 0, .noise = 3});
  ASSERT_TRUE(found.contains("pay")) << "what is beyond doubt is told, whatever people said";
  const std::optional<Grounds> grounds = ReadGrounds(found.at("pay").evidence.result_json);
  ASSERT_TRUE(grounds.has_value());
  EXPECT_EQ(grounds->weight, 0.25);
  EXPECT_EQ(grounds->own, (FeedbackCounts{.useful = 0, .noise = 3}));
  const std::optional<Grounds> other = ReadGrounds(found.at("cart").evidence.result_json);
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(other->elsewhere, (FeedbackCounts{.useful = 0, .noise = 3}));
  EXPECT_GT(other->weight, 0.25);
  EXPECT_LT(other->levels.alarm, grounds->levels.alarm);
}

}  // namespace
}  // namespace vedette::detect
