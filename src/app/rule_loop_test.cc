#include "app/rule_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <utility>

#include "base/testing/fake_clock.h"
#include "model/sample.h"
#include "query/engine.h"
#include "query/testing/memory_store.h"

namespace vedette::app {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kStart = 1'700'000'040'000;  // a full minute

std::vector<rules::RuleGroup> Groups(const std::string& rules, const std::string& tenant = "shop") {
  std::vector<yaml::Diagnostic> problems, warnings;
  std::vector<rules::RuleGroup> groups = rules::ParseRuleFile(
      "groups: [{name: g, interval: 1m, rules: [" + rules + "]}]", "r.yml", problems, warnings);
  for (const yaml::Diagnostic& problem : problems) ADD_FAILURE() << problem.ToString("r.yml");
  for (rules::RuleGroup& group : groups) group.tenant = tenant;
  return groups;
}

// A store with an engine over it, and loops that come and go like processes.
class RuleLoopTest : public ::testing::Test {
 protected:
  RuleLoopTest() { Restart(); }

  // A process ends and another one begins with what the first left open.
  void Restart() {
    loop_.reset();
    findings_ = std::make_unique<base::BoundedQueue<model::AnomalyUpdate>>(
        1000, base::OverflowPolicy::kReject);
    metrics_ = std::make_unique<base::MetricsRegistry>();
    std::vector<model::Anomaly> open;
    for (const auto& [id, anomaly] : open_) open.push_back(anomaly);
    loop_ = std::make_unique<RuleLoop>(
        RuleLoop::Parts{.io = [this](const model::TenantName& tenant) { return Io(tenant); },
                        .bells = bells_,
                        .findings = *findings_,
                        .clock = clock_,
                        .metrics = *metrics_,
                        .open = std::move(open)});
  }

  rules::EvaluationIo Io(const model::TenantName& tenant) {
    rules::EvaluationIo io;
    io.query = [this, tenant](const std::string& promql, base::TimePoint time,
                              base::Duration lookback) {
      query::InstantQuery query;
      query.tenant = tenant;
      query.text = promql;
      query.time = time;
      query.lookback = lookback;
      return engine_.Instant(query);
    };
    io.append = [this, tenant](const model::WriteBatch& batch) -> base::Result<> {
      VEDETTE_TRY_VOID(store_.Append(tenant, batch, {}));
      return {};
    };
    return io;
  }

  void Apply(std::vector<rules::RuleGroup> groups) { loop_->Apply(std::move(groups), {}); }

  // One minute on with this value of x; what was reported, as "opened A".
  std::vector<std::string> Minute(double x, const std::string& tenant = "shop") {
    clock_.Advance(minutes(1));
    store_.Add(tenant, model::Labels({std::pair("__name__", "x")}),
               base::ToMillis(clock_.Now()) - 60'000, x);
    return Step();
  }

  std::vector<std::string> Step() {
    loop_->Step(clock_.Now());
    std::vector<std::string> out;
    while (findings_->size() > 0) {
      const model::AnomalyUpdate update = *findings_->Pop();
      const model::Anomaly& anomaly = update.anomaly;
      out.push_back(std::string(model::AnomalyTransitionName(update.transition)) + " " +
                    anomaly.detector);
      last_ = anomaly;
      if (update.transition == model::AnomalyTransition::kClosed) {
        open_.erase(anomaly.id);
      } else {
        open_[anomaly.id] = anomaly;
      }
    }
    return out;
  }

  query::testing::MemoryStore store_;
  base::SystemClock machine_;
  query::Engine engine_{{}, store_, machine_};
  base::FakeClock clock_{base::FromMillis(kStart)};
  std::unique_ptr<base::BoundedQueue<model::AnomalyUpdate>> findings_;
  std::unique_ptr<base::MetricsRegistry> metrics_;
  rules::Bells bells_;
  std::unique_ptr<RuleLoop> loop_;
  std::map<std::string, model::Anomaly> open_;  // as the store of anomalies would hold them
  model::Anomaly last_;
};

constexpr const char* kHigh =
    "{alert: High, expr: x > 0, labels: {severity: critical}, annotations: {summary: 'x is {{ "
    "$value }}'}}";

TEST_F(RuleLoopTest, AnAlertIsAnAnomalyThatItsEndCloses) {
  Apply(Groups(kHigh));

  EXPECT_THAT(Minute(0), IsEmpty());
  EXPECT_THAT(Minute(7), ElementsAre("opened High"));
  EXPECT_EQ(last_.tenant, "shop");
  EXPECT_EQ(last_.kind, model::AnomalyKind::kRule);
  EXPECT_EQ(last_.severity, model::Severity::kCritical);
  EXPECT_EQ(last_.summary, "High: x is 7");
  const std::string id = last_.id;
  EXPECT_THAT(Minute(9), ElementsAre("updated High"));
  EXPECT_EQ(last_.observed, 9);
  EXPECT_THAT(Minute(0), ElementsAre("closed High"));
  EXPECT_EQ(last_.id, id);
  EXPECT_THAT(Minute(0), IsEmpty());
}

TEST_F(RuleLoopTest, ASampleThatRingsOpensTheAnomalyBetweenTurnsAndForTheNextRunToo) {
  Apply(Groups(kHigh));
  Minute(0);
  clock_.Advance(seconds(5));
  store_.Add("shop", model::Labels({std::pair("__name__", "x")}), base::ToMillis(clock_.Now()), 7);
  bells_.Ring(*bells_.board(), 0, base::ToMillis(clock_.Now()));

  EXPECT_THAT(Step(), ElementsAre("opened High"));
  EXPECT_EQ(last_.started_at, clock_.Now());
  const std::string id = last_.id;
  EXPECT_TRUE(loop_->Statuses("shop")[0].rules[0].on_ingest);
  EXPECT_EQ(loop_->Statuses("shop")[0].rules[0].state, rules::AlertState::kFiring);
  Restart();
  Apply(Groups(kHigh));
  Step();
  EXPECT_THAT(Minute(8), ElementsAre("updated High"));
  EXPECT_EQ(last_.id, id);
}

TEST_F(RuleLoopTest, UpdatesAreReportedOnceAMinute) {
  std::vector<rules::RuleGroup> groups = Groups("{alert: A, expr: vector(1)}");
  groups[0].interval = seconds(10);
  Apply(std::move(groups));

  size_t updates = 0;
  for (int i = 0; i < 60; ++i) {
    clock_.Advance(seconds(10));
    for (const std::string& report : Step()) updates += report == "updated A" ? 1 : 0;
  }
  EXPECT_EQ(updates, 9u);
}

TEST_F(RuleLoopTest, WhatFiredBeforeARestartFiresOnAsTheSameAnomaly) {
  Apply(Groups(kHigh));
  Minute(0);
  ASSERT_THAT(Minute(7), ElementsAre("opened High"));
  const model::Anomaly before = last_;
  Restart();
  Apply(Groups(kHigh));

  EXPECT_THAT(Minute(8), IsEmpty());  // the rules are read: their first turn is to come
  EXPECT_THAT(Minute(9), ElementsAre("updated High"));
  EXPECT_EQ(last_.id, before.id);
  EXPECT_EQ(last_.started_at, before.started_at);
  EXPECT_THAT(Minute(0), ElementsAre("closed High"));
}

TEST_F(RuleLoopTest, WhatFiredBeforeARestartAndDoesNotAnyMoreIsClosedAfterFiveMinutes) {
  Apply(Groups(kHigh));
  Minute(0);
  ASSERT_THAT(Minute(7), ElementsAre("opened High"));
  Restart();
  Apply(Groups(kHigh));

  int minute = 0;
  std::vector<std::string> reports;
  while (reports.empty() && minute < 20) {
    reports = Minute(0);
    ++minute;
  }
  EXPECT_THAT(reports, ElementsAre("closed High"));
  EXPECT_EQ(minute, 6);
}

// Promise T2: whichever minute the process ends at, people hear of the alert once and at the same
// time.
TEST_F(RuleLoopTest, ARestartInTheMiddleOfForChangesNothing) {
  const auto rules = [] { return Groups("{alert: Slow, expr: x > 0, for: 10m}"); };
  for (int ended = 1; ended <= 14; ++ended) {
    store_.Clear();
    open_.clear();
    Restart();
    Apply(rules());
    Minute(0);
    std::vector<int> opened;
    for (int minute = 1; minute <= 25; ++minute) {
      if (minute == ended + 1) {
        Restart();
        Apply(rules());
        Step();
      }
      for (const std::string& report : Minute(1)) {
        if (report == "opened Slow") opened.push_back(minute);
        EXPECT_NE(report, "closed Slow") << ended;
      }
    }
    EXPECT_THAT(opened, ElementsAre(11)) << ended;
  }
}

// Ends as it would have without the restart, and nobody hears of it twice.
TEST_F(RuleLoopTest, KeepFiringForGoesOnOverARestart) {
  const auto rules = [] {
    return Groups(
        "{alert: Flaky, expr: x > 0, keep_firing_for: 6m, labels: {kind: 'k{{ $value }}'}, "
        "annotations: {summary: 'was {{ $value }}'}}");
  };
  for (int ended = 2; ended <= 9; ++ended) {
    for (const int away : {0, 2}) {
      store_.Clear();
      open_.clear();
      Restart();
      Apply(rules());
      Minute(0);
      std::vector<std::string> told;
      for (int minute = 1; minute <= 20; ++minute) {
        if (minute == ended + 1) {
          for (int i = 0; i < away; ++i, ++minute) {
            clock_.Advance(minutes(1));
            store_.Add("shop", model::Labels({std::pair("__name__", "x")}),
                       base::ToMillis(clock_.Now()) - 60'000, minute <= 3 ? 5 : 0);
          }
          Restart();
          Apply(rules());
          Step();
        }
        for (const std::string& report : Minute(minute <= 3 ? 5 : 0)) {
          if (report != "updated Flaky") told.push_back(report + " " + std::to_string(minute));
        }
        EXPECT_EQ(last_.summary, "Flaky: was 5") << ended;
      }
      ASSERT_EQ(told.size(), 2u) << ended << " " << away;
      EXPECT_EQ(told[0], "opened Flaky 1");
      // What held when the process ended cannot begin to be kept before the next one looks.
      const bool noticed_late = ended <= 3 && ended + away > 3;
      const int end = noticed_late ? ended + away + 7 : std::max(10, ended + away + 1);
      EXPECT_EQ(told[1], "closed Flaky " + std::to_string(end)) << ended << " " << away;
    }
  }
}

TEST_F(RuleLoopTest, RulesOfATenantSeeAndWriteItsDataOnly) {
  std::vector<rules::RuleGroup> groups = Groups("{record: 'x:double', expr: x * 2}", "shop");
  for (rules::RuleGroup& group : Groups(std::string(kHigh), "bank")) {
    groups.push_back(std::move(group));
  }
  Apply(std::move(groups));

  Minute(3, "shop");
  EXPECT_THAT(Minute(4, "shop"), IsEmpty());  // of no concern to the bank
  EXPECT_THAT(Minute(1, "bank"), ElementsAre("opened High"));
  EXPECT_EQ(last_.tenant, "bank");
  const auto count = [&](const model::TenantName& tenant, const std::string& promql) {
    return Io(tenant).query(promql, clock_.Now(), {})->vector.size();
  };
  EXPECT_EQ(count("shop", "{__name__='x:double'}"), 1u);
  EXPECT_EQ(count("bank", "{__name__='x:double'}"), 0u);
  EXPECT_EQ(count("bank", "ALERTS"), 1u);
  EXPECT_EQ(count("shop", "ALERTS"), 0u);
  ASSERT_EQ(loop_->Statuses("bank").size(), 1u);
  EXPECT_EQ(loop_->Statuses("bank")[0].rules[0].name, "High");
  EXPECT_EQ(loop_->Statuses("shop").size(), 1u);
  EXPECT_THAT(loop_->Statuses("default"), IsEmpty());
}

TEST_F(RuleLoopTest, ARuleThatIsGoneClosesItsAlert) {
  Apply(Groups(kHigh));
  Minute(0);
  ASSERT_THAT(Minute(7), ElementsAre("opened High"));
  Apply({});

  EXPECT_THAT(Step(), ElementsAre("closed High"));
  EXPECT_THAT(loop_->Statuses("shop"), IsEmpty());
}

TEST_F(RuleLoopTest, StepsOfTheCalendarDoNotShortenFor) {
  Apply(Groups("{alert: Slow, expr: x > 0, for: 10m}"));
  Minute(0);
  for (int minute = 0; minute < 5; ++minute) EXPECT_THAT(Minute(1), IsEmpty());
  clock_.StepWallClock(minutes(30));
  int minute = 5;
  while (Minute(1).empty() && minute < 30) ++minute;
  EXPECT_NEAR(minute, 10, 1);
}

TEST_F(RuleLoopTest, WhatDoesNotFitInTheQueueIsHandedOverLater) {
  findings_ =
      std::make_unique<base::BoundedQueue<model::AnomalyUpdate>>(1, base::OverflowPolicy::kReject);
  loop_ = std::make_unique<RuleLoop>(
      RuleLoop::Parts{.io = [this](const model::TenantName& tenant) { return Io(tenant); },
                      .bells = bells_,
                      .findings = *findings_,
                      .clock = clock_,
                      .metrics = *metrics_,
                      .open = {}});
  Apply(Groups("{alert: A, expr: vector(1)}, {alert: B, expr: vector(1)}"));
  Step();
  clock_.Advance(minutes(1));

  EXPECT_THAT(Step(), ElementsAre("opened A"));
  EXPECT_THAT(Step(), ElementsAre("opened B"));
}

TEST_F(RuleLoopTest, ItsThreadEndsWhenItIsTold) {
  Apply(Groups(kHigh));
  loop_->Start();
  EXPECT_EQ(loop_->Statuses("shop").size(), 1u);  // known at once
  loop_->Stop();
  loop_->Stop();
}

}  // namespace
}  // namespace vedette::app
