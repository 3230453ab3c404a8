#include <array>
#include <cmath>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/random.h"
#include "detect/detector.h"

namespace vedette::detect {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr std::array<double, 9> kBounds = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};

// The latency of a service as a classic histogram, scraped every 15 seconds.
class Service {
 public:
  Service() {
    for (uint32_t slot = 0; slot <= kBounds.size(); ++slot) {
      const std::string bound = slot < kBounds.size() ? fmt::format("{}", kBounds[slot]) : "+Inf";
      labels_.emplace_back(std::vector<std::pair<std::string, std::string>>{
          {"__name__", "http_request_duration_seconds_bucket"}, {"service", "pay"}, {"le", bound}});
      detector.OnSeries(slot, "default", labels_.back());
    }
  }

  // So many requests a scrape around a median, of which `slow` in a hundred take fifty times as
  // long.
  void Run(base::Duration duration, double median, double slow, bool live = true) {
    for (const base::TimePoint end = now + duration; now < end;) {
      now += seconds(15);
      for (int i = 0; i < requests; ++i) {
        double taken = median * std::exp(0.4 * random.Normal());
        if (random.Uniform(0, 100) < slow) taken *= 50;
        for (size_t bucket = 0; bucket < counters_.size(); ++bucket) {
          if (bucket == kBounds.size() || taken <= kBounds[bucket]) ++counters_[bucket];
        }
      }
      std::vector<series::ObservedSample> samples;
      for (uint32_t slot = 0; slot < counters_.size(); ++slot) {
        samples.push_back({slot, base::ToMillis(now), counters_[slot]});
      }
      detector.OnSamples(samples, live);
      detector.OnTick(now);
    }
  }

  std::vector<model::AnomalyUpdate> Take() {
    std::vector<model::AnomalyUpdate> updates;
    while (queue.size() > 0) updates.push_back(*queue.Pop());
    return updates;
  }

  base::BoundedQueue<model::AnomalyUpdate> queue{1000, base::OverflowPolicy::kReject};
  ShardDetector detector{{}, {.rules = *rules::RuleSet::Create({}), .queue = queue}};
  base::Random random{3};
  base::TimePoint now = base::FromMillis(1'767'225'600'000);
  int requests = 400;  // in a scrape

 private:
  std::vector<model::Labels> labels_;
  std::array<double, kBounds.size() + 1> counters_{};
};

TEST(ShardDetector, FindsATailThatGrewInAHistogramAndShowsItsBuckets) {
  Service service;
  service.Run(minutes(60), 0.02, 0);
  for (const model::AnomalyUpdate& update : service.Take()) {
    EXPECT_EQ(update.anomaly.severity, model::Severity::kInfo);  // by chance, now and then
  }
  EXPECT_EQ(service.detector.watched(), 2U);  // the two quantiles; no bucket by itself

  const base::TimePoint onset = service.now;
  service.Run(minutes(3), 0.02, 5);
  std::vector<model::AnomalyUpdate> updates = service.Take();
  std::erase_if(updates, [](const model::AnomalyUpdate& update) {
    return update.anomaly.labels.Get("quantile") != "0.99";
  });
  ASSERT_FALSE(updates.empty());
  const model::Anomaly& anomaly = updates.back().anomaly;
  EXPECT_EQ(anomaly.labels.ToString(),
            "http_request_duration_seconds{quantile=\"0.99\",service=\"pay\"}");
  EXPECT_GE(anomaly.started_at, onset);
  EXPECT_GE(anomaly.severity, model::Severity::kWarning);
  EXPECT_GT(anomaly.observed, 0.5);
  EXPECT_LT(anomaly.expected_high, 0.2);
  EXPECT_THAT(anomaly.summary, HasSubstr("p99 of http_request_duration_seconds of pay is 1"));
  EXPECT_EQ(anomaly.evidence.query,
            "histogram_quantile(0.99, "
            "rate(http_request_duration_seconds_bucket{service=\"pay\"}[16s]))");
  const auto evidence = base::ParseJson(anomaly.evidence.result_json);
  ASSERT_TRUE(evidence.ok());
  EXPECT_EQ((*evidence)["histogram"]["events"], 400);
  EXPECT_EQ((*evidence)["histogram"]["buckets"].size(), kBounds.size() + 1);
  EXPECT_EQ((*evidence)["histogram"]["buckets"].back()[0], "+Inf");
}

TEST(ShardDetector, TheEvidenceOfAQuantileAsksForTheTimeThatItTookIn) {
  Service service;
  service.Run(minutes(60), 0.02, 0);
  service.Take();
  service.requests = 60;  // two scrapes are taken together from now on
  service.Run(minutes(3), 1, 0);
  const std::vector<model::AnomalyUpdate> updates = service.Take();
  ASSERT_FALSE(updates.empty());
  EXPECT_THAT(updates.back().anomaly.evidence.query, HasSubstr("[31s]"));
  const auto evidence = base::ParseJson(updates.back().anomaly.evidence.result_json);
  EXPECT_EQ((*evidence)["histogram"]["events"], 120);
}

TEST(ShardDetector, QuantilesGoWithTheirHistogramAndEndWhatIsOpen) {
  Service service;
  service.Run(minutes(60), 0.02, 0);
  service.Run(minutes(3), 0.3, 0);
  EXPECT_EQ(service.detector.open(), 2U);
  EXPECT_FALSE(service.detector.MayLeave(0));
  for (uint32_t slot = 0; slot <= kBounds.size(); ++slot) service.detector.OnSeriesGone(slot);
  EXPECT_EQ(service.detector.watched(), 0U);
  EXPECT_EQ(service.detector.open(), 0U);
  EXPECT_TRUE(service.detector.MayLeave(0));
  EXPECT_EQ(service.Take().back().transition, model::AnomalyTransition::kClosed);
}

TEST(ShardDetector, SamplesOfThePastMakeNoQuantiles) {
  Service service;
  service.Run(minutes(60), 0.02, 0, false);
  EXPECT_EQ(service.detector.watched(), 0U);
  service.Run(minutes(1), 0.02, 0);
  EXPECT_EQ(service.detector.watched(), 2U);
}

}  // namespace
}  // namespace vedette::detect
