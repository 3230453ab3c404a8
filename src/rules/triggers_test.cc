#include "rules/triggers.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/sample.h"
#include "query/parser.h"

namespace vedette::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TriggerPlan PlanOf(const std::string& promql) {
  base::Result<query::ExprPtr> expr = query::Parse(promql);
  EXPECT_TRUE(expr.ok()) << promql;
  return expr.ok() ? TriggersOf(**expr) : TriggerPlan();
}

std::vector<std::string> Triggers(const std::string& promql) {
  std::vector<std::string> out;
  for (const Trigger& trigger : PlanOf(promql).triggers) {
    std::string text = trigger.metric;
    for (const model::Matcher& matcher : trigger.matchers) text += "{" + matcher.ToString() + "}";
    switch (trigger.when) {
      case Trigger::When::kCrosses:
        text += " " + std::string(query::BinaryOpName(trigger.op)) + " " +
                std::to_string(static_cast<int>(trigger.limit));
        break;
      case Trigger::When::kRises: text += " rises"; break;
      case Trigger::When::kFalls: text += " falls"; break;
      case Trigger::When::kChanges: text += " changes"; break;
      case Trigger::When::kAny: text += " any"; break;
      case Trigger::When::kNever: text += " never"; break;
    }
    out.push_back(std::move(text));
  }
  return out;
}

TEST(Triggers, AThresholdRingsWhenItIsCrossed) {
  EXPECT_THAT(Triggers("x > 5"), ElementsAre("x > 5"));
  EXPECT_THAT(Triggers("5 < x"), ElementsAre("x > 5"));
  EXPECT_THAT(Triggers("(x{a='b'}) <= -3"), ElementsAre("x{a=\"b\"} <= -3"));
  EXPECT_THAT(Triggers("x > 5 and y < 3"), ElementsAre("x > 5", "y < 3"));
  EXPECT_THAT(Triggers("x > 5 or x > 5"), ElementsAre("x > 5"));
}

TEST(Triggers, ARateRingsWhenItsCounterMoves) {
  EXPECT_THAT(Triggers("rate(c[5m]) > 1"), ElementsAre("c changes"));
  EXPECT_THAT(Triggers("increase(c[5m]) > 1"), ElementsAre("c changes"));
  EXPECT_THAT(Triggers("delta(g[5m]) > 1"), ElementsAre("g any"));
  EXPECT_THAT(Triggers("rate(c[5m]) < 1"), ElementsAre("c any"));
}

TEST(Triggers, ARatioRingsForWhatMakesItWorse) {
  EXPECT_THAT(Triggers("rate(bad[5m]) / rate(all[5m]) > 0.1"),
              ElementsAre("bad changes", "all never"));
  EXPECT_THAT(Triggers("sum by (s) (rate(bad[5m])) / sum by (s) (rate(all[5m])) > 0.1"),
              ElementsAre("bad changes", "all never"));
  EXPECT_THAT(Triggers("rate(good[5m]) / rate(all[5m]) < 0.9"),
              ElementsAre("all changes", "good never"));
  EXPECT_THAT(Triggers("free / size < 0.1"), ElementsAre("free falls", "size rises"));
  EXPECT_THAT(Triggers("size - free > 10"), ElementsAre("size rises", "free falls"));
  EXPECT_THAT(Triggers("histogram_quantile(0.99, sum by (le) (rate(b[5m]))) > 1"),
              ElementsAre("b changes"));
}

TEST(Triggers, MetricsThatAreJoinedAreParts) {
  EXPECT_EQ(PlanOf("rate(bad[5m]) / rate(all[5m]) > 0.1").parts, 2u);
  EXPECT_EQ(PlanOf("rate(all{code='500'}[5m]) / rate(all[5m]) > 0.1").parts, 1u);
  EXPECT_EQ(PlanOf("x > 5 and y < 3 and z > 1").parts, 3u);
  EXPECT_EQ(PlanOf("x > y").parts, 2u);
  EXPECT_EQ(PlanOf("x > 5 or y < 3").parts, 1u);
  EXPECT_EQ(PlanOf("x > 5").parts, 1u);
}

TEST(Triggers, WhatNoSampleBringsAboutIsPolledAndSaysWhy) {
  const auto why = [](const std::string& promql) {
    EXPECT_THAT(Triggers(promql), IsEmpty()) << promql;
    return PlanOf(promql).polled_because;
  };
  EXPECT_EQ(why("absent(x)"), "absent() becomes true when nothing comes");
  EXPECT_EQ(why("x offset 1m > 5"), "offset or @ look at another time");
  EXPECT_EQ(why("x @ 100 > 5"), "offset or @ look at another time");
  EXPECT_EQ(why("{job='a'} > 5"), "a selector without the name of a metric");
  EXPECT_EQ(why("max_over_time(rate(c[1m])[10m:]) > 1"), "a subquery");
  EXPECT_EQ(why("rate(c[2h]) > 1"), "it looks back more than an hour");
  EXPECT_EQ(why("vector(1)"), "it selects no series");
  EXPECT_EQ(why("hour() > 5"), "time alone makes it true");
  EXPECT_EQ(PlanOf("x > 5 or absent(x)").polled_because, "");
}

TEST(Triggers, ACrossingIsOneUntilTheSeriesWasBackOrAway) {
  const Trigger trigger{.metric = "x", .matchers = {}, .when = Trigger::When::kCrosses, .limit = 5};
  TriggerState state;
  const auto rings = [&](int64_t seconds, double value) {
    return Rings(trigger, state, 1'000'000 + seconds * 1000, value);
  };
  EXPECT_TRUE(rings(0, 6));
  EXPECT_FALSE(rings(10, 7));
  EXPECT_FALSE(rings(20, 5));
  EXPECT_TRUE(rings(30, 6));
  EXPECT_FALSE(rings(40, std::nan("")));
  EXPECT_TRUE(rings(50, 6));
  EXPECT_TRUE(rings(351, 6));
  EXPECT_FALSE(rings(360, 6));
  EXPECT_FALSE(rings(370, model::StaleNan()));
  EXPECT_TRUE(rings(380, 6));
}

TEST(Triggers, MovesAreSeenAgainstTheLastValue) {
  const auto row = [](Trigger::When when) {
    const Trigger trigger{.metric = "x", .matchers = {}, .when = when};
    TriggerState state;
    std::string out;
    for (const auto& [t_ms, value] :
         {std::pair(1000, 1.0), {2000, 1.0}, {3000, 2.0}, {4000, 0.0}}) {
      out += Rings(trigger, state, t_ms, value) ? '!' : '.';
    }
    return out;
  };
  EXPECT_EQ(row(Trigger::When::kRises), "!.!.");
  EXPECT_EQ(row(Trigger::When::kFalls), "!..!");
  EXPECT_EQ(row(Trigger::When::kChanges), "!.!!");
  EXPECT_EQ(row(Trigger::When::kAny), "!!!!");
}

}  // namespace
}  // namespace vedette::rules
