#include "detect/detector.h"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/random.h"
#include "detect/wording.h"

namespace vedette::detect {
namespace {

using base::Duration;
using base::TimePoint;
using model::AnomalyTransition;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

const model::Labels kLatency({{"__name__", "http_request_latency_p95_seconds"},
                              {"service", "payment"},
                              {"instance", "payment-0"}});
const model::Labels kErrors({{"__name__", "http_requests_total"},
                             {"service", "payment"},
                             {"code", "500"}});
const model::Labels kUp({{"__name__", "up"}, {"job", "node"}, {"instance", "a:9100"}});

// One shard with its clock; a value every ten seconds, a tick after each.
class Shard {
 public:
  explicit Shard(DetectorOptions options = {}, AdoptionBook* adopted = nullptr,
                 size_t queue_size = 1000)
      : queue(queue_size, base::OverflowPolicy::kReject),
        budget(options.noise_budget),
        detector(options, {.rules = *rules::RuleSet::Create(rules::DefaultRules()),
                           .queue = queue,
                           .adopted = adopted,
                           .metrics = &metrics,
                           .budget = &budget}) {}

  void Add(uint32_t slot, const model::Labels& labels, std::string_view tenant = "default") {
    detector.OnSeries(slot, tenant, labels);
  }
  void Put(uint32_t slot, double value, bool live = true) {
    const series::ObservedSample sample{slot, base::ToMillis(now), value};
    detector.OnSamples({&sample, 1}, live);
  }
  void Pass(Duration duration = seconds(10)) {
    now += duration;
    detector.OnTick(now);
  }
  // A gauge around a level for a while.
  void Gauge(uint32_t slot, Duration duration, double level, bool live = true) {
    for (const TimePoint end = now + duration; now < end; Pass()) {
      Put(slot, level * (1 + 0.03 * random.Normal()), live);
    }
  }
  void Steady(uint32_t slot, Duration duration, double value) {
    for (const TimePoint end = now + duration; now < end; Pass()) Put(slot, value);
  }
  void Count(uint32_t slot, Duration duration, double per_step) {
    for (const TimePoint end = now + duration; now < end; Pass()) {
      Put(slot, total += std::round(per_step * random.Uniform(0.8, 1.2)));
    }
  }
  void Silence(Duration duration) {
    for (const TimePoint end = now + duration; now < end;) Pass();
  }

  std::vector<model::AnomalyUpdate> Take() {
    std::vector<model::AnomalyUpdate> updates;
    while (queue.size() > 0) updates.push_back(*queue.Pop());
    return updates;
  }

  base::MetricsRegistry registry;
  DetectMetrics metrics{registry};
  base::BoundedQueue<model::AnomalyUpdate> queue;
  NoiseBudget budget;
  ShardDetector detector;
  base::Random random{5};
  TimePoint now = base::FromMillis(1'767'225'600'000);
  double total = 0;
};

std::vector<AnomalyTransition> Transitions(const std::vector<model::AnomalyUpdate>& updates) {
  std::vector<AnomalyTransition> transitions;
  for (const model::AnomalyUpdate& update : updates) {
    if (update.transition != AnomalyTransition::kUpdated) transitions.push_back(update.transition);
  }
  return transitions;
}

TEST(ShardDetector, OpensUpdatesAndClosesOneAnomaly) {
  Shard shard;
  shard.Add(0, kLatency);
  shard.Gauge(0, minutes(30), 0.06);
  const TimePoint onset = shard.now;
  shard.Gauge(0, minutes(3), 0.48);
  shard.Gauge(0, minutes(3), 0.06);

  const auto updates = shard.Take();
  EXPECT_THAT(Transitions(updates),
              ElementsAre(AnomalyTransition::kOpened, AnomalyTransition::kClosed));
  for (const model::AnomalyUpdate& update : updates) {
    EXPECT_EQ(update.anomaly.id, updates[0].anomaly.id);
    EXPECT_EQ(update.anomaly.evidence.id, updates[0].anomaly.evidence.id);
    EXPECT_EQ(update.anomaly.started_at, onset);
  }
  EXPECT_GE(updates.size(), 6U) << "every half minute an update";
  EXPECT_LE(updates.size(), 9U);
  EXPECT_EQ(updates[0].anomaly.severity, model::Severity::kWarning);
  EXPECT_EQ(updates[1].anomaly.severity, model::Severity::kCritical) << "at once when it is worse";
  EXPECT_EQ(updates.back().anomaly.state, model::AnomalyState::kClosed);
  EXPECT_EQ(updates.back().anomaly.ended_at, onset + minutes(3));
  EXPECT_EQ(shard.metrics.opened.value(), 1U);
  EXPECT_EQ(shard.metrics.open.value(), 0);
}

TEST(ShardDetector, SaysOnceInATickThatItGoesOnHoweverFastThePastIsTold) {
  Shard shard;
  shard.Add(0, kLatency);
  shard.Gauge(0, minutes(30), 0.06);
  const auto without_a_tick = [&](Duration duration) {
    for (const TimePoint end = shard.now + duration; shard.now < end; shard.now += seconds(10)) {
      shard.Put(0, 0.48);
    }
  };
  without_a_tick(hours(1));
  const auto updates = shard.Take();
  ASSERT_EQ(updates.size(), 2U) << "it begins and gets worse";
  EXPECT_EQ(updates[1].anomaly.severity, model::Severity::kCritical);
  shard.Pass();
  without_a_tick(minutes(10));
  EXPECT_EQ(shard.Take().size(), 1U) << "the next turn";
}

TEST(ShardDetector, TellsInTheEndHowBadItWasThoughItWasSoBetweenTwoReports) {
  Shard shard;
  shard.Add(0, model::Labels({{"__name__", "depth"}, {"service", "payment"}}));
  shard.Gauge(0, minutes(180), 50);
  shard.Steady(0, seconds(10), 62);
  const auto first = shard.Take();
  ASSERT_EQ(first.size(), 1U);
  shard.Steady(0, seconds(10), 90);
  EXPECT_TRUE(shard.Take().empty()) << "no worse severity, and half a minute is not over";
  shard.Gauge(0, minutes(3), 50);
  const auto last = shard.Take();
  ASSERT_FALSE(last.empty());
  EXPECT_EQ(last.back().transition, AnomalyTransition::kClosed);
  EXPECT_GT(last.back().anomaly.score, first[0].anomaly.score + 0.01);
  EXPECT_GT(last.back().anomaly.observed, first[0].anomaly.observed);
}

TEST(ShardDetector, SaysInTheEndHowFarItWentAndNotWhereItWasLast) {
  Shard shard;
  shard.Add(0, kLatency);
  shard.Gauge(0, minutes(30), 0.06);
  shard.Gauge(0, minutes(2), 20);
  shard.Gauge(0, minutes(4), 0.2);
  const model::Anomaly before = shard.Take().back().anomaly;
  ASSERT_EQ(before.state, model::AnomalyState::kOpen);
  EXPECT_LT(before.observed, 1) << "while it lasts it says how it is";
  shard.Gauge(0, minutes(10), 0.06);

  const model::Anomaly after = shard.Take().back().anomaly;

  ASSERT_EQ(after.state, model::AnomalyState::kClosed);
  EXPECT_GT(after.observed, 15);
  EXPECT_GT(after.observed, after.expected_high);
  EXPECT_THAT(after.summary, HasSubstr(" s at worst, expected ")) << after.summary;
  EXPECT_THAT(after.summary, HasSubstr(" was ")) << after.summary;
}

TEST(ShardDetector, SaysWhatIsWrongAndShowsIt) {
  Shard shard;
  shard.Add(0, kLatency, "acme");
  shard.Gauge(0, minutes(30), 0.06);
  shard.Gauge(0, minutes(2), 0.48);

  const model::Anomaly anomaly = shard.Take().back().anomaly;

  EXPECT_EQ(anomaly.tenant, "acme");
  EXPECT_EQ(anomaly.entity, "payment");
  EXPECT_EQ(anomaly.labels, kLatency);
  EXPECT_EQ(anomaly.kind, model::AnomalyKind::kBaseline);
  EXPECT_EQ(anomaly.detector, "baseline");
  EXPECT_NEAR(anomaly.observed, 0.48, 0.04);
  EXPECT_LT(anomaly.expected_low, 0.06);
  EXPECT_GT(anomaly.expected_high, 0.06);
  EXPECT_THAT(anomaly.summary,
              HasSubstr("http_request_latency_p95_seconds of payment (payment-0) is 4"));
  EXPECT_THAT(anomaly.summary, HasSubstr(" ms, expected "));
  EXPECT_THAT(anomaly.summary, HasSubstr(", since 00:30 UTC"));
  EXPECT_EQ(anomaly.evidence.query, kLatency.ToString());
  EXPECT_LT(anomaly.evidence.from, anomaly.started_at);
  const auto shown = base::ParseJson(anomaly.evidence.result_json);
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ((*shown)["observed"].size(), 12U);
  EXPECT_NEAR((*shown)["observed"].back()[1].get<double>(), 0.48, 0.05);
  EXPECT_EQ((*shown)["expected"]["high"].get<double>(), anomaly.expected_high);
}

TEST(ShardDetector, AsksForTheRateOfACounter) {
  Shard shard;
  shard.Add(0, kErrors);
  shard.Count(0, minutes(30), 5);
  shard.Count(0, minutes(2), 100);

  const model::Anomaly anomaly = shard.Take().back().anomaly;

  EXPECT_EQ(anomaly.evidence.query, "irate(" + kErrors.ToString() + "[5m])");
  EXPECT_THAT(anomaly.summary,
              HasSubstr("rate of http_requests_total{code=\"500\"} of payment is "));
  EXPECT_EQ(anomaly.severity, model::Severity::kCritical);
}

TEST(ShardDetector, WhatNobodyKnowsTheMeaningOfMakesNoPageHarder) {
  Shard shard;
  shard.Add(0, kLatency);
  shard.Add(1, kErrors);
  for (uint32_t slot = 2; slot < 800; ++slot) {
    shard.Add(slot, model::Labels({{"__name__", "depth"}, {"queue", std::to_string(slot)}}));
  }
  shard.Pass();
  EXPECT_EQ(shard.budget.levels().critical, NoiseBudget::kCriticalMin);
  EXPECT_GT(shard.budget.levels().alarm, NoiseBudget::kAlarmMin + 10);
}

TEST(ShardDetector, LearnsFromThePastWithoutReportingIt) {
  Shard shard;
  shard.Add(0, kLatency);
  shard.Gauge(0, minutes(30), 0.06, false);
  shard.Gauge(0, minutes(5), 0.48, false);
  EXPECT_TRUE(shard.Take().empty());

  shard.Gauge(0, seconds(20), 0.48);
  const auto updates = shard.Take();
  ASSERT_FALSE(updates.empty()) << "what still lasts is reported once it is live";
  EXPECT_EQ(updates[0].transition, AnomalyTransition::kOpened);
}

TEST(ShardDetector, GoesOnWithTheAnomaliesOfTheLastRun) {
  Shard before;
  before.Add(0, kLatency);
  before.Gauge(0, minutes(30), 0.06);
  before.Gauge(0, minutes(2), 0.48);
  const model::Anomaly open = before.Take().back().anomaly;

  for (const bool replays : {true, false}) {
    AdoptionBook book({open});
    Shard after({}, &book);
    after.Add(0, kLatency);
    if (replays) {
      after.Gauge(0, minutes(30), 0.06, false);
      after.Gauge(0, minutes(2), 0.48, false);
    } else {
      after.now = before.now;
    }
    after.Gauge(0, minutes(2), 0.48);
    for (const model::AnomalyUpdate& update : after.Take()) {
      EXPECT_EQ(update.transition, AnomalyTransition::kUpdated) << replays;
      EXPECT_EQ(update.anomaly.id, open.id) << replays;
    }
    after.Gauge(0, minutes(3), 0.06);
    const auto updates = after.Take();
    ASSERT_EQ(updates.size(), 1U) << replays;
    EXPECT_EQ(updates[0].transition, AnomalyTransition::kClosed) << replays;
    EXPECT_EQ(updates[0].anomaly.id, open.id) << replays;
  }
}

// What the last run said may have been kept in part: all of it is said again under the same ids,
// but for what is known to have ended.
TEST(ShardDetector, SaysAgainWhatMayHaveBeenLost) {
  const auto run = [](AdoptionBook* book, bool untold) {
    Shard shard({}, book);
    shard.Add(0, kLatency);
    const auto part = [&](Duration duration, double level) {
      for (const TimePoint end = shard.now + duration; shard.now < end;) {
        const series::ObservedSample sample{0, base::ToMillis(shard.now),
                                            level * (1 + 0.03 * shard.random.Normal())};
        untold ? shard.detector.OnUntold({&sample, 1})
               : shard.detector.OnSamples({&sample, 1}, true);
        untold ? void(shard.now += seconds(10)) : shard.Pass();
      }
    };
    part(minutes(30), 0.06);
    part(minutes(3), 0.48);
    part(minutes(30), 0.06);
    part(minutes(2), 0.48);
    return shard.Take();
  };
  const auto told = run(nullptr, false);
  ASSERT_THAT(Transitions(told), ElementsAre(AnomalyTransition::kOpened, AnomalyTransition::kClosed,
                                             AnomalyTransition::kOpened));
  const std::string first = told.front().anomaly.id;
  const std::string second = told.back().anomaly.id;

  AdoptionBook nothing({});
  EXPECT_THAT(Transitions(run(&nothing, true)),
              ElementsAre(AnomalyTransition::kOpened, AnomalyTransition::kClosed,
                          AnomalyTransition::kOpened));

  AdoptionBook one_closed({}, [&](std::string_view, std::string_view id) { return id == first; });
  const auto again = run(&one_closed, true);
  EXPECT_THAT(Transitions(again), ElementsAre(AnomalyTransition::kOpened));
  for (const model::AnomalyUpdate& update : again) EXPECT_EQ(update.anomaly.id, second);

  AdoptionBook one_open({told.back().anomaly});
  EXPECT_THAT(Transitions(run(&one_open, true)), testing::IsEmpty()) << "all was kept";
}

TEST(ShardDetector, ClosesWhatTheLastRunLeftAndNobodyClaims) {
  model::Anomaly lost;
  lost.id = "an_lost";
  lost.tenant = "default";
  lost.labels = kErrors;
  lost.detector = "baseline";
  AdoptionBook book({lost});
  Shard one({}, &book);
  Shard other({}, &book);
  one.Add(0, kLatency);

  one.Silence(minutes(11));
  other.Silence(minutes(11));

  const auto updates = one.Take();
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(updates[0].anomaly.id, "an_lost");
  EXPECT_EQ(updates[0].transition, AnomalyTransition::kClosed);
  EXPECT_TRUE(other.Take().empty()) << "once, not once per shard";
}

TEST(ShardDetector, KeepsOpeningsAndClosingsWhenTheQueueIsFull) {
  Shard shard({}, nullptr, 1);
  for (uint32_t slot = 0; slot < 5; ++slot) {
    shard.Add(slot, model::Labels({{"__name__", "latency_seconds"},
                                   {"service", "s" + std::to_string(slot)}}));
  }
  const auto all = [&](Duration duration, double level) {
    for (const TimePoint end = shard.now + duration; shard.now < end; shard.Pass()) {
      for (uint32_t slot = 0; slot < 5; ++slot) {
        shard.Put(slot, level * (1 + 0.03 * shard.random.Normal()));
      }
    }
  };
  all(minutes(30), 0.06);
  all(minutes(2), 0.6);
  all(minutes(3), 0.06);

  EXPECT_GT(shard.detector.waiting(), 0U);
  std::vector<model::AnomalyUpdate> updates;
  for (int i = 0; i < 100; ++i) {
    for (model::AnomalyUpdate& update : shard.Take()) updates.push_back(std::move(update));
    shard.Pass();
  }
  int opened = 0;
  int closed = 0;
  for (const model::AnomalyUpdate& update : updates) {
    opened += update.transition == AnomalyTransition::kOpened ? 1 : 0;
    closed += update.transition == AnomalyTransition::kClosed ? 1 : 0;
    EXPECT_LE(closed, opened);
  }
  EXPECT_EQ(opened, 5);
  EXPECT_EQ(closed, 5);
  EXPECT_EQ(shard.metrics.lost.value(), 0U);
}

TEST(ShardDetector, ClosesAnAnomalyWhoseSeriesStopsOrGoes) {
  Shard shard;
  shard.Add(0, kLatency);
  shard.Gauge(0, minutes(30), 0.06);
  shard.Gauge(0, minutes(2), 0.48);
  shard.Silence(minutes(6));
  EXPECT_THAT(Transitions(shard.Take()),
              ElementsAre(AnomalyTransition::kOpened, AnomalyTransition::kClosed));

  shard.Gauge(0, minutes(30), 0.06);
  shard.Gauge(0, minutes(2), 0.48);
  shard.detector.OnSeriesGone(0);
  EXPECT_THAT(Transitions(shard.Take()),
              ElementsAre(AnomalyTransition::kOpened, AnomalyTransition::kClosed));
  EXPECT_EQ(shard.detector.watched(), 0U);
}

TEST(ShardDetector, ReusesASlotForAnotherSeries) {
  Shard shard;
  shard.Add(0, kLatency);
  shard.Gauge(0, minutes(30), 0.06);
  shard.detector.OnSeriesGone(0);
  shard.Add(0, kErrors);
  shard.Count(0, minutes(30), 5);
  EXPECT_TRUE(shard.Take().empty());
}

TEST(ShardDetector, SaysThatATargetIsDownAfterTwoScrapes) {
  Shard shard;
  shard.Add(3, kUp);
  shard.Put(3, 1);
  shard.Pass();
  shard.Put(3, 0);
  shard.Pass();
  EXPECT_TRUE(shard.Take().empty());
  const TimePoint since = shard.now - seconds(10);
  shard.Put(3, 0);
  shard.Pass();

  const auto updates = shard.Take();
  ASSERT_EQ(updates.size(), 1U);
  const model::Anomaly& anomaly = updates[0].anomaly;
  EXPECT_EQ(anomaly.kind, model::AnomalyKind::kThreshold);
  EXPECT_EQ(anomaly.detector, "target_down");
  EXPECT_EQ(anomaly.severity, model::Severity::kCritical);
  EXPECT_EQ(anomaly.entity, "node");
  EXPECT_EQ(anomaly.started_at, since);
  EXPECT_EQ(anomaly.summary,
            "up of node (a:9100) is 0, the limit is 1 (rule target_down), since 00:00 UTC");
  shard.Put(3, 1);
  shard.Pass();
  shard.Put(3, 1);
  EXPECT_THAT(Transitions(shard.Take()), ElementsAre(AnomalyTransition::kClosed));
}

TEST(ShardDetector, NoticesThatDataStoppedAndCameBack) {
  Shard shard;
  shard.Add(3, kUp);
  shard.Steady(3, minutes(5), 1);
  shard.Silence(minutes(4));
  EXPECT_TRUE(shard.Take().empty());
  shard.Silence(minutes(2));

  const auto updates = shard.Take();
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(updates[0].anomaly.kind, model::AnomalyKind::kAbsence);
  EXPECT_EQ(updates[0].anomaly.severity, model::Severity::kWarning);
  EXPECT_THAT(updates[0].anomaly.summary, HasSubstr("no data of up of node (a:9100) since 00:04"));
  shard.Put(3, 1);
  EXPECT_THAT(Transitions(shard.Take()), ElementsAre(AnomalyTransition::kClosed));
}

TEST(ShardDetector, DoesNotMissATargetThatWasTakenOut) {
  Shard shard;
  shard.Add(3, kUp);
  shard.Steady(3, minutes(5), 1);
  shard.Put(3, model::StaleNan());
  shard.Silence(minutes(60));
  EXPECT_TRUE(shard.Take().empty());
}

TEST(ShardDetector, DoesNotReportOldSilenceAfterARestart) {
  Shard shard;
  shard.Add(3, kUp);
  shard.Silence(minutes(60));
  EXPECT_TRUE(shard.Take().empty()) << "it never spoke in this run";
}

TEST(ShardDetector, DoesNotWatchBuckets) {
  Shard shard;
  shard.Add(0, model::Labels({{"__name__", "http_request_duration_seconds_bucket"}, {"le", "1"}}));
  EXPECT_EQ(shard.detector.watched(), 0U);
  shard.Put(0, 5);
  shard.Put(7, 5);
}

TEST(ShardDetector, WhatHappenedLongAgoMakesNoWeakerEvidenceCountNow) {
  const auto alarm_after = [](Duration age) {
    Shard shard;
    shard.Add(0, model::Labels({{"__name__", "depth"}, {"service", "payment"}}));
    shard.Pass();
    const TimePoint told = shard.now;
    for (int i = 0; i < 500; ++i) {
      shard.now = told - age + i * seconds(10);
      shard.Put(0, i == 499 ? 5000 : 50 + shard.random.Normal());
    }
    shard.now = told;
    shard.Pass();
    return shard.budget.levels().alarm;
  };
  EXPECT_LT(alarm_after(500 * seconds(10)), NoiseBudget::kAlarmMin);
  EXPECT_EQ(alarm_after(std::chrono::hours(24)), NoiseBudget::kAlarmMin);
}

TEST(ShardDetector, SurvivesGarbageQuietly) {
  Shard shard;
  for (uint32_t slot = 0; slot < 50; ++slot) {
    shard.Add(slot, model::Labels({{"__name__", slot % 2 == 0 ? "latency_seconds" : "x_total"},
                                   {"n", std::to_string(slot)}}));
  }
  const double garbage[] = {0,
                            1e18,
                            -1e18,
                            5e-324,
                            std::nan(""),
                            model::StaleNan(),
                            std::numeric_limits<double>::infinity()};
  for (int step = 0; step < 500; ++step) {
    for (uint32_t slot = 0; slot < 50; ++slot) {
      shard.Put(slot, garbage[shard.random.Below(std::size(garbage))]);
      shard.Put(slot, 1);  // a duplicate
    }
    shard.Pass();
  }
  int critical = 0;
  for (const model::AnomalyUpdate& update : shard.Take()) {
    if (update.anomaly.severity == model::Severity::kCritical) ++critical;
  }
  EXPECT_EQ(critical, 0);
}

// What a node exporter with two processors shows at one scrape per second, with `burners` busy
// loops beside a little work of its own.
class Host {
 public:
  Host() {
    for (const char* const cpu : {"0", "1"}) {
      for (const char* const mode : {"idle", "user", "system", "iowait"}) {
        Add({{"__name__", "node_cpu_seconds_total"}, {"cpu", cpu}, {"mode", mode}});
      }
    }
    Add({{"__name__", "node_load1"}});
    Add({{"__name__", "node_load5"}});
    Add({{"__name__", "node_pressure_cpu_waiting_seconds_total"}});
    Add({{"__name__", "node_context_switches_total"}});
    Add({{"__name__", "node_memory_MemAvailable_bytes"}});
    Add({{"__name__", "scrape_duration_seconds"}});
  }

  void Run(Duration duration, int burners) {
    for (const TimePoint end = shard.now + duration; shard.now < end;) {
      const double own = std::clamp(0.15 + 0.1 * shard.random.Normal(), 0.0, 1.0);
      const double busy = std::min(1.0, own + burners / 2.0);
      for (int cpu = 0; cpu < 2; ++cpu) {
        Count(cpu * 4, 1 - busy);
        Count(cpu * 4 + 1, busy * 0.8);
        Count(cpu * 4 + 2, busy * 0.2);
        Count(cpu * 4 + 3, 0.01 * shard.random.Uniform());
      }
      load1_ += (own * 2 + burners - load1_) / 60;
      load5_ += (own * 2 + burners - load5_) / 300;
      shard.Put(8, std::round(load1_ * 100) / 100);
      shard.Put(9, std::round(load5_ * 100) / 100);
      Count(10, std::clamp(own + burners - 1.5, 0.01, 1.0) * shard.random.Uniform(0.8, 1));
      Count(11, std::round((800 + 400 * burners) * shard.random.Uniform(0.7, 1.3)));
      shard.Put(12, 8e9 * (1 + 0.002 * shard.random.Normal()));
      shard.Put(13, 0.02 * (1 + burners) * std::exp(0.3 * shard.random.Normal()));
      shard.Pass(seconds(1));
    }
  }

  Shard shard;

 private:
  void Add(std::vector<std::pair<std::string, std::string>> labels) {
    labels.emplace_back("job", "node");
    shard.Add(static_cast<uint32_t>(totals_.size()), model::Labels(std::move(labels)));
    totals_.push_back(1000);
  }
  void Count(int slot, double grown) {
    const auto at = static_cast<size_t>(slot);
    totals_[at] += std::round(grown * 100) / 100;
    shard.Put(static_cast<uint32_t>(slot), totals_[at]);
  }

  std::vector<double> totals_;
  double load1_ = 0.3;
  double load5_ = 0.3;
};

TEST(ShardDetector, FindsACpuBurnerOnAHostAndItsEnd) {
  Host host;
  host.Run(minutes(10) + seconds(5), 0);
  EXPECT_TRUE(host.shard.Take().empty());

  host.Run(minutes(2), 2);
  std::vector<model::AnomalyUpdate> updates = host.shard.Take();
  bool critical = false;
  for (const model::AnomalyUpdate& update : updates) {
    EXPECT_EQ(update.anomaly.entity, "node");
    critical = critical || update.anomaly.severity == model::Severity::kCritical;
  }
  EXPECT_TRUE(critical);

  host.Run(minutes(4), 0);
  for (model::AnomalyUpdate& update : host.shard.Take()) updates.push_back(std::move(update));
  EXPECT_EQ(host.shard.detector.open(), 0U);
  int open = 0;
  for (const model::AnomalyUpdate& update : updates) {
    open += update.transition == AnomalyTransition::kOpened   ? 1
            : update.transition == AnomalyTransition::kClosed ? -1
                                                              : 0;
  }
  EXPECT_EQ(open, 0);
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(Wording, NamesTheEntityByTheFirstLabelThatSaysIt) {
  const struct {
    model::Labels labels;
    std::string want;
  } cases[] = {
      {model::Labels({{"__name__", "m"}, {"service", "pay"}, {"job", "j"}}), "pay"},
      {model::Labels({{"__name__", "m"}, {"app", "shop"}, {"job", "j"}}), "shop"},
      {model::Labels({{"__name__", "m"}, {"namespace", "n"}, {"pod", "p"}, {"job", "j"}}), "n/p"},
      {model::Labels({{"__name__", "m"}, {"namespace", "n"}, {"job", "j"}}), "j"},
      {model::Labels({{"__name__", "m"}, {"instance", "i"}, {"component", "c"}}), "i"},
      {model::Labels({{"__name__", "m"}, {"host", "h"}, {"component", "c"}}), "c"},
      {model::Labels(Pairs{{"__name__", "m"}}), "m"},
      {model::Labels(Pairs{{"x", "y"}}), "{x=\"y\"}"},
  };
  for (const auto& c : cases) EXPECT_EQ(EntityOf(c.labels), c.want) << c.labels.ToString();
}

TEST(DetectorOptions, NamesTheFieldThatIsWrong) {
  DetectorOptions options;
  EXPECT_TRUE(Validate(options).ok());
  options.report_score = 2;
  EXPECT_EQ(Validate(options).error().field, "detection.report_score");
}

}  // namespace
}  // namespace vedette::detect
