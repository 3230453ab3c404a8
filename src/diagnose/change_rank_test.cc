#include "diagnose/change_rank.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/random.h"
#include "diagnose/diagnose.h"

namespace vedette::diagnose {
namespace {

constexpr int64_t kStart = 1'700'000'000'000;

base::TimePoint Minute(double minute) {
  return base::FromMillis(kStart + static_cast<int64_t>(minute * 60'000));
}

// Two hours of three services; `pay` fails from minute 90 on, `front` calls it and fails with it.
Evidence Incident() {
  base::Random random(11);
  Evidence evidence;
  for (int row = 0; row < 120; ++row) evidence.times.push_back(Minute(row));
  for (const char* name : {"pay", "front", "mail"}) {
    Series series{.entity = name,
                  .callee = {},
                  .metric = "error_rate",
                  .statistic = {},
                  .baseline = {},
                  .window = {}};
    for (int row = 0; row < 120; ++row) {
      const bool fails = row >= 90 && series.entity != "mail";
      series.window.push_back((fails ? 40 : 0.5) + 0.2 * random.Uniform());
    }
    evidence.series.push_back(std::move(series));
  }
  evidence.calls = {{"front", "pay"}};
  evidence.symptom = Symptom{.entity = "pay", .metric = "error_rate", .statistic = {}, .text = {}};
  evidence.detected_at = Minute(95);
  return evidence;
}

Change Deploy(const std::string& id, const std::string& entity, double minute,
              const std::string& diff = {}) {
  return {.id = id,
          .kind = ChangeKind::kDeployment,
          .entity = entity,
          .time = Minute(minute),
          .title = {},
          .files = {"a.go"},
          .diff = diff};
}

TEST(RankChanges, TheChangeBeforeTheFirstMovementIsToBlameAndNotTheLatest) {
  Evidence evidence = Incident();
  evidence.changes = {Deploy("guilty", "pay", 89), Deploy("old", "pay", 20),
                      Deploy("latest", "pay", 94), Deploy("stranger", "mail", 89.5)};
  const Diagnosis diagnosis = Diagnose(evidence);
  ASSERT_FALSE(diagnosis.abstained);
  const Hypothesis& best = diagnosis.hypotheses.front();
  EXPECT_EQ(best.region, "guilty");
  EXPECT_EQ(best.entity, "pay");
  ASSERT_EQ(best.claims.size(), 2u);
  EXPECT_EQ(best.claims[0].kind, ClaimKind::kChange);
  EXPECT_EQ(best.claims[0].subject, "guilty");
  EXPECT_EQ(*best.claims[0].at, Minute(89));
  EXPECT_EQ(best.claims[1].kind, ClaimKind::kMetric);
  EXPECT_EQ(*best.claims[1].at, Minute(90));
  for (const Hypothesis& hypothesis : diagnosis.hypotheses) {
    EXPECT_NE(hypothesis.region, "latest");
    EXPECT_NE(hypothesis.region, "stranger");
  }
}

TEST(RankChanges, OfTwoInTimeTheOneThatChangesAValue) {
  Evidence evidence = Incident();
  evidence.changes = {
      Deploy("value", "pay", 86, "-timeout: 5s\n+timeout: 300ms\n"),
      Deploy("moved", "pay", 89, "-\ta := b(c)\n-\treturn a\n+\ta := b(c)\n+\treturn a\n")};
  EXPECT_EQ(Diagnose(evidence).hypotheses.front().region, "value");
}

TEST(RankChanges, NoneIsAnAnswer) {
  Evidence evidence = Incident();
  evidence.changes = {Deploy("old", "pay", 20), Deploy("after", "pay", 94)};
  const Diagnosis diagnosis = Diagnose(evidence);
  EXPECT_TRUE(diagnosis.abstained);
  for (const Hypothesis& hypothesis : diagnosis.hypotheses) {
    EXPECT_TRUE(hypothesis.region.empty()) << hypothesis.region;
    EXPECT_TRUE(hypothesis.status == Status::kInconclusive ||
                hypothesis.status == Status::kRuledOut);
  }
}

TEST(RankChanges, WhatTheIncidentDoesNotShowRulesNothingOutWhereChangesAreToldByHand) {
  Evidence evidence = Incident();
  evidence.changes_are_all = false;
  evidence.changes = {Deploy("c", "pay", 89)};
  // Memory of pay wanders for a while long before, and is as usual in the incident.
  Series memory = evidence.series[0];
  memory.metric = "mem_bytes";
  base::Random random(5);
  for (size_t row = 0; row < 120; ++row) {
    memory.window[row] = (row >= 30 && row < 80 ? 2.2e8 : 2e8) + 1e6 * random.Uniform();
  }
  evidence.series.push_back(memory);
  CallGraph graph(evidence.calls);
  for (const char* name : {"pay", "front", "mail"}) graph.Add(name);

  const SuspectChange suspect = RankChanges(evidence, FrameOf(evidence), graph).front();

  EXPECT_EQ(suspect.ruled_out, "");
  EXPECT_EQ(suspect.moved, Minute(90));
  evidence.changes_are_all = true;
  EXPECT_EQ(RankChanges(evidence, FrameOf(evidence), graph).front().ruled_out,
            "pay had moved before it");
}

TEST(RankChanges, StrangersThatMovedAtOnceSpeakForACauseOutside) {
  Evidence alone = Incident();
  alone.changes = {Deploy("c", "pay", 88)};
  Evidence together = alone;
  for (size_t row = 90; row < 120; ++row) together.series[2].window[row] += 30;  // mail
  CallGraph graph(alone.calls);
  for (const char* name : {"pay", "front", "mail"}) graph.Add(name);
  const SuspectChange one = RankChanges(alone, FrameOf(alone), graph).front();
  const SuspectChange other = RankChanges(together, FrameOf(together), graph).front();
  EXPECT_FALSE(one.others_moved_at_once);
  EXPECT_TRUE(other.others_moved_at_once);
  EXPECT_LT(other.score, one.score);
}

TEST(RankChanges, ASlowLeakIsFollowedBackToItsBeginning) {
  Evidence evidence = Incident();
  evidence.series.resize(1);
  evidence.series[0].metric = "mem_bytes";
  base::Random random(3);
  for (size_t row = 0; row < 120; ++row) {
    const double leaked = row < 30 ? 0 : 3e6 * static_cast<double>(row - 30);
    evidence.series[0].window[row] = 2e8 + leaked + 2e6 * random.Uniform();
  }
  evidence.symptom->metric = "mem_bytes";
  evidence.changes = {Deploy("leak", "pay", 29), Deploy("decoy", "pay", 88)};
  EXPECT_EQ(Diagnose(evidence).hypotheses.front().region, "leak");
}

TEST(RankChanges, SharedWordsLeaveOutTheNamesOfEntities) {
  Evidence evidence = Incident();
  evidence.changes = {Deploy("c", "pay", 89, "+\tfront := deadline(context)\n")};
  evidence.templates = {{.entity = "pay",
                         .text = "front: context deadlineExceeded",
                         .count = 9,
                         .usual = 0,
                         .failure = true}};
  CallGraph graph(evidence.calls);
  const SuspectChange suspect = RankChanges(evidence, FrameOf(evidence), graph).front();
  EXPECT_EQ(suspect.shared_words, (std::vector<std::string>{"context", "deadline"}));
}

}  // namespace
}  // namespace vedette::diagnose
