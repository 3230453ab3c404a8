#include "diagnose/diagnose.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"

namespace vedette::diagnose {
namespace {

constexpr int64_t kStart = 1'700'000'000'000;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

base::TimePoint Minute(int minute) { return base::FromMillis(kStart + minute * 60'000); }

// A little system: front calls shop and ads, shop calls store, store calls disk. Latencies of a
// quiet hour each, then ten minutes, the incident from the fifth on.
class Plant {
 public:
  explicit Plant(uint64_t seed = 1) : random_(seed) {
    for (int minute = 0; minute < 10; ++minute) evidence.times.push_back(Minute(minute));
    evidence.calls = {{"front", "shop"}, {"front", "ads"}, {"shop", "store"}, {"store", "disk"}};
    for (const char* name : {"front", "shop", "ads", "store", "disk"}) Add(name, "latency", 0.1);
    evidence.symptom = Symptom{.entity = "front", .metric = "latency", .statistic = {}, .text = {}};
    evidence.detected_at = Minute(5);
  }

  Series& Add(const std::string& entity, const std::string& metric, double usual) {
    Series series{.entity = entity,
                  .callee = {},
                  .metric = metric,
                  .statistic = {},
                  .baseline = {},
                  .window = {}};
    for (int i = 0; i < 60; ++i) series.baseline.push_back(usual * Noise());
    for (int i = 0; i < 10; ++i) series.window.push_back(usual * Noise());
    evidence.series.push_back(std::move(series));
    return evidence.series.back();
  }

  Series& Of(const std::string& entity, const std::string& metric = "latency") {
    return *std::find_if(evidence.series.begin(), evidence.series.end(), [&](const Series& series) {
      return series.entity == entity && series.metric == metric;
    });
  }

  // `factor` on the incident's rows.
  void Raise(const std::string& entity, double factor, const std::string& metric = "latency") {
    Series& series = Of(entity, metric);
    for (size_t row = 5; row < series.window.size(); ++row) series.window[row] *= factor;
  }

  Evidence evidence;

 private:
  double Noise() { return 1 + 0.02 * (random_.Uniform() - 0.5); }

  base::Random random_;
};

std::vector<std::string> Entities(const Diagnosis& diagnosis) {
  std::vector<std::string> names;
  for (const Hypothesis& hypothesis : diagnosis.hypotheses) names.push_back(hypothesis.entity);
  return names;
}

TEST(Diagnose, AFaultThatPropagatesToCallersIsLaidAtTheDeepest) {
  Plant plant;
  plant.Raise("store", 6);
  plant.Raise("shop", 4);
  plant.Raise("front", 3);
  const Diagnosis diagnosis = Diagnose(plant.evidence);
  ASSERT_FALSE(diagnosis.abstained);
  ASSERT_FALSE(diagnosis.hypotheses.empty());
  const Hypothesis& best = diagnosis.hypotheses.front();
  EXPECT_EQ(best.entity, "store");
  EXPECT_EQ(best.status, Status::kConfirmed);
  ASSERT_FALSE(best.claims.empty());
  EXPECT_EQ(best.claims.front().kind, ClaimKind::kMetric);
  EXPECT_EQ(best.claims.front().subject, "latency");
  ASSERT_TRUE(best.claims.front().at);
  EXPECT_EQ(*best.claims.front().at, Minute(5));
  EXPECT_NEAR(*best.claims.front().before, 0.1, 0.01);
  EXPECT_NEAR(*best.claims.front().after, 0.6, 0.02);
}

TEST(Diagnose, ALouderEntityThatDoesNotFollowTheSymptomIsNotBlamed) {
  Plant plant;
  plant.Raise("store", 3);
  plant.Raise("shop", 3);
  plant.Raise("front", 3);
  for (double& value : plant.Of("ads").window) value *= 20;  // all along, before the incident too
  EXPECT_EQ(Diagnose(plant.evidence).hypotheses.front().entity, "store");
}

TEST(Diagnose, NothingToBlameIsUnknown) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    const Diagnosis diagnosis = Diagnose(Plant(seed).evidence);
    EXPECT_TRUE(diagnosis.abstained) << seed;
    for (const Hypothesis& hypothesis : diagnosis.hypotheses) {
      EXPECT_EQ(hypothesis.status, Status::kRuledOut) << seed;
    }
  }
}

TEST(Diagnose, ASpikeOfOneRowIsNoCause) {
  Plant plant;
  plant.Of("store").window[6] *= 50;
  plant.Of("front").window[6] *= 50;
  EXPECT_TRUE(Diagnose(plant.evidence).abstained);
}

TEST(Diagnose, AvailabilityOfAConstantSeriesHasAScale) {
  Plant plant;
  for (const char* name : {"front", "shop", "store"}) {
    Series& series = plant.Add(name, "availability", 100);
    std::fill(series.baseline.begin(), series.baseline.end(), 100);
    std::fill(series.window.begin(), series.window.end(), 100);
    for (size_t row = 5; row < 10; ++row) series.window[row] = 95;
  }
  plant.evidence.symptom->metric = "availability";
  const Diagnosis diagnosis = Diagnose(plant.evidence);
  ASSERT_FALSE(diagnosis.abstained);
  EXPECT_EQ(diagnosis.hypotheses.front().entity, "store");
}

TEST(Diagnose, ALeafThatMovesWithItsSiblingIsItsCallersViewOfIt) {
  Plant plant;
  plant.evidence.calls.push_back({"front", "address"});  // of the balancer before the shop
  plant.Add("address", "latency", 0.1);
  plant.Raise("front", 3);
  plant.Raise("shop", 4);
  plant.Raise("address", 40);
  EXPECT_EQ(Diagnose(plant.evidence).hypotheses.front().entity, "shop");
}

TEST(Diagnose, WithoutASymptomTheResourceThatStandsOutIsTheCause) {
  Plant plant;
  plant.evidence.symptom.reset();
  plant.Add("store", "mem_bytes", 3e8);
  plant.Add("shop", "mem_bytes", 5e8);
  plant.Raise("store", 3, "mem_bytes");
  plant.Raise("shop", 1.5);
  const Diagnosis diagnosis = Diagnose(plant.evidence);
  ASSERT_FALSE(diagnosis.abstained);
  EXPECT_EQ(diagnosis.hypotheses.front().entity, "store");
  EXPECT_EQ(diagnosis.hypotheses.front().region, "mem_bytes");
}

TEST(Diagnose, WhatOnlyTheCallersNoticeIsTheNetwork) {
  Plant plant;
  plant.evidence.symptom.reset();
  plant.Add("shop", "latency_src", 0.1).callee = "store";
  plant.Add("shop", "latency_dst", 0.1).callee = "store";
  plant.Raise("shop", 8, "latency_src");
  plant.Raise("shop", 3);
  const Diagnosis diagnosis = Diagnose(plant.evidence);
  ASSERT_FALSE(diagnosis.abstained);
  EXPECT_EQ(diagnosis.hypotheses.front().entity, "store");
  EXPECT_EQ(diagnosis.hypotheses.front().region, "network");
}

TEST(Diagnose, ACallerThatNoLongerCallsIsToBlameAndNotTheQuietCallee) {
  Plant plant;
  plant.evidence.symptom.reset();
  plant.Add("shop", "requests", 100);
  plant.Add("store", "requests", 300);
  plant.Raise("store", 0.1, "requests");
  const Diagnosis diagnosis = Diagnose(plant.evidence);
  ASSERT_FALSE(diagnosis.abstained);
  EXPECT_EQ(diagnosis.hypotheses.front().entity, "shop");
  EXPECT_EQ(diagnosis.hypotheses.front().claims.front().kind, ClaimKind::kAbsence);
  plant.Raise("shop", 0.1, "requests");  // less demand is no fault
  EXPECT_TRUE(Diagnose(plant.evidence).abstained);
}

TEST(Diagnose, AValueThatAllPodsOfANodeReportIsNotTheirs) {
  Plant plant;
  plant.evidence.symptom.reset();
  Series& node = plant.Add("ads", "node_cpu", 0.2);
  for (size_t row = 5; row < 10; ++row) node.window[row] = 0.9 + 0.001 * static_cast<double>(row);
  Series same = node;
  same.entity = "disk";
  plant.evidence.series.push_back(same);
  plant.Raise("store", 2);
  EXPECT_EQ(Diagnose(plant.evidence).hypotheses.front().entity, "store");
}

// --- properties -----------------------------------------------------------------------------

Evidence RandomFault(uint64_t seed) {
  base::Random random(seed);
  Plant plant(seed);
  for (const char* name : {"front", "shop", "store"}) {
    plant.Raise(name, 1.5 + 5 * random.Uniform());
  }
  if (random.Uniform() < 0.5) plant.Raise("ads", 1 + 3 * random.Uniform());
  if (random.Uniform() < 0.3) plant.Of("disk").window[3] = kMissing;
  return plant.evidence;
}

TEST(Diagnose, UnitsDoNotMatter) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const Evidence evidence = RandomFault(seed);
    Evidence scaled = evidence;
    double unit = 1e-6;
    for (Series& series : scaled.series) {
      for (double& value : series.baseline) value *= unit;
      for (double& value : series.window) value *= unit;
      unit *= 1000;
    }
    const Diagnosis one = Diagnose(evidence), other = Diagnose(scaled);
    EXPECT_EQ(Entities(one), Entities(other)) << seed;
    EXPECT_NEAR(one.hypotheses.front().probability, other.hypotheses.front().probability, 1e-6);
  }
}

TEST(Diagnose, NamesDoNotMatter) {
  const std::map<std::string, std::string> names = {{"front", "zulu"},
                                                    {"shop", "alpha"},
                                                    {"ads", "x->y is not split here"},
                                                    {"store", "cpu"},
                                                    {"disk", "error_latency"}};
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const Evidence evidence = RandomFault(seed);
    Evidence renamed = evidence;
    for (Series& series : renamed.series) series.entity = names.at(series.entity);
    for (Call& call : renamed.calls) {
      call = {.caller = names.at(call.caller), .callee = names.at(call.callee)};
    }
    renamed.symptom->entity = names.at(renamed.symptom->entity);
    std::vector<std::string> expected = Entities(Diagnose(evidence));
    for (std::string& name : expected) name = names.at(name);
    EXPECT_EQ(Entities(Diagnose(renamed)), expected) << seed;
  }
}

TEST(Diagnose, ProbabilitiesAreSortedAndSumToAtMostOne) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    double sum = 0, before = 1;
    const Diagnosis diagnosis = Diagnose(RandomFault(seed));
    ASSERT_FALSE(diagnosis.hypotheses.empty()) << seed;
    for (const Hypothesis& hypothesis : diagnosis.hypotheses) {
      EXPECT_LE(hypothesis.probability, before);
      before = hypothesis.probability;
      sum += hypothesis.probability;
    }
    EXPECT_LE(sum, 1 + 1e-9) << seed;
  }
}

TEST(Diagnose, EmptyTablesAreNoReasonToCrash) {
  EXPECT_TRUE(Diagnose({}).abstained);
  Evidence evidence;
  evidence.times = {Minute(0)};
  EXPECT_TRUE(Diagnose(evidence).abstained);
  evidence.series.push_back({.entity = "a",
                             .callee = {},
                             .metric = "m",
                             .statistic = {},
                             .baseline = {},
                             .window = {kMissing}});
  evidence.detected_at = Minute(9);
  evidence.changes.push_back({.id = "1",
                              .kind = {},
                              .entity = "a",
                              .time = Minute(0),
                              .title = {},
                              .files = {},
                              .diff = {}});
  EXPECT_TRUE(Diagnose(evidence).abstained);
}

// --- the window alone ------------------------------------------------------------------------

// 120 rows, no baseline: from row 80 on `store` needs three times the memory.
Evidence LongWindow(uint64_t seed) {
  base::Random random(seed);
  Evidence evidence;
  for (int row = 0; row < 120; ++row) evidence.times.push_back(Minute(row));
  for (const char* name : {"front", "shop", "store"}) {
    Series series{.entity = name,
                  .callee = {},
                  .metric = "mem",
                  .statistic = {},
                  .baseline = {},
                  .window = {}};
    for (int row = 0; row < 120; ++row) {
      const bool faulty = row >= 80 && series.entity == "store";
      series.window.push_back((faulty ? 3e8 : 1e8) * (1 + 0.05 * random.Uniform()));
    }
    evidence.series.push_back(std::move(series));
  }
  return evidence;
}

TEST(Diagnose, FindsTheOnsetByItself) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Diagnosis diagnosis = Diagnose(LongWindow(seed));
    ASSERT_TRUE(diagnosis.onset);
    EXPECT_EQ(*diagnosis.onset, Minute(80)) << seed;
    EXPECT_EQ(diagnosis.hypotheses.front().entity, "store") << seed;
  }
}

TEST(Diagnose, BeingToldLateDoesNotSpoilTheBaseline) {
  Evidence evidence = LongWindow(7);
  evidence.detected_at = Minute(110);
  const Diagnosis diagnosis = Diagnose(evidence);
  EXPECT_EQ(*diagnosis.onset, Minute(80));
  EXPECT_EQ(diagnosis.hypotheses.front().entity, "store");
}

}  // namespace
}  // namespace vedette::diagnose
