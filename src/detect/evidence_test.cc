// That the evidence of rules on series gives the numbers of the anomaly to whoever asks its query.

#include <cmath>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "detect/detector.h"
#include "query/engine.h"
#include "query/testing/memory_store.h"

namespace vedette::detect {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const model::TenantName kTenant("default");

// One series under one rule, whose samples a store has too.
class RuleEvidence : public ::testing::Test {
 protected:
  void Watch(const rules::Rule& rule, const std::string& metric) {
    labels_ = model::Labels({{"__name__", metric}, {"service", "pay"}});
    detector_ = std::make_unique<ShardDetector>(
        DetectorOptions(),
        ShardDetector::Shared{.rules = *rules::RuleSet::Create({rule}), .queue = queue_});
    detector_->OnSeries(0, kTenant, labels_);
  }
  void Values(const std::vector<double>& values, base::Duration every) {
    for (const double value : values) {
      now_ += every;
      const series::ObservedSample sample{0, base::ToMillis(now_), value};
      store_.Add(kTenant, labels_, sample.t_ms, value);
      detector_->OnSamples({&sample, 1}, true);
      detector_->OnTick(now_);
    }
  }
  void Pass(base::Duration duration) {
    for (const base::TimePoint end = now_ + duration; now_ < end;) {
      now_ += seconds(10);
      detector_->OnTick(now_);
    }
  }
  // The only anomaly, as it was said last.
  model::Anomaly Said() {
    model::Anomaly anomaly;
    while (queue_.size() > 0) anomaly = queue_.Pop()->anomaly;
    EXPECT_NE(anomaly.id, "");
    return anomaly;
  }
  static base::Json Shown(const model::Anomaly& anomaly) {
    auto json = base::ParseJson(anomaly.evidence.result_json);
    EXPECT_TRUE(json.ok()) << anomaly.evidence.result_json;
    return json.ok() ? *std::move(json) : base::Json();
  }
  // The values that the evidence shows; each is what its query gives at that time, within its
  // window.
  std::vector<double> Asked(const model::Anomaly& anomaly) {
    std::vector<double> values;
    const base::Json shown = Shown(anomaly);
    for (const base::Json& point : shown["observed"]) {
      const auto at = base::FromMillis(std::llround(point[0].get<double>() * 1000));
      EXPECT_GE(at, anomaly.evidence.from);
      EXPECT_LE(at, anomaly.evidence.to);
      values.push_back(point[1].get<double>());
      const auto answer = engine_.Instant(
          {.tenant = kTenant, .text = anomaly.evidence.query, .time = at, .cancelled = {}});
      EXPECT_TRUE(answer.ok());
      EXPECT_EQ(answer->vector.size(), 1U) << anomaly.evidence.query;
      if (answer->vector.size() == 1) EXPECT_NEAR(answer->vector[0].value, values.back(), 1e-9);
    }
    return values;
  }

  model::Labels labels_;
  query::testing::MemoryStore store_;
  const base::SystemClock clock_;
  query::Engine engine_{{}, store_, clock_};
  base::BoundedQueue<model::AnomalyUpdate> queue_{1000, base::OverflowPolicy::kReject};
  std::unique_ptr<ShardDetector> detector_;
  base::TimePoint now_ = base::FromMillis(1'767'225'600'000);
};

rules::Rule Above(const std::string& metric, double warning, bool per_second) {
  rules::Rule rule;
  rule.name = "limit";
  rule.metric = metric;
  rule.warning = warning;
  rule.per_second = per_second;
  return rule;
}

TEST_F(RuleEvidence, OfALimitOfARateIsTheRate) {
  // By its name no counter: what the baseline keeps of it are its values.
  Watch(Above("queue_ops", 5, true), "queue_ops");
  Values({1000, 1020, 1040, 7, 107}, seconds(10));  // 2 a second, a restart, 10 a second

  const model::Anomaly anomaly = Said();
  EXPECT_EQ(anomaly.evidence.query, R"(irate(queue_ops{service="pay"}[5m]))");
  EXPECT_EQ(Asked(anomaly), (std::vector<double>{2, 2, 10}));
  EXPECT_EQ(anomaly.observed, 10);
  EXPECT_EQ(Shown(anomaly)["expected"]["high"], 5);
}

TEST_F(RuleEvidence, OfALimitOfARateIsTheRateAlsoWhereSamplesAreSeldom) {
  Watch(Above("process_start_time_seconds", 0.5, true), "process_start_time_seconds");
  Values({0, 60, 1260}, minutes(10));

  const model::Anomaly anomaly = Said();
  EXPECT_EQ(Asked(anomaly), (std::vector<double>{0.1, 2}));
  EXPECT_EQ(anomaly.observed, 2);
}

TEST_F(RuleEvidence, OfALimitOfACounterItselfIsTheCounter) {
  Watch(Above("errors_total", 100, false), "errors_total");
  Values({10, 20, 130}, seconds(10));

  const model::Anomaly anomaly = Said();
  EXPECT_EQ(Asked(anomaly), (std::vector<double>{10, 20, 130}));
  EXPECT_EQ(anomaly.observed, 130);
}

TEST_F(RuleEvidence, HasTheNewestValuesOfManyAndTheLastIsTheAnomalys) {
  Watch(Above("disk_used_ratio", 0.9, false), "disk_used_ratio");
  for (int i = 0; i < 100; ++i) Values({0.9 + i * 0.001}, seconds(10));

  const model::Anomaly anomaly = Said();
  const std::vector<double> values = Asked(anomaly);
  EXPECT_EQ(values.size(), Readings::kMax);
  EXPECT_EQ(values.back(), anomaly.observed);
}

TEST_F(RuleEvidence, OfAnAbsenceIsWhatCameLastAndExpectsNoValue) {
  rules::Rule gone;
  gone.name = "gone";
  gone.kind = rules::RuleKind::kAbsence;
  gone.metric = "errors_total";
  gone.lasts = minutes(2);
  Watch(gone, "errors_total");
  Values({10, 20, 30}, seconds(10));
  Pass(minutes(5));

  const model::Anomaly anomaly = Said();
  EXPECT_EQ(Asked(anomaly), (std::vector<double>{10, 20, 30}));
  EXPECT_TRUE(Shown(anomaly)["expected"]["low"].is_null());
  EXPECT_TRUE(Shown(anomaly)["expected"]["high"].is_null());
}

}  // namespace
}  // namespace vedette::detect
